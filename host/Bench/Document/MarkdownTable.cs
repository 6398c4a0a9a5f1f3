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
}
