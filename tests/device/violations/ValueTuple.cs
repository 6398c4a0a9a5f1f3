// expect: ValueTuple
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static (int, int) Both(int a, int b)
        {
            return (a, b);
        }
    }
}
