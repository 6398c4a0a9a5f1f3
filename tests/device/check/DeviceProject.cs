using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace Attune.DeviceCheck;

/// <summary>A nanoFramework project file (.nfproj) with its packages.config: what is compiled, and against what.</summary>
public sealed partial class DeviceProject
{
    private static readonly XNamespace Build = "http://schemas.microsoft.com/developer/msbuild/2003";
    private readonly string root;
    private readonly string folder;
    private readonly XElement document;

    private DeviceProject(string root, string path)
    {
        this.root = root;
        Path = System.IO.Path.GetRelativePath(root, path).Replace('\\', '/');
        folder = System.IO.Path.GetDirectoryName(path)!;
        document = XElement.Load(path);
        Name = Property("AssemblyName");
        References = [.. Items("Reference")];
        Projects =
        [
            .. Items("ProjectReference")
                .Select(reference => System.IO.Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'))),
        ];
        if (Items("Compile").ToArray() is not [@"**\*.cs"])
        {
            throw new CheckException($@"{Path}: compiles something else than **\*.cs; the check reads only that");
        }
        if (!LanguageVersionFacts.TryParse(Property("LangVersion"), out LanguageVersion language))
        {
            throw new CheckException($"{Path}: states no LangVersion; newer ones make helper types: state 9");
        }
        Options = new CompileOptions
        {
            Language = language,
            IsProgram = Property("OutputType") == "Exe",
            AllowUnsafe = Property("AllowUnsafeBlocks") == "true",
        };
    }

    /// <summary>Path of the project file below the root folder.</summary>
    public string Path { get; }

    /// <summary>The assembly's name.</summary>
    public string Name { get; }

    /// <summary>nanoFramework's assemblies that it refers to.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>Names of the project files that it refers to.</summary>
    public IReadOnlyList<string> Projects { get; }

    /// <summary>How it is compiled.</summary>
    public CompileOptions Options { get; }

    /// <summary>
    /// The projects in the folders right below the given ones, each behind the ones that it refers to.
    /// </summary>
    public static DeviceProject[] FindAll(string root, params string[] folders)
    {
        var found = folders
            .SelectMany(folder => Directory.GetDirectories(System.IO.Path.Combine(root, folder)))
            .SelectMany(folder => Directory.GetFiles(folder, "*.nfproj"))
            .Order(StringComparer.Ordinal)
            .Select(path => new DeviceProject(root, path))
            .ToDictionary(project => System.IO.Path.GetFileNameWithoutExtension(project.Path));
        var ordered = new List<DeviceProject>();
        void Add(string name, string from)
        {
            if (!found.TryGetValue(name, out DeviceProject? project))
            {
                throw new CheckException($"{from}: refers to project {name}, which is in none of the device's folders");
            }
            if (!ordered.Contains(project))
            {
                foreach (string reference in project.Projects)
                {
                    Add(reference, project.Path);
                }
                ordered.Add(project);
            }
        }
        foreach (string name in found.Keys)
        {
            Add(name, "");
        }
        return [.. ordered];
    }

    /// <summary>The source files.</summary>
    public IEnumerable<Source> Sources() =>
        Directory
            .GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !BuildOutput().IsMatch(System.IO.Path.GetRelativePath(folder, path)))
            .Order(StringComparer.Ordinal)
            .Select(path => Source.Read(root, path));

    /// <summary>Packages that project file, packages.config and surface do not agree about.</summary>
    public IEnumerable<Finding> CheckPackages(ReferenceSurface surface)
    {
        var listed = XElement
            .Load(System.IO.Path.Combine(folder, "packages.config"))
            .Elements("package")
            .ToDictionary(
                package => (string)package.Attribute("id")!,
                package => (string)package.Attribute("version")!
            );
        var used = new HashSet<string>();
        foreach (XElement reference in document.Descendants(Build + "Reference"))
        {
            string name = (string)reference.Attribute("Include")!;
            if (!surface.Assemblies.TryGetValue(name, out SurfaceAssembly? known))
            {
                yield return new(
                    Name,
                    Path,
                    $"refers to {name}",
                    $"declare what is used of it in {name}.cs of the surface"
                );
                continue;
            }
            used.Add(known.Package);
            string expected = $@"packages\{known.Package}.{known.Version}\lib\{name}";
            if (!((string?)reference.Element(Build + "HintPath") ?? "").Contains(expected, StringComparison.Ordinal))
            {
                yield return new(Name, Path, $"the path of {name} differs from the surface's", $"it is {expected}.*");
            }
            if (listed.GetValueOrDefault(known.Package) != known.Version)
            {
                string instead = $"list {known.Package} {known.Version}";
                yield return new(Name, Path, $"packages.config differs from the surface in {known.Package}", instead);
            }
        }
        foreach (string package in listed.Keys.Except(used))
        {
            yield return new(Name, Path, $"packages.config lists {package} without a reference", "remove it");
        }
    }

    private string Property(string name) => document.Descendants(Build + name).FirstOrDefault()?.Value ?? "";

    private IEnumerable<string> Items(string name) =>
        document.Descendants(Build + name).Select(item => (string?)item.Attribute("Include") ?? "");

    [GeneratedRegex(@"^(bin|obj)[/\\]")]
    private static partial Regex BuildOutput();
}
