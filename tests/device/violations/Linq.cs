// expect: CS0234: The type or namespace name 'Linq'
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static int Largest(int[] numbers)
        {
            return System.Linq.Enumerable.Max(numbers);
        }
    }
}
