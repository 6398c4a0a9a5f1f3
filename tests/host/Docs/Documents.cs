using System.Text.RegularExpressions;

namespace Attune.Tests.Docs;

/// <summary>The documents of the repository, and its source files.</summary>
internal static partial class Documents
{
    private static readonly string[] Code = ["device", "host", "interop-native", "tests"];
    private static readonly string[] Endings = [".cs", ".c", ".h", ".cpp", ".cmake", ".proj"];

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = SharedFolder.Repository!;

    /// <summary>Paths of all documents below the root: README.md, docs, docs/results.</summary>
    public static IReadOnlyList<string> All { get; } =
    ["README.md", .. Markdown("docs"), .. Markdown(Path.Combine("docs", "results"))];

    /// <summary>Rows of a DynamicData test: each document.</summary>
    public static IEnumerable<object[]> Rows => All.Select(path => new object[] { path });

    /// <summary>Text of a file below the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Paths below the root of all files that people write code in.</summary>
    public static IEnumerable<string> Sources() =>
        from folder in Code
        from path in Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
        where Endings.Contains(Path.GetExtension(path)) && !Built().IsMatch(path)
        select Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>Headings of a document, without their marks.</summary>
    public static IReadOnlyList<string> Headings(string path) =>
        [.. Heading().Matches(Read(path)).Select(match => match.Groups[1].Value.Trim())];

    private static IEnumerable<string> Markdown(string folder) =>
        Directory
            .GetFiles(Path.Combine(Root, folder), "*.md")
            .Select(path => folder.Replace('\\', '/') + "/" + Path.GetFileName(path))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex Built();
}
