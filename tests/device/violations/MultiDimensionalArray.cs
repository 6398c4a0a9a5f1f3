// expect: a multi-dimensional array
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static int Corner()
        {
            int[,] table = new int[2, 3];
            return table[1, 2];
        }
    }
}
