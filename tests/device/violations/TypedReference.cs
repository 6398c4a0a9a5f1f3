// expect: a typed reference (mkrefany)
// or: a typed reference
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static int Value(int number)
        {
            System.TypedReference reference = __makeref(number);
            return __refvalue(reference, int);
        }
    }
}
