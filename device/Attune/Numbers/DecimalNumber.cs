namespace Attune.Numbers
{
    /// <summary>
    /// Reads and writes decimal numbers the same way on every runtime: the results feed training and logs that must be
    /// equal byte for byte on host and device.
    /// </summary>
    public static class DecimalNumber
    {
        /// <summary>The value of a text that is a whole number from 0 on, or -1.</summary>
        public static long ParseInteger(string text)
        {
            double value = Parse(text);
            return value >= 0 && value == (long)value ? (long)value : -1;
        }

        /// <summary>
        /// The value of a text such as 12, -0.05, 1.5e-3 (at most 15 significant digits, exponents within 22), or NaN
        /// if it is no such number.
        /// </summary>
        public static double Parse(string text)
        {
            int at = 0;
            bool negative = text.Length > 0 && text[0] == '-';
            if (negative)
            {
                at++;
            }
            long digits = 0;
            int count = 0;
            int scale = 0;
            bool point = false;
            bool any = false;
            for (; at < text.Length && text[at] != 'e' && text[at] != 'E'; at++)
            {
                char c = text[at];
                if (c == '.' && !point)
                {
                    point = true;
                    continue;
                }
                if (c < '0' || c > '9' || count >= 15)
                {
                    return double.NaN;
                }
                any = true;
                digits = digits * 10 + (c - '0');
                count += digits == 0 ? 0 : 1;
                scale -= point ? 1 : 0;
            }
            int exponent = 0;
            if (at < text.Length && !ParseExponent(text, at + 1, out exponent))
            {
                return double.NaN;
            }
            scale += exponent;
            if (!any || scale < -22 || scale > 22)
            {
                return double.NaN;
            }
            double power = 1;
            for (int i = scale < 0 ? -scale : scale; i > 0; i--)
            {
                power *= 10;
            }
            double value = scale < 0 ? digits / power : digits * power;
            return negative ? -value : value;
        }

        /// <summary>A number with six decimals, rounded to nearest; magnitudes beyond 2^40 are cut to it.</summary>
        public static string Format(double value)
        {
            bool negative = value < 0;
            double magnitude = negative ? -value : value;
            if (!(magnitude < 1099511627776.0))
            {
                magnitude = 1099511627776.0;
            }
            long millionths = (long)(magnitude * 1000000.0 + 0.5);
            string fraction = "" + millionths % 1000000;
            while (fraction.Length < 6)
            {
                fraction = "0" + fraction;
            }
            return (negative && millionths > 0 ? "-" : "") + millionths / 1000000 + "." + fraction;
        }

        private static bool ParseExponent(string text, int at, out int exponent)
        {
            exponent = 0;
            bool negative = at < text.Length && text[at] == '-';
            if (at < text.Length && (text[at] == '-' || text[at] == '+'))
            {
                at++;
            }
            int first = at;
            for (; at < text.Length; at++)
            {
                if (text[at] < '0' || text[at] > '9' || at - first > 2)
                {
                    return false;
                }
                exponent = exponent * 10 + (text[at] - '0');
            }
            exponent = negative ? -exponent : exponent;
            return at > first;
        }
    }
}
