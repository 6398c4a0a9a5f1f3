namespace Attune.Numbers
{
    /// <summary>Learning rate along half a cosine, in integers so that every runtime computes the same bits.</summary>
    public static class CosineDecay
    {
        private const int One = 1 << 30;

        /// <summary>(1 + cos(pi * step / steps)) / 2 in units of 2^-30; step 0..steps.</summary>
        public static int Factor(int step, int steps)
        {
            // cos(pi x) = 1 - 2 sin^2(pi x / 2), so the factor is 1 - sin^2; with x above a half, sin^2(pi (1 - x) / 2).
            long x = ((long)step << 30) / steps;
            bool upper = x > One / 2;
            long angle = upper ? One - x : x;
            long t = Multiply(angle, 1686629713);
            long square = Multiply(t, t);
            long sine = One - square / 72;
            sine = One - Multiply(square, sine) / 42;
            sine = One - Multiply(square, sine) / 20;
            sine = One - Multiply(square, sine) / 6;
            sine = Multiply(t, sine);
            long result = Multiply(sine, sine);
            return (int)(upper ? result : One - result);
        }

        private static long Multiply(long a, long b)
        {
            return (a * b + (One >> 1)) >> 30;
        }
    }
}
