// expect: CS1980: Cannot define a class or member that utilizes 'dynamic'
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static object Twice(dynamic value)
        {
            return value + value;
        }
    }
}
