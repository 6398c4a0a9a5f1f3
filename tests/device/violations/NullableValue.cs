// expect: CS0518: Predefined type 'System.Nullable`1'
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static int? None()
        {
            return null;
        }
    }
}
