namespace Attune.Host.Shell;

/// <summary>How far apart two words are: the fewest letters to add, drop or replace (Levenshtein 1966), case aside.</summary>
public static class EditDistance
{
    /// <summary>The distance of two words.</summary>
    public static int Between(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int cost = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1;
                int next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + cost);
                corner = row[j];
                row[j] = next;
            }
        }
        return row[^1];
    }

    /// <summary>The word of a list that is nearest; the first of equally near ones.</summary>
    /// <param name="word">The word to look for.</param>
    /// <param name="words">At least one.</param>
    public static string Nearest(string word, IEnumerable<string> words) =>
        words.MinBy(candidate => Between(word, candidate))!;
}
