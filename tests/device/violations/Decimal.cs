// expect: CS0518: Predefined type 'System.Decimal'
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static decimal Third(decimal value)
        {
            return value / 3;
        }
    }
}
