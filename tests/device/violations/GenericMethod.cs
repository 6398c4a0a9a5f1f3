// expect: a generic type or method
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static int First()
        {
            return Same(1);
        }

        private static T Same<T>(T value)
        {
            return value;
        }
    }
}
