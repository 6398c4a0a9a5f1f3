using System.Globalization;

namespace Attune.Host.Bench.Document;

/// <summary>Figures 4, 5 and 7 in numbers.</summary>
internal static class FigureTables
{
    /// <summary>Figure 4: a layer a row: dimensions and cosine similarity with the true gradient.</summary>
    public static string Layers(IReadOnlyList<BenchLine> lines)
    {
        var table = new MarkdownTable(["layer", "d_w", "d_a", "weights probed", "nodes probed"]);
        foreach (var layer in lines.GroupBy(line => line.Values!["layer"]).OrderBy(group => group.Key))
        {
            BenchLine any = layer.First();
            table.Row([
                MarkdownTable.Count(layer.Key),
                MarkdownTable.Count(any.Values!["weights"]),
                MarkdownTable.Count(any.Values["nodes"]),
                Mean(layer.Where(line => line.Method == "weights"), "cosine"),
                Mean(layer.Where(line => line.Method == "nodes"), "cosine"),
            ]);
        }
        return $"{Origin.Of(lines)}\n{table}";
    }

    /// <summary>Figure 4 in short: means over the layers with fewer weights, and over those with fewer outputs.</summary>
    public static string LayerKinds(IReadOnlyList<BenchLine> lines)
    {
        var table = new MarkdownTable(["layers with", "number", "weights probed", "nodes probed"]);
        foreach (
            var kind in lines.GroupBy(line => line.Values!["weights"] < line.Values["nodes"]).OrderBy(kind => !kind.Key)
        )
        {
            double Cosine(string method) =>
                kind.Where(line => line.Method == method).Average(line => line.Values!["cosine"]);
            table.Row([
                kind.Key ? "fewer weights than outputs" : "fewer outputs than weights",
                MarkdownTable.Count(kind.Select(line => line.Values!["layer"]).Distinct().Count()),
                Cosine("weights").ToString("F3", CultureInfo.InvariantCulture),
                Cosine("nodes").ToString("F3", CultureInfo.InvariantCulture),
            ]);
        }
        return table.ToString();
    }

    /// <summary>Figure 5: a way to estimate a row: mean cosine similarity over the layers, and by block.</summary>
    public static string Estimates(IReadOnlyList<BenchLine> lines)
    {
        string[] titles = [.. lines.SelectMany(line => line.Values!.Keys).Distinct().Order(StringComparer.Ordinal)];
        var table = new MarkdownTable(["network", "estimate", "seeds", "forwards a sample", .. titles]);
        foreach (var group in lines.GroupBy(line => (line.Variant, line.Method)))
        {
            table.Row([
                group.Key.Variant ?? "as deployed",
                group.Key.Method,
                MarkdownTable.Count(group.Select(line => line.Seed).Distinct().Count()),
                MarkdownTable.Count(group.Average(line => (line.Forwards ?? 0) / Math.Max(1, line.Samples ?? 1))),
                .. titles.Select(title => Mean(group, title)),
            ]);
        }
        return $"{Origin.Of(lines)}\n{table}";
    }

    /// <summary>Figure 7: the best learning rate of each method: mean loss at the start and over the last tenth.</summary>
    public static string Losses(IReadOnlyList<BenchLine> lines)
    {
        var table = new MarkdownTable(["layers", "method", "best rate", "seeds", "loss at the start", "at the end"]);
        foreach (var set in lines.GroupBy(line => (Set: line.Variant!.Split(' ')[0], line.Method)))
        {
            var best = set.GroupBy(line => line.Variant!.Split('=')[1])
                .OrderBy(rate => rate.Average(line => line.Values!["final-loss"]))
                .First();
            table.Row([
                set.Key.Set,
                set.Key.Method,
                best.Key,
                MarkdownTable.Count(best.Count()),
                best.Average(line => line.Points![0][1]).ToString("F3", CultureInfo.InvariantCulture),
                Mean(best, "final-loss"),
            ]);
        }
        return $"{Origin.Of(lines)}\n{table}";
    }

    private static string Mean(IEnumerable<BenchLine> lines, string value)
    {
        double[] all = [.. lines.Where(line => line.Values!.ContainsKey(value)).Select(line => line.Values![value])];
        string One(double number) => number.ToString("F3", CultureInfo.InvariantCulture);
        return all.Length switch
        {
            0 => "",
            1 => One(all[0]),
            _ => $"{One(all.Average())} ({One(all.Min())}..{One(all.Max())})",
        };
    }
}
