using System.Collections.Immutable;

namespace Attune.DeviceCheck;

/// <summary>Compiles the device projects against the reference surface and checks the assemblies.</summary>
public sealed class SurfaceCheck
{
    private readonly ReferenceSurface surface;
    private readonly AssemblyFile[] surfaceFiles;

    /// <summary>A check against the surface that a folder holds.</summary>
    public SurfaceCheck(string surfaceFolder)
    {
        surface = new ReferenceSurface(surfaceFolder);
        surfaceFiles = [.. surface.Assemblies.Values.Select(known => new AssemblyFile(known.Assembly.Image))];
    }

    /// <summary>Compiles sources and checks the result; against the whole surface and the given assemblies.</summary>
    public IReadOnlyList<Finding> CheckSources(
        string name,
        IReadOnlyList<Source> sources,
        CompileOptions options,
        params DeviceAssembly[] references
    )
    {
        DeviceAssembly[] all = [.. surface.Assemblies.Values.Select(known => known.Assembly), .. references];
        DeviceAssembly assembly = DeviceAssembly.Compile(name, sources, all, options);
        return assembly.Image.IsEmpty ? assembly.Errors : [.. assembly.Errors, .. Check(assembly.Image, all)];
    }

    /// <summary>Checks an assembly file that something else has compiled, against the whole surface.</summary>
    public IReadOnlyList<Finding> CheckAssembly(ImmutableArray<byte> image) =>
        Check(image, surface.Assemblies.Values.Select(known => known.Assembly));

    /// <summary>Compiles projects, each as its project file says, and checks them and the surface.</summary>
    /// <param name="projects">The projects, each behind the ones that it refers to.</param>
    /// <param name="report">Takes a line about each assembly.</param>
    /// <param name="assemblies">The assemblies that compiled, optimized.</param>
    public IReadOnlyList<Finding> CheckProjects(
        IEnumerable<DeviceProject> projects,
        Action<string> report,
        out IReadOnlyDictionary<string, DeviceAssembly> assemblies
    )
    {
        var findings = new List<Finding>();
        var use = new SurfaceUse(surfaceFiles);
        foreach (SurfaceAssembly known in surface.Assemblies.Values)
        {
            use.AddSources(known.Assembly);
        }
        var built = new Dictionary<string, DeviceAssembly>();
        foreach (DeviceProject project in projects)
        {
            findings.AddRange(project.CheckPackages(surface));
            if (project.Projects.FirstOrDefault(name => !built.ContainsKey(name)) is { } missing)
            {
                findings.Add(
                    new(project.Name, "", $"not compiled, because {missing} has errors", "correct them first")
                );
                continue;
            }
            DeviceAssembly[] references =
            [
                .. project
                    .References.Where(surface.Assemblies.ContainsKey)
                    .Select(name => surface.Assemblies[name].Assembly),
                .. project.Projects.Select(name => built[name]),
            ];
            foreach (bool optimized in (bool[])[false, true])
            {
                CompileOptions options = project.Options with
                {
                    Optimized = optimized,
                    Symbols = optimized ? [] : ["DEBUG", "TRACE"],
                };
                DeviceAssembly assembly = DeviceAssembly.Compile(project.Name, project.Sources(), references, options);
                findings.AddRange(assembly.Errors);
                if (assembly.Image.IsEmpty)
                {
                    break;
                }
                findings.AddRange(Check(assembly.Image, references));
                var file = new AssemblyFile(assembly.Image);
                use.Add(file, assembly);
                var size = new SizeCheck(file);
                report(
                    $"{project.Name} ({(optimized ? "Release" : "Debug")}): {size.CodeBytes} of {SizeCheck.Most} bytes of code, "
                        + $"at most {size.StringBytes} of {SizeCheck.Most} of strings"
                );
                built[project.Name] = assembly;
            }
        }
        if (findings.Count == 0)
        {
            findings.AddRange(use.Unused());
        }
        assemblies = built;
        return [.. findings.Distinct()];
    }

    private static List<Finding> Check(ImmutableArray<byte> image, IEnumerable<DeviceAssembly> references)
    {
        var file = new AssemblyFile(image);
        var known = new MemberNames();
        foreach (DeviceAssembly reference in references)
        {
            known.Add(new AssemblyFile(reference.Image));
        }
        return [.. SubsetCheck.Findings(file, known), .. new SizeCheck(file).Findings()];
    }
}
