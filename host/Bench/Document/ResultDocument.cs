using System.Text;
using Attune.Host.Data;

namespace Attune.Host.Bench.Document;

/// <summary>
/// A Markdown document with generated passages. Tables between <c>&lt;!-- results NAME --&gt;</c> and its end are made from
/// a file of results, figures between <c>&lt;!-- cortexm NAME --&gt;</c> and its end from cortexm.json.
/// </summary>
public static class ResultDocument
{
    /// <summary>Kind of the tables' marks.</summary>
    public const string Results = "results";

    /// <summary>Kind of the marks of what the engine knows.</summary>
    public const string Engine = "engine";

    /// <summary>Kind of the marks of figures of the emulated core.</summary>
    public const string CortexM = "cortexm";

    private static readonly SortedDictionary<
        string,
        (string File, Func<IReadOnlyList<BenchLine>, string> Render)
    > Renderers = new(StringComparer.Ordinal)
    {
        ["table4"] = ("table4", AccuracyTables.Blocks),
        ["table5"] = ("table5", AccuracyTables.ByMethod),
        ["table6"] = ("table6", AccuracyTables.ByMethod),
        ["table7"] = ("table7", AccuracyTables.ByCorruption),
        ["table7-means"] = ("table7", AccuracyTables.MethodMeans),
        ["table8"] = ("table8", CostTables.Render),
        ["table9"] = ("table9", CostTables.Render),
        ["alignment"] = ("alignment", AlignmentTables.BySamples),
        ["alignment-summary"] = ("alignment", AlignmentTables.Summary),
        ["ablation"] = ("ablation", AccuracyTables.Ablation),
        ["ablation-summary"] = ("ablation", AccuracyTables.NotableChanges),
        ["curve"] = ("curve", CurveTables.Reaching),
        ["curve-summary"] = ("curve", CurveTables.Summary),
        ["figure4"] = ("figure4", FigureTables.Layers),
        ["figure4-summary"] = ("figure4", FigureTables.LayerKinds),
        ["figure5"] = ("figure5", FigureTables.Estimates),
        ["fresh"] = ("fresh", LearningTables.Render),
        ["sign-digits"] = ("sign-digits", LearningTables.Render),
        ["figure7"] = ("figure7", FigureTables.Losses),
    };

    /// <summary>Names of the tables that can be made.</summary>
    public static IEnumerable<string> Names => Renderers.Keys;

    /// <summary>Rewrites the generated passages of a document.</summary>
    /// <param name="document">Path of the document.</param>
    /// <param name="results">Folder of the .jsonl files and of cortexm.json.</param>
    /// <returns>Names of the passages that were made; one without results stays as it is.</returns>
    /// <exception cref="DataException">A marker is unknown or not closed, or a line of results is damaged.</exception>
    public static IReadOnlyList<string> Update(string document, string results)
    {
        if (!File.Exists(document))
        {
            throw new DataException($"{document}: there is no such file; name the document with --document");
        }
        var made = new List<string>();
        string text = Rewrite(File.ReadAllText(document), document, results, made);
        AtomicFile.Write(document, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        return made;
    }

    /// <summary>The text of a document with its passages made again; see <see cref="Update"/>.</summary>
    public static string Rewrite(string text, string document, string results, ICollection<string> made)
    {
        ArgumentNullException.ThrowIfNull(made);
        text = MarkedText.Rewrite(text, Results, document, Table);
        text = MarkedText.Rewrite(text, Engine, document, Keys);
        return MarkedText.Rewrite(text, CortexM, document, Figures);

        string? Keys(string name) =>
            name == JobKeyTable.Name
                ? Made(name, JobKeyTable.Render())
                : throw new KeyNotFoundException($"known is {JobKeyTable.Name}");

        string? Table(string name)
        {
            if (!Renderers.TryGetValue(name, out var renderer))
            {
                throw new KeyNotFoundException($"known are {string.Join(", ", Names)}");
            }
            IReadOnlyList<BenchLine> lines = BenchFile.Read(Path.Combine(results, renderer.File + ".jsonl"));
            return lines.Count > 0 ? Made(name, renderer.Render(lines)) : null;
        }

        string? Figures(string name)
        {
            Func<CortexMFigures, string, string> render = CortexMTables.Find(name);
            CortexMFigures? figures = CortexMFigures.Read(Path.Combine(results, CortexMFigures.FileName));
            return figures is null ? null : Made(name, render(figures, results));
        }

        string Made(string name, string passage)
        {
            made.Add(name);
            return passage;
        }
    }
}
