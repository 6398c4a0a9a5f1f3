using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Attune.DeviceCheck;

/// <summary>
/// nanoFramework's assemblies: its core library as the package has it, of the others what the device projects use, one
/// source file an assembly, declarations alone. A file's first line names the package, its version and the assemblies that
/// the assembly refers to:
/// // nanoFramework.System.IO.Streams 1.1.96; references mscorlib, nanoFramework.System.Text
/// </summary>
public sealed partial class ReferenceSurface
{
    private static readonly CompileOptions Declarations = new()
    {
        Language = LanguageVersion.CSharp9,
        Least = DiagnosticSeverity.Error,
    };

    private readonly string folder;
    private readonly Dictionary<string, SurfaceAssembly> assemblies = [];

    /// <summary>Compiles the declarations that a folder holds against the core library.</summary>
    /// <exception cref="CheckException">The surface is no sound C#; the message has the compiler's errors.</exception>
    public ReferenceSurface(string folder)
    {
        this.folder = folder;
        foreach (var (name, assembly) in Packages())
        {
            assemblies.Add(name, assembly);
        }
        foreach (string path in Directory.GetFiles(folder, "*.cs").Order(StringComparer.Ordinal))
        {
            Load(Path.GetFileNameWithoutExtension(path), path);
        }
    }

    /// <summary>The assemblies, by name.</summary>
    public IReadOnlyDictionary<string, SurfaceAssembly> Assemblies => assemblies;

    /// <summary>The assemblies that are in this program, with names such as "package nanoFramework.CoreLibrary 1.17.11 mscorlib".</summary>
    private static IEnumerable<(string Name, SurfaceAssembly Assembly)> Packages()
    {
        Assembly program = typeof(ReferenceSurface).Assembly;
        foreach (string resource in program.GetManifestResourceNames())
        {
            if (resource.Split(' ') is ["package", var package, var version, var name])
            {
                using Stream stream = program.GetManifestResourceStream(resource)!;
                var image = new byte[stream.Length];
                stream.ReadExactly(image);
                var assembly = DeviceAssembly.FromImage(name, [.. image]);
                yield return (name, new(assembly, package, version, IsDeclared: false));
            }
        }
    }

    private SurfaceAssembly Load(string name, string from)
    {
        if (assemblies.TryGetValue(name, out SurfaceAssembly? loaded))
        {
            return loaded;
        }
        string path = Path.Combine(folder, name + ".cs");
        if (!File.Exists(path))
        {
            throw new CheckException($"{from}: refers to {name}, of which there is no {path}; declare it there");
        }
        var source = Source.Read(folder, path);
        Match header = Header().Match(source.Text);
        if (!header.Success)
        {
            throw new CheckException($"{path}: line 1 is not '// PACKAGE VERSION; references ASSEMBLY, ...'");
        }
        string[] names = header
            .Groups[3]
            .Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        DeviceAssembly[] references = [.. names.Select(reference => Load(reference, path).Assembly)];
        DeviceAssembly assembly = DeviceAssembly.Compile(name, [source], references, Declarations);
        if (assembly.Errors.Count > 0)
        {
            throw new CheckException(string.Join('\n', assembly.Errors));
        }
        var result = new SurfaceAssembly(assembly, header.Groups[1].Value, header.Groups[2].Value, IsDeclared: true);
        assemblies.Add(name, result);
        return result;
    }

    [GeneratedRegex(@"\A// (\S+) ([^;\s]+)(?:; references ([^\n\r]+))?\r?\n")]
    private static partial Regex Header();
}

/// <summary>An assembly of the reference surface.</summary>
/// <param name="Assembly">The real assembly, or compiled declarations.</param>
/// <param name="Package">The package that has the real assembly.</param>
/// <param name="Version">The package's version.</param>
/// <param name="IsDeclared">Whether it is our declarations.</param>
public sealed record SurfaceAssembly(DeviceAssembly Assembly, string Package, string Version, bool IsDeclared);
