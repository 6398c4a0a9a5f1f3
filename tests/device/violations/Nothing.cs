// expect: nothing
namespace Attune.Device.Violations
{
    internal static class Clean
    {
        private static readonly int[] Primes = new int[] { 2, 3, 5, 7, 11, 13 };

        public static string Text(int number)
        {
            try
            {
                int sum = 0;
                foreach (int prime in Primes)
                {
                    sum += number % prime == 0 ? prime : 0;
                }
                return "prime factors below 17 sum to " + sum;
            }
            catch (System.ArgumentException error) when (number == 0)
            {
                return error.Message;
            }
        }
    }
}
