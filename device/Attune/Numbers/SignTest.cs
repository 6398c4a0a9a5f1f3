namespace Attune.Numbers
{
    /// <summary>
    /// The exact sign test of paired outcomes (McNemar's test with binomial probabilities): of the pairs that differ, how
    /// likely chance alone puts so many on one side.
    /// </summary>
    /// <remarks>Additions, multiplications and divisions of doubles only, so that every machine finds the same.</remarks>
    public static class SignTest
    {
        /// <summary>Probability below which a difference is more than chance.</summary>
        public const double Level = 0.05;

        /// <summary>One-sided probability of at least <paramref name="gained"/> of gained + lost fair coin tosses.</summary>
        /// <param name="gained">Pairs that became better, 0 or more.</param>
        /// <param name="lost">Pairs that became worse, 0 or more.</param>
        /// <returns>Above 0 up to 1; as little as 0 where a double holds nothing smaller.</returns>
        public static double Probability(int gained, int lost)
        {
            if (gained <= lost)
            {
                // The other tail, which a double holds.
                return gained == 0 ? 1 : 1 - Probability(lost + 1, gained - 1);
            }
            int tosses = gained + lost;
            // The probability of exactly `gained`: halves are taken in where the product allows, so that it stays in range.
            double exactly = 1;
            int halves = 0;
            for (int i = 1; i <= gained; i++)
            {
                exactly = exactly * (lost + i) / i;
                for (; exactly > 1 && halves < tosses; halves++)
                {
                    exactly *= 0.5;
                }
            }
            for (; halves < tosses; halves++)
            {
                exactly *= 0.5;
            }
            double sum = 0;
            double term = exactly;
            for (int more = gained; more <= tosses && term > 0; more++)
            {
                sum += term;
                term = term * (tosses - more) / (more + 1);
            }
            return sum < 1 ? sum : 1;
        }

        /// <summary>Whether gains outweigh losses by more than chance does, with the level shared by several tries
        /// (Bonferroni).</summary>
        /// <param name="gained">Pairs that became better, 0 or more.</param>
        /// <param name="lost">Pairs that became worse, 0 or more.</param>
        /// <param name="tries">States that were compared, of which this is the best; 1 or more.</param>
        public static bool IsMore(int gained, int lost, int tries)
        {
            return gained > lost && Probability(gained, lost) * tries <= Level;
        }
    }
}
