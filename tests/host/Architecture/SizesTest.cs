using System.Diagnostics;

namespace Attune.Tests.Architecture;

/// <summary>No file and no method is longer than a reader holds in mind.</summary>
[TestClass]
public sealed class SizesTest
{
    private const int MostLines = 450;
    private const int MostBodyLines = 59;

    /// <summary>Files with a bound of their own.</summary>
    private static readonly (string File, int MostLines)[] Shorter =
    [
        ("ZeroOrderTrainer.cs", 299),
        ("TrainingSession.cs", 299),
    ];

    /// <summary>Files that a program writes.</summary>
    private static readonly string[] Generated = ["interop-native/nanoclr/Attune_Kernels"];

    private static readonly string Root = SharedFolder.Repository!;

    [TestMethod]
    public void No_file_is_too_long()
    {
        var lengths = Sources().ToDictionary(path => path, path => File.ReadLines(Path.Combine(Root, path)).Count());
        var found =
            from length in lengths
            let name = Path.GetFileName(length.Key)
            let most = Shorter
                .Where(other => other.File == name)
                .Select(other => other.MostLines)
                .Append(MostLines)
                .Min()
            where length.Value > most
            orderby length.Value descending, length.Key
            select $"{length.Key}: {length.Value} lines, at most {most}";
        Require([.. found]);
        foreach (var (file, _) in Shorter)
        {
            Assert.Contains(file, lengths.Keys.Select(Path.GetFileName), "a file with a bound of its own is gone");
        }
    }

    [TestMethod]
    public void No_body_is_too_long()
    {
        var found =
            from path in Sources()
            from body in Bodies(path, File.ReadAllText(Path.Combine(Root, path)))
            where body.Lines > MostBodyLines
            orderby body.Lines descending, path
            select $"{path}:{body.Line}: {body.Name} has {body.Lines} lines, at most {MostBodyLines}";
        Require([.. found]);
    }

    [TestMethod]
    [DataRow("A.cs", "class A\n{\n    void M()\n    {\n        N();\n    }\n}", "M", 4, 3)]
    [DataRow("A.cs", "class A\n{\n    int M() =>\n        1\n        + 2;\n}", "M", 3, 3)]
    [DataRow(
        "A.cs",
        "class A\n{\n    int P\n    {\n        get\n        {\n            return 1;\n        }\n    }\n}",
        "get",
        6,
        3
    )]
    [DataRow("A.cs", "using System;\n\nint i = 1;\nreturn i;\n", "the program", 3, 2)]
    [DataRow("a.c", "static int f(int a) {\n    if (a) {\n        a = 1;\n    }\n    return a;\n}\n", "f", 1, 6)]
    [DataRow("a.c", "__attribute__((noinline)) void f(int a) {\n}\n", "f", 1, 2)]
    [DataRow("a.c", "int g(int a);\n\nint *f(int a,\n       int b) {\n    return a;\n}\n", "f", 4, 3)]
    public void The_lines_of_a_body_are_counted_with_its_braces(
        string path,
        string text,
        string name,
        int at,
        int lines
    ) => CollectionAssert.AreEqual((BodyLength[])[new(name, at, lines)], Bodies(path, text).ToArray());

    [TestMethod]
    public void Types_and_tables_in_C_are_no_bodies() =>
        Assert.IsEmpty(
            BodyLength.InC("struct a {\n    int b;\n};\n\nstatic const int c[] = {\n    1,\n};\nenum {\n    D,\n};\n")
        );

    private static IEnumerable<BodyLength> Bodies(string path, string text) =>
        path.EndsWith(".cs", StringComparison.Ordinal) ? BodyLength.InCSharp(text) : BodyLength.InC(text);

    private static void Require(string[] found) =>
        Assert.IsEmpty(found, $"{found.Length} lines:\n{string.Join('\n', found)}");

    /// <summary>Paths of the C# and C files that the repository has or is about to get.</summary>
    private static string[] Sources()
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            ArgumentList = { "ls-files", "--cached", "--others", "--exclude-standard", "*.cs", "*.c", "*.h" },
        };
        using Process git = Process.Start(start)!;
        string[] paths = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.AreEqual(0, git.ExitCode, "the list of files comes from git");
        return
        [
            .. paths
                .Distinct()
                .Where(path => !Generated.Any(start => path.StartsWith(start, StringComparison.Ordinal)))
                .Where(path => File.Exists(Path.Combine(Root, path))),
        ];
    }
}
