namespace Attune.Host.Shell;

/// <summary>
/// How far apart two words are: the fewest letters to add, drop, replace or exchange with their neighbour (optimal string
/// alignment), case aside.
/// </summary>
public static class EditDistance
{
    /// <summary>The distance of two words.</summary>
    public static int Between(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        bool Same(int i, int j) => char.ToUpperInvariant(one[i]) == char.ToUpperInvariant(other[j]);
        var table = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }
                int change = Same(i - 1, j - 1) ? 0 : 1;
                int best = Math.Min(table[i - 1, j - 1] + change, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                bool turned = i > 1 && j > 1 && Same(i - 1, j - 2) && Same(i - 2, j - 1);
                table[i, j] = turned ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
            }
        }
        return table[one.Length, other.Length];
    }

    /// <summary>The word of a list that is nearest; the first of equally near ones.</summary>
    /// <param name="word">The word to look for.</param>
    /// <param name="words">At least one.</param>
    public static string Nearest(string word, IEnumerable<string> words) =>
        words.MinBy(candidate => Between(word, candidate))!;
}
