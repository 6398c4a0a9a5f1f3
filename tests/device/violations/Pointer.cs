// expect: a pointer
// option: unsafe
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static unsafe int First(int[] numbers)
        {
            fixed (int* first = numbers)
            {
                return *first;
            }
        }
    }
}
