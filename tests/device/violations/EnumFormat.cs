// expect: text of the enum Attune.Device.Violations.Color
namespace Attune.Device.Violations
{
    internal enum Color
    {
        Red,
    }

    internal static class Violation
    {
        public static string Text(int number, Color color)
        {
            return $"color {number:D3} is {color}";
        }
    }
}
