// expect: CS0234: The type or namespace name 'Generic'
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static int Count()
        {
            return new System.Collections.Generic.List<int>().Count;
        }
    }
}
