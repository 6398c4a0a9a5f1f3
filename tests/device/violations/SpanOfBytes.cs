// expect: CS0234: The type or namespace name 'Span<>'
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static byte First(System.Span<byte> bytes)
        {
            return bytes[0];
        }
    }
}
