using System;

namespace Attune.Numbers
{
    /// <summary>Lists of whole numbers and ranges as text, such as 3,5-9.</summary>
    public static class NumberList
    {
        private const int Longest = 1024;

        /// <summary>The numbers of a text, or null if it is no list of at most 1024 numbers.</summary>
        public static int[] Parse(string text)
        {
            string[] parts = text.Split(',');
            int[] numbers = new int[Longest];
            int count = 0;
            foreach (string part in parts)
            {
                string range = part.Trim();
                int dash = range.IndexOf('-');
                long from = DecimalNumber.ParseInteger(dash > 0 ? range.Substring(0, dash).Trim() : range);
                long to = dash > 0 ? DecimalNumber.ParseInteger(range.Substring(dash + 1).Trim()) : from;
                if (from < 0 || to < from || to - from >= numbers.Length - count)
                {
                    return null;
                }
                for (long number = from; number <= to; number++)
                {
                    numbers[count++] = (int)number;
                }
            }
            int[] result = new int[count];
            Array.Copy(numbers, result, count);
            return result;
        }

        /// <summary>The text that <see cref="Parse"/> reads back, without ranges.</summary>
        public static string Format(int[] numbers)
        {
            string text = "";
            for (int i = 0; i < numbers.Length; i++)
            {
                text += (i > 0 ? "," : "") + numbers[i];
            }
            return text;
        }
    }
}
