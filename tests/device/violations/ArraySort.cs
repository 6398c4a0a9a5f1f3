// expect: CS0117: 'Array' does not contain a definition for 'Sort'
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static void Order(int[] numbers)
        {
            System.Array.Sort(numbers);
        }
    }
}
