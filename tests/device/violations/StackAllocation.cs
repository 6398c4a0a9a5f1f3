// expect: (localloc)
// or: (mul.ovf.un)
// option: unsafe
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static unsafe int Sum(int count)
        {
            int* numbers = stackalloc int[count];
            return numbers[0];
        }
    }
}
