namespace Attune.Host.Reports;

/// <summary>Sections of figures 4 and 5: how well gradients are estimated.</summary>
internal static class FigureSections
{
    /// <summary>Cosine similarity by layer where the lines name layers, else their figures by name.</summary>
    public static IEnumerable<ReportSection> Similarity(string table, IReadOnlyList<ResultLine> lines)
    {
        string title = $"Figure {table["figure".Length..]}";
        ResultLine[] layers = [.. lines.Where(line => Layer(line) is not null && Cosine(line) is not null)];
        if (layers.Length > 0)
        {
            yield return new ReportSection(
                $"{title}: quality of the estimated gradient by layer",
                "Cosine similarity of the estimate and the true gradient (back-propagation): 1 is exact, 0 is chance."
            )
            {
                Chart = new Chart(
                    ChartKind.Lines,
                    new ChartAxis("layer", ChartUnit.Count) { Min = layers.Min(Layer), Max = layers.Max(Layer) },
                    new ChartAxis("cosine similarity"),
                    [.. ResultSeries.Of(layers).Select(ByLayer)]
                ),
            };
        }
        ResultLine[] others = [.. lines.Where(line => Layer(line) is null && line.Values.Count > 0)];
        if (others.Length > 0)
        {
            string[] names = [.. others.SelectMany(line => line.Values.Keys).Distinct().Order(StringComparer.Ordinal)];
            yield return new ReportSection(
                $"{title}: quality of the estimated gradient by method",
                "Cosine similarity of the estimate and the true gradient; whiskers: least and greatest seed."
            )
            {
                Chart = new Chart(
                    ChartKind.Bars,
                    new ChartAxis("figure") { Categories = names },
                    new ChartAxis("cosine similarity"),
                    [.. ResultSeries.Of(others).Select(series => ByName(series, names))]
                ),
            };
        }
    }

    private static ChartSeries ByLayer(ResultSeries series)
    {
        var points = series
            .Lines.GroupBy(line => Layer(line)!.Value)
            .OrderBy(layer => layer.Key)
            .Select(layer => Spread.Of(layer.Select(line => Cosine(line)!.Value))!.Value.At(layer.Key));
        return new ChartSeries(series.Name, series.Color, [.. points]);
    }

    private static ChartSeries ByName(ResultSeries series, string[] names)
    {
        var points = names
            .Select((name, place) => (place, value: series.Figure(line => Value(line, name))))
            .Where(one => one.value is not null)
            .Select(one => one.value!.Value.At(one.place));
        return new ChartSeries(series.Name, series.Color, [.. points]);
    }

    private static double? Layer(ResultLine line) => line.Layer ?? Value(line, "layer");

    private static double? Cosine(ResultLine line) => line.Cosine ?? Value(line, "cosine");

    private static double? Value(ResultLine line, string name) =>
        line.Values.TryGetValue(name, out double value) ? value : null;
}
