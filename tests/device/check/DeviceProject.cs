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
        if (Name != System.IO.Path.GetFileNameWithoutExtension(path))
        {
            throw new CheckException($"{Path}: makes the assembly {Name}; give project and assembly one name");
        }
        if (Items("Compile").ToArray() is not [@"**\*.cs"])
        {
            throw new CheckException($@"{Path}: compiles something else than **\*.cs; the check reads only that");
        }
        if (!LanguageVersionFacts.TryParse(Property("LangVersion"), out LanguageVersion language))
        {
            throw new CheckException($"{Path}: states no LangVersion; newer ones make helper types: state 9");
        }
        CodeLimit = ReadCodeLimit();
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

    /// <summary>Bytes of code that it may have, as AttuneCodeLimit states; else those that the file format has room for.</summary>
    public int CodeLimit { get; }

    /// <summary>How it is compiled.</summary>
    public CompileOptions Options { get; }

    /// <summary>
    /// The projects in the folders right below the given ones, each after the ones that it refers to.
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
        var begun = new List<string>();
        void Add(string name, string from)
        {
            if (begun.Contains(name))
            {
                throw new CheckException($"projects refer to each other: {string.Join(", ", begun)}");
            }
            if (!found.TryGetValue(name, out DeviceProject? project))
            {
                throw new CheckException($"{from}: refers to project {name}, which is in none of the device's folders");
            }
            if (!ordered.Contains(project))
            {
                begun.Add(name);
                foreach (string reference in project.Projects)
                {
                    Add(reference, project.Path);
                }
                begun.Remove(name);
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

    /// <summary>What the solution lacks of the project: that it is in it, is built and is deployed.</summary>
    /// <param name="solution">The text of the solution file.</param>
    public IEnumerable<Finding> CheckSolution(string solution)
    {
        string guid = Property("ProjectGuid");
        string[] lines =
        [
            $"""
                = "{Name}", "{Path.Replace('/', '\\')}", "{guid}"
                """,
            .. from configuration in (string[])["Debug", "Release"]
            from step in (string[])["ActiveCfg", "Build.0", "Deploy.0"]
            select $"{guid}.{configuration}|Any CPU.{step} = {configuration}|Any CPU",
        ];
        return lines
            .Where(line => !solution.Contains(line, StringComparison.Ordinal))
            .Select(line => new Finding(Name, Path, "the solution lacks a line", $"add {line}"));
    }

    private int ReadCodeLimit()
    {
        string limit = Property("AttuneCodeLimit");
        if (limit.Length == 0)
        {
            return SizeCheck.MostBytes;
        }
        return int.TryParse(limit, out int bytes) && bytes is > 0 and <= SizeCheck.MostBytes
            ? bytes
            : throw new CheckException($"{Path}: AttuneCodeLimit is '{limit}'; state 1 to {SizeCheck.MostBytes} bytes");
    }

    private string Property(string name) => document.Descendants(Build + name).FirstOrDefault()?.Value ?? "";

    private IEnumerable<string> Items(string name) =>
        document.Descendants(Build + name).Select(item => (string?)item.Attribute("Include") ?? "");

    [GeneratedRegex(@"^(bin|obj)[/\\]")]
    private static partial Regex BuildOutput();
}
