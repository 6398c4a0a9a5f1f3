// expect: text of a System.Single
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static string Text(float rate)
        {
            return $"rate {rate:F3}";
        }
    }
}
