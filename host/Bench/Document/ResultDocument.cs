using System.Text;
using Attune.Host.Data;

namespace Attune.Host.Bench.Document;

/// <summary>
/// A Markdown document with generated tables: what stands between the lines <c>&lt;!-- results NAME --&gt;</c> and
/// <c>&lt;!-- /results NAME --&gt;</c> is made from NAME.jsonl.
/// </summary>
public static class ResultDocument
{
    private static readonly SortedDictionary<string, Func<IReadOnlyList<BenchLine>, string>> Renderers = new(
        StringComparer.Ordinal
    )
    {
        ["table4"] = AccuracyTables.Blocks,
        ["table5"] = AccuracyTables.ByMethod,
        ["table6"] = AccuracyTables.ByMethod,
        ["table7"] = AccuracyTables.ByCorruption,
        ["table8"] = CostTables.Render,
        ["table9"] = CostTables.Render,
        ["alignment"] = AlignmentTables.BySamples,
        ["ablation"] = AccuracyTables.Ablation,
        ["curve"] = CurveTables.Reaching,
        ["figure4"] = FigureTables.Layers,
        ["figure5"] = FigureTables.Estimates,
        ["figure7"] = FigureTables.Losses,
    };

    /// <summary>Names of the tables that can be made.</summary>
    public static IEnumerable<string> Names => Renderers.Keys;

    /// <summary>Rewrites the tables of a document.</summary>
    /// <param name="document">Path of the document.</param>
    /// <param name="results">Folder of the .jsonl files.</param>
    /// <returns>Names of the tables that were made; a table without results stays as it is.</returns>
    /// <exception cref="DataException">A marker is unknown or not closed, or a line of results is damaged.</exception>
    public static IReadOnlyList<string> Update(string document, string results)
    {
        if (!File.Exists(document))
        {
            throw new DataException($"{document}: there is no such file; name the document with --document");
        }
        var made = new List<string>();
        string text = File.ReadAllText(document);
        for (int at = 0; (at = text.IndexOf("<!-- results ", at, StringComparison.Ordinal)) >= 0; )
        {
            int start = text.IndexOf("-->", at, StringComparison.Ordinal) + 3;
            string name = start < 3 ? "" : text[(at + 13)..(start - 3)].Trim();
            int end = start < 3 ? -1 : text.IndexOf($"<!-- /results {name} -->", start, StringComparison.Ordinal);
            if (!Renderers.TryGetValue(name, out var render))
            {
                throw new DataException(
                    $"{document}: there is no table '{name}' to generate; known are {string.Join(", ", Names)}"
                );
            }
            if (end < 0)
            {
                throw new DataException($"{document}: '<!-- results {name} -->' has no '<!-- /results {name} -->'");
            }
            IReadOnlyList<BenchLine> lines = BenchFile.Read(Path.Combine(results, name + ".jsonl"));
            if (lines.Count > 0)
            {
                text = $"{text[..start]}\n{render(lines)}{text[end..]}";
                made.Add(name);
            }
            at = text.IndexOf("<!-- /results", start, StringComparison.Ordinal);
        }
        AtomicFile.Write(document, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        return made;
    }
}
