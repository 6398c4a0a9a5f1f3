using System.Text.RegularExpressions;

namespace Attune.Tests.Docs;

/// <summary>docs/CONTRIBUTING.md: each file that a walk says to touch exists, or is marked as new.</summary>
[TestClass]
public sealed partial class ContributingTest
{
    /// <summary>Most files of the code that adding an operator may touch; its tests come on top.</summary>
    private const int OperatorFiles = 8;

    private static readonly string[] Walks =
    [
        "A kernel: a faster twin of a portable one",
        "An operator",
        "A job key",
        "A corruption",
        "A command",
        "A training method",
    ];

    public static IEnumerable<object[]> Names => Walks.Select(walk => new object[] { walk });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void The_files_of_a_walk_exist(string walk)
    {
        string[] paths = Paths(walk);
        Assert.IsGreaterThan(2, paths.Length);
        string[] missing = [.. paths.Where(path => !Exists(path))];
        Assert.IsEmpty(missing, string.Join("\n", missing));
    }

    [TestMethod]
    public void An_operator_touches_few_files()
    {
        string[] code = [.. Paths("An operator").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal))];
        Assert.IsLessThanOrEqualTo(OperatorFiles, code.Length);
    }

    [TestMethod]
    public void The_walk_of_a_sample_has_ten_steps_through_files_that_exist()
    {
        string[] lines = Section("## Walk: where a sample becomes an update").Split('\n');
        Assert.AreEqual(10, lines.Count(line => Step().IsMatch(line)));
    }

    /// <summary>A file; for a new one, "&lt;name&gt;" in its name, its folder.</summary>
    private static bool Exists(string path) =>
        path.Contains('<', StringComparison.Ordinal)
            ? Directory.Exists(Path.Combine(Documents.Root, Path.GetDirectoryName(path)!))
            : File.Exists(Path.Combine(Documents.Root, path));

    private static string[] Paths(string walk) =>
        [.. Bullet().Matches(Section("### " + walk)).Select(match => match.Groups[1].Value)];

    /// <summary>What stands below a heading, up to the next one of its level or above.</summary>
    private static string Section(string heading)
    {
        string text = Documents.Read("docs/CONTRIBUTING.md");
        int begin = text.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.IsGreaterThanOrEqualTo(0, begin, heading);
        begin += heading.Length;
        Match next = Next().Match(text, begin);
        return next.Success ? text[begin..next.Index] : text[begin..];
    }

    [GeneratedRegex(@"^- `([^`]+)`:", RegexOptions.Multiline)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"^\d+\. ")]
    private static partial Regex Step();

    [GeneratedRegex(@"^##", RegexOptions.Multiline)]
    private static partial Regex Next();
}
