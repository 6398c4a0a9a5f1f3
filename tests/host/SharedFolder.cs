namespace Attune.Tests;

/// <summary>
/// The folder of reference data (models, goldens, operator cases, images) that tests compare with: the one that the
/// environment variable ATTUNE_SHARED names, else the folder "shared" beside the repository. It may be absent, in whole or
/// in part; tests that need what is absent are inconclusive and say why.
/// </summary>
internal static class SharedFolder
{
    /// <summary>The repository's root, or null where the tests run outside of it.</summary>
    public static string? Repository { get; } = FindRepository();

    private static readonly string? Root = FindRoot();

    /// <summary>Path of a file or folder in it; a test that asks for an absent one is inconclusive.</summary>
    public static string Require(params string[] parts)
    {
        if (Root is null)
        {
            Assert.Inconclusive(
                "no reference data: set ATTUNE_SHARED to the folder, or put it as 'shared' beside the repository"
            );
        }
        string path = Path.Combine([Root, .. parts]);
        if (!Path.Exists(path))
        {
            Assert.Inconclusive($"the reference data have no {Path.Combine(parts)}");
        }
        return path;
    }

    /// <summary>
    /// Names of the files of a folder that match a pattern, in alphabetical order, for data-driven tests. A single empty
    /// name where there are none, so that the test runs, asks for its file and says what is missing.
    /// </summary>
    public static string[] Names(string folder, string pattern)
    {
        string? path = Root is null ? null : Path.Combine(Root, folder);
        string[] names = Directory.Exists(path)
            ?
            [
                .. Directory
                    .GetFiles(path, pattern)
                    .Select(file => Path.GetFileName(file))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
        return names.Length > 0 ? names : [""];
    }

    /// <summary>The same as rows of a DynamicData test.</summary>
    public static IEnumerable<object[]> Rows(string folder, string pattern) =>
        Names(folder, pattern).Select(name => new object[] { name });

    /// <summary>Path of one of the names; inconclusive for the empty name.</summary>
    public static string File(string folder, string name)
    {
        string path = Require(folder);
        if (name.Length == 0)
        {
            Assert.Inconclusive($"the reference data have no files of this kind in {folder}");
        }
        return Path.Combine(path, name);
    }

    private static string? FindRoot()
    {
        string? named = Environment.GetEnvironmentVariable("ATTUNE_SHARED");
        if (!string.IsNullOrEmpty(named))
        {
            return Directory.Exists(named) ? named : null;
        }
        string? parent = Repository is null ? null : Path.GetDirectoryName(Repository);
        string? beside = parent is null ? null : Path.Combine(parent, "shared");
        return Directory.Exists(beside) ? beside : null;
    }

    private static string? FindRepository()
    {
        for (string? folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory); folder is not null; )
        {
            bool root =
                System.IO.File.Exists(Path.Combine(folder, "nf.proj"))
                || System.IO.File.Exists(Path.Combine(folder, ".editorconfig"));
            if (root)
            {
                return folder;
            }
            folder = Path.GetDirectoryName(folder);
        }
        return null;
    }
}
