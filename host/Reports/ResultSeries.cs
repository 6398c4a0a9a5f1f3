namespace Attune.Host.Reports;

/// <summary>A mean with the range of what it is the mean of.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Low">Least.</param>
/// <param name="High">Greatest.</param>
/// <param name="Count">Of how many.</param>
public readonly record struct Spread(double Mean, double Low, double High, int Count)
{
    /// <summary>Of some values; null: there are none.</summary>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Length == 0 ? null : new Spread(all.Average(), all.Min(), all.Max(), all.Length);
    }

    /// <summary>As a point of a chart, times a factor.</summary>
    public ChartPoint At(double x, double factor = 1) => new(x, factor * Mean, factor * Low, factor * High);
}

/// <summary>Lines of one method and setting, over corruptions and seeds.</summary>
/// <param name="Method">The method's key.</param>
/// <param name="Variant">What is changed about it; empty: nothing.</param>
/// <param name="Name">In words.</param>
/// <param name="Color">Colour that its bars and lines want.</param>
/// <param name="Lines">Its lines.</param>
public sealed record ResultSeries(
    string Method,
    string Variant,
    string Name,
    string Color,
    IReadOnlyList<ResultLine> Lines
)
{
    /// <summary>
    /// Lines by method, variant and split; by allowed forwards and budget too where a method has several of them. Methods
    /// stand in the order of <see cref="Wording.Order"/>.
    /// </summary>
    public static IReadOnlyList<ResultSeries> Of(IEnumerable<ResultLine> lines)
    {
        var result = new List<ResultSeries>();
        int free = 0;
        var groups = lines
            .GroupBy(line => (line.Method, line.Variant, line.Split))
            .OrderBy(group => Wording.Order(group.Key.Method))
            .ThenBy(group => group.Key.Method, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Variant, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            bool limits = group.Select(line => line.Limit).Distinct().Count() > 1;
            bool budgets = group.Select(line => line.Budget).Distinct().Count() > 1;
            foreach (
                var part in group
                    .GroupBy(line => (Limit: limits ? line.Limit : null, Budget: budgets ? line.Budget : null))
                    .OrderBy(part => part.Key.Limit)
                    .ThenBy(part => part.Key.Budget)
            )
            {
                string[] words =
                [
                    Wording.Method(group.Key.Method),
                    group.Key.Variant,
                    group.Key.Split,
                    part.Key.Limit is { } limit ? Wording.Short(limit) + " forwards" : "",
                    part.Key.Budget is { } budget ? $"{budget / 1024:0} KB" : "",
                ];
                string color = Wording.MethodColor(group.Key.Method) ?? ChartColors.At(free++);
                string name = string.Join(", ", words.Where(word => word.Length > 0));
                result.Add(new ResultSeries(group.Key.Method, group.Key.Variant, name, color, [.. part]));
            }
        }
        return result;
    }

    /// <summary>Accuracy on a corruption over the seeds, or null.</summary>
    public Spread? Accuracy(string corruption) =>
        Spread.Of(Lines.Where(line => line.Corruption == corruption).Select(line => line.Accuracy).OfType<double>());

    /// <summary>Mean accuracy over some corruptions, over the seeds that have all of them; null: no seed has.</summary>
    public Spread? Accuracy(IReadOnlyCollection<string> corruptions) =>
        Spread.Of(
            Lines
                .Where(line => line.Accuracy is not null && corruptions.Contains(line.Corruption))
                .GroupBy(line => line.Seed)
                .Where(seed => seed.Select(line => line.Corruption).Distinct().Count() == corruptions.Count)
                .Select(seed => seed.Average(line => line.Accuracy!.Value))
        );

    /// <summary>A figure of its lines, over all that have it.</summary>
    public Spread? Figure(Func<ResultLine, double?> figure) => Spread.Of(Lines.Select(figure).OfType<double>());
}
