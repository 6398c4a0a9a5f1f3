using System.Text.RegularExpressions;

namespace Attune.Tests.Docs;

/// <summary>What comments and documents cite exists: documents, headings, files, classes.</summary>
[TestClass]
public sealed partial class CitationsTest
{
    private static readonly string[] Folders = ["device", "host", "interop-native", "tests", "docs", ".ci"];

    [TestMethod]
    public void Comments_cite_documents_and_headings_that_exist()
    {
        var wrong = new List<string>();
        int headings = 0;
        foreach (string path in Documents.Sources())
        {
            string text = Join().Replace(Documents.Read(path), " ");
            foreach (Match citation in Citation().Matches(text))
            {
                string document = "docs/" + citation.Groups["document"].Value;
                string cited = citation.Groups["heading"].Value.Trim();
                if (!File.Exists(Path.Combine(Documents.Root, document)))
                {
                    wrong.Add($"{path}: {document} does not exist");
                }
                else if (cited.Length > 0)
                {
                    headings++;
                    if (!Documents.Headings(document).Contains(cited))
                    {
                        wrong.Add($"{path}: {document} has no heading '{cited}'");
                    }
                }
            }
        }
        Assert.IsEmpty(wrong, string.Join("\n", wrong));
        Assert.IsGreaterThan(3, headings);
    }

    [TestMethod]
    public void No_comment_cites_a_section_by_number()
    {
        string[] wrong = [.. Documents.Sources().Where(path => ByNumber().IsMatch(Documents.Read(path)))];
        Assert.IsEmpty(wrong, string.Join("\n", wrong));
    }

    [TestMethod]
    [DynamicData(nameof(Documents.Rows), typeof(Documents))]
    public void Links_of_a_document_lead_somewhere(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        foreach (Match link in Link().Matches(Documents.Read(path)))
        {
            string file = link.Groups["file"].Value;
            string target = file.Length > 0 ? Path.Combine(folder, file).Replace('\\', '/') : path;
            Assert.IsTrue(Path.Exists(Path.Combine(Documents.Root, target)), $"{path}: {link.Value}");
            string anchor = link.Groups["anchor"].Value;
            if (anchor.Length > 0)
            {
                string relative = Path.GetRelativePath(Documents.Root, Path.Combine(Documents.Root, target));
                Assert.Contains(anchor, Documents.Headings(relative).Select(Anchor), $"{path}: {link.Value}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Documents.Rows), typeof(Documents))]
    public void Paths_that_a_document_names_exist(string path)
    {
        foreach (Match name in Quoted().Matches(Documents.Read(path)))
        {
            string quoted = name.Groups[1].Value;
            bool whole = !quoted.Contains('<') && !quoted.Contains('*') && !quoted.Contains(' ');
            if (whole && Folders.Any(folder => quoted.StartsWith(folder + "/", StringComparison.Ordinal)))
            {
                Assert.IsTrue(Path.Exists(Path.Combine(Documents.Root, quoted)), $"{path}: {quoted}");
            }
        }
    }

    /// <summary>The table "Where each step is" of ALGORITHM.md: files by name, classes and their members.</summary>
    [TestMethod]
    public void The_code_of_each_step_of_the_algorithm_exists()
    {
        string[] sources = [.. Documents.Sources()];
        HashSet<string?> files = [.. sources.Select(path => Path.GetFileName(path))];
        string engine = string.Concat(
            sources.Where(path => path.StartsWith("device/", StringComparison.Ordinal)).Select(Documents.Read)
        );
        string native = string.Concat(
            sources.Where(path => path.StartsWith("interop-native/", StringComparison.Ordinal)).Select(Documents.Read)
        );
        string algorithm = Documents.Read("docs/ALGORITHM.md");
        int begin = algorithm.IndexOf("## Where each step is", StringComparison.Ordinal);
        int end = algorithm.IndexOf("## Probes", StringComparison.Ordinal);
        var wrong = new List<string>();
        int count = 0;
        foreach (string row in algorithm[begin..end].Split('\n').Where(line => line.StartsWith('|')).Skip(2))
        {
            foreach (Match name in Quoted().Matches(row.Split('|')[^2]))
            {
                string quoted = name.Groups[1].Value;
                bool good =
                    quoted.EndsWith(".c", StringComparison.Ordinal) || quoted.EndsWith(".h", StringComparison.Ordinal)
                        ? quoted.StartsWith('*') || files.Contains(quoted)
                    : quoted.StartsWith("attune_", StringComparison.OrdinalIgnoreCase)
                        ? native.Contains(quoted, StringComparison.Ordinal)
                    : !char.IsUpper(quoted[0]) || Declares(engine, quoted);
                count++;
                if (!good)
                {
                    wrong.Add(quoted);
                }
            }
        }
        Assert.IsGreaterThan(25, count);
        Assert.IsEmpty(wrong, string.Join(", ", wrong));
    }

    private static bool Declares(string engine, string name)
    {
        string[] parts = name.Split('.');
        return Regex.IsMatch(engine, $@"\b(class|enum|interface) {parts[0]}\b")
            && parts[1..].All(member => Regex.IsMatch(engine, $@"\b{member}\b *[({{;]"));
    }

    /// <summary>Of a heading, as GitHub makes it.</summary>
    private static string Anchor(string heading) =>
        NoAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    /// <summary>A document of docs; after a comma perhaps a heading, in quotes or up to a mark.</summary>
    [GeneratedRegex(
        """docs/(?<document>[A-Z]+\.md)(?:, (?:["'](?<heading>[^"'\n]+)["']|(?<heading>[A-Z][^\n().,;:"'<]*)(?=[).,;:])))?"""
    )]
    private static partial Regex Citation();

    [GeneratedRegex(@"ALGORITHM \d")]
    private static partial Regex ByNumber();

    /// <summary>A line's end within a comment.</summary>
    [GeneratedRegex(@"\s*\n\s*(///?|\*|#)\s*")]
    private static partial Regex Join();

    [GeneratedRegex(@"\]\((?!https?:)(?<file>[^)#\s]*)(?:#(?<anchor>[^)]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
