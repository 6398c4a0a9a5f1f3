// expect: a variable argument list
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static int Count(__arglist)
        {
            return 0;
        }
    }
}
