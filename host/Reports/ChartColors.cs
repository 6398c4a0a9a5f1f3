namespace Attune.Host.Reports;

/// <summary>Colours of series: no two names of a chart have the same.</summary>
public static class ChartColors
{
    /// <summary>Number of free colours in report.css, c0, c1...; the first are the easiest to tell apart.</summary>
    public const int Free = 128;

    /// <summary>A free colour. Beyond <see cref="Free"/> they begin again.</summary>
    public static string At(int place) => $"c{place % Free}";

    /// <summary>
    /// Series with a colour for each name: the first that wants a colour has it, others get a free one that none wants.
    /// </summary>
    public static IReadOnlyList<ChartSeries> Unique(IReadOnlyList<ChartSeries> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var owners = new Dictionary<string, string>();
        foreach (ChartSeries one in series)
        {
            owners.TryAdd(one.Color, one.Name);
        }
        var spare = new Queue<string>(Enumerable.Range(0, Free).Select(At).Where(color => !owners.ContainsKey(color)));
        var colors = owners.ToDictionary(one => one.Value, one => one.Key);
        return
        [
            .. series.Select(one =>
            {
                if (!colors.TryGetValue(one.Name, out string? color))
                {
                    color = spare.Count > 0 ? spare.Dequeue() : one.Color;
                    colors[one.Name] = color;
                }
                return one with { Color = color };
            }),
        ];
    }
}
