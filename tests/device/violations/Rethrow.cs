// expect: (rethrow)
using System;

namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static int First(int[] numbers)
        {
            try
            {
                return numbers[0];
            }
            catch (Exception)
            {
                throw;
            }
        }
    }
}
