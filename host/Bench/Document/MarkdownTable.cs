using System.Globalization;
using System.Text;

namespace Attune.Host.Bench.Document;

/// <summary>A Markdown table in the making.</summary>
public sealed class MarkdownTable
{
    private readonly StringBuilder text = new();

    /// <summary>Begins a table with its column titles.</summary>
    public MarkdownTable(IReadOnlyList<string> titles)
    {
        Row(titles);
        text.Append('|').Insert(text.Length, "---|", titles.Count).Append('\n');
    }

    /// <summary>Adds a row.</summary>
    public void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    /// <summary>Ratios as per cent: their mean, and their range where there are several; "" for none.</summary>
    public static string Percent(IReadOnlyCollection<double> ratios)
    {
        ArgumentNullException.ThrowIfNull(ratios);
        string One(double ratio) => (100 * ratio).ToString("F1", CultureInfo.InvariantCulture);
        return ratios.Count switch
        {
            0 => "",
            1 => One(ratios.First()),
            _ => $"{One(ratios.Average())} ({One(ratios.Min())}..{One(ratios.Max())})",
        };
    }

    /// <summary>A whole number with separators.</summary>
    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A name as people write it: gaussian noise.</summary>
    public static string Words(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Replace('_', ' ');
    }

    /// <summary>When and with which commands lines were measured.</summary>
    public static string Origin(IReadOnlyList<BenchLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        string table = int.TryParse(lines[0].Table, out _) ? "table" + lines[0].Table : lines[0].Table;
        var commands = lines
            .GroupBy(line => line.Limit)
            .OrderBy(group => group.Key ?? 0)
            .Select(group =>
            {
                string methods = string.Join(',', group.Select(line => line.Method).Distinct());
                string[] seeds = [.. group.Select(line => line.Seed).OfType<int>().Distinct().Order().Select(Text)];
                return $"`attune bench {table} --methods {methods}"
                    + (seeds.Length > 0 ? " --seeds " + string.Join(',', seeds) : "")
                    + (group.Key is { } limit ? " --forwards " + Text(limit) : "")
                    + "`";
            });
        string[] dates = [.. lines.Select(line => line.Date).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        string[] commits = [.. lines.Select(line => line.Git).OfType<string>().Distinct()];
        string when = dates.Length switch
        {
            0 => "",
            1 => " " + dates[0],
            _ => $" {dates[0]} to {dates[^1]}",
        };
        return $"Measured{when} with {string.Join(" and ", commands)}"
            + (commits.Length > 0 ? $" (sources: {string.Join(", ", commits)})" : "")
            + ".\n";
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
