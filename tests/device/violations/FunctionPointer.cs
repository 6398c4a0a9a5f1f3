// expect: (calli)
// or: a pointer
// option: unsafe
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        private static readonly unsafe delegate* <int> Two = &Number;

        public static unsafe int Call()
        {
            return Two();
        }

        private static int Number()
        {
            return 2;
        }
    }
}
