namespace Attune.Host.Commands;

/// <summary>Finds the word that was meant.</summary>
public static class Spelling
{
    /// <summary>The known word nearest to a typed one; null: none is near.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="known">What there is.</param>
    public static string? Nearest(string typed, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(typed);
        var near = known
            .Select(word => (Word: word, Distance: Distance(typed.ToLowerInvariant(), word)))
            .OrderBy(one => one.Distance)
            .ThenBy(one => one.Word, StringComparer.Ordinal)
            .FirstOrDefault();
        if (near.Word is { } found && near.Distance <= Math.Max(1, found.Trim('-').Length / 3))
        {
            return found;
        }
        const int Telling = 3;
        return known.FirstOrDefault(word =>
            Math.Min(typed.Length, word.Length) >= Telling
            && (Begins(word, typed) || (Begins(typed, word) && word.Trim('-').Length >= Telling))
        );
    }

    private static bool Begins(string word, string part) => word.StartsWith(part, StringComparison.OrdinalIgnoreCase);

    /// <summary>Letters to insert, remove, replace or exchange with their neighbour.</summary>
    private static int Distance(string one, string other)
    {
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
                int change = one[i - 1] == other[j - 1] ? 0 : 1;
                int best = Math.Min(table[i - 1, j - 1] + change, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                bool turned = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                table[i, j] = turned ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
            }
        }
        return table[one.Length, other.Length];
    }
}
