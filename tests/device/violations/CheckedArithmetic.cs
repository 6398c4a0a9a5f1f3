// expect: (add.ovf)
// or: (conv.ovf.i1)
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static sbyte Sum(int a, int b)
        {
            checked
            {
                return (sbyte)(a + b);
            }
        }
    }
}
