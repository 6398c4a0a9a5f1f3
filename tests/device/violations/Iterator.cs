// expect: CS0656
// or: CS0518
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static System.Collections.IEnumerable Numbers()
        {
            yield return 1;
        }
    }
}
