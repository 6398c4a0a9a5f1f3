using Attune.Host.Shell;

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
            .Select(word => (Word: word, Distance: EditDistance.Between(typed, word)))
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
}
