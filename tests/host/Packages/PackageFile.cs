using System.IO.Compression;
using System.Xml.Linq;
using Attune.Tests.Docs;

namespace Attune.Tests.Packages;

/// <summary>A package that <c>dotnet build nf.proj -t:Pack</c> has made.</summary>
internal sealed class PackageFile : IDisposable
{
    private readonly ZipArchive archive;

    private PackageFile(string path)
    {
        archive = ZipFile.OpenRead(path);
    }

    /// <summary>The version that all packages have.</summary>
    public static string Version { get; } =
        XDocument
            .Load(Path.Combine(Documents.Root, "host", "Directory.Build.props"))
            .Descendants("Version")
            .Single()
            .Value;

    /// <summary>What to do where a package is not what the sources are.</summary>
    public const string Stale =
        "the package is older than the sources; make it again with 'dotnet build nf.proj -t:Pack'";

    /// <summary>The folder with the packages.</summary>
    public static string Folder { get; } = Path.Combine(Documents.Root, "artifacts", "packages");

    /// <summary>Names of the package's files.</summary>
    public string[] Names =>
        [.. archive.Entries.Select(entry => Uri.UnescapeDataString(entry.FullName)).Order(StringComparer.Ordinal)];

    /// <summary>The package's description.</summary>
    public XElement Nuspec
    {
        get
        {
            ZipArchiveEntry entry = archive.Entries.Single(one => one.FullName.EndsWith(".nuspec"));
            using Stream stream = entry.Open();
            return XElement.Load(stream);
        }
    }

    /// <summary>An entry of the description; NuGet chooses its namespace.</summary>
    public string Value(string name) =>
        Nuspec.Elements().Single().Elements().Single(element => element.Name.LocalName == name).Value;

    /// <summary>Opens a package; ends the test as inconclusive if nobody has made it.</summary>
    public static PackageFile Open(string id)
    {
        string path = Path.Combine(Folder, $"{id}.{Version}.nupkg");
        if (!File.Exists(path))
        {
            Assert.Inconclusive($"there is no {path}; make it with 'dotnet build nf.proj -t:Pack'");
        }
        return new PackageFile(path);
    }

    /// <summary>The bytes of one of the package's files; ends the test as inconclusive if the package was made without it.</summary>
    public byte[] Read(string name)
    {
        ZipArchiveEntry? entry = archive.GetEntry(name);
        if (entry is null)
        {
            Assert.Inconclusive($"the package was made without {name}: its compiler was missing");
        }
        using Stream stream = entry!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Unpacks the package as NuGet does beside a solution: into a folder with its name and version.</summary>
    public void Install(string packages, string id) =>
        archive.ExtractToDirectory(Path.Combine(packages, $"{id}.{Version}"));

    public void Dispose() => archive.Dispose();
}
