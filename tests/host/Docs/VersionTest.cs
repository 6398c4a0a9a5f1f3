using System.Text.RegularExpressions;
using System.Xml.Linq;
using Attune.Host.Commands;

namespace Attune.Tests.Docs;

/// <summary>The program, the libraries and the packages have one version (docs/CHANGELOG.md).</summary>
[TestClass]
public sealed partial class VersionTest
{
    private static readonly string Version = XDocument
        .Load(Path.Combine(Documents.Root, "host", "Directory.Build.props"))
        .Descendants("Version")
        .Single()
        .Value;

    [TestMethod]
    public void Device_assemblies_have_the_version()
    {
        string[] files =
        [
            .. Documents
                .Sources()
                .Where(path =>
                    path.StartsWith("device/", StringComparison.Ordinal)
                    && path.EndsWith("/AssemblyInfo.cs", StringComparison.Ordinal)
                ),
        ];
        Assert.IsGreaterThan(2, files.Length);
        foreach (string file in files)
        {
            Assert.Contains($"AssemblyVersion(\"{Version}.0\")", Documents.Read(file), file);
        }
    }

    [TestMethod]
    public void The_changelog_begins_with_the_version() =>
        Assert.AreEqual(Version, Number().Match(Documents.Read("docs/CHANGELOG.md")).Groups[1].Value);

    [TestMethod]
    public void The_native_version_of_the_assembly_is_that_of_the_header()
    {
        string header = Documents.Read("interop-native/include/attune.h");
        string assembly = Documents.Read("device/Attune.Kernels/Properties/AssemblyInfo.cs");
        string number = Header().Match(header).Groups[1].Value;
        Assert.Contains($"AssemblyNativeVersion(\"{number}.0.0.0\")", assembly);
    }

    [TestMethod]
    public void The_program_has_the_version() =>
        Assert.AreEqual(Version, typeof(CommandRunner).Assembly.GetName().Version!.ToString(3));

    [GeneratedRegex(@"^## (\d+\.\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex Number();

    [GeneratedRegex(@"#define ATTUNE_VERSION (\d+)")]
    private static partial Regex Header();
}
