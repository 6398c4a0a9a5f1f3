namespace Attune.DeviceCheck;

/// <summary>Compiles the device projects against the reference surface and checks the assemblies.</summary>
public sealed class SurfaceCheck
{
    private readonly ReferenceSurface surface;
    private readonly AssemblyFile[] declared;

    /// <summary>A check against the surface that a folder holds.</summary>
    public SurfaceCheck(string surfaceFolder)
    {
        surface = new ReferenceSurface(surfaceFolder);
        declared =
        [
            .. surface
                .Assemblies.Values.Where(known => known.IsDeclared)
                .Select(known => new AssemblyFile(known.Assembly.Image)),
        ];
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
        return assembly.Image.IsEmpty ? assembly.Errors : [.. assembly.Errors, .. Check(assembly, all)];
    }

    /// <summary>Checks an assembly, whatever it was compiled against, against the whole surface.</summary>
    public IReadOnlyList<Finding> CheckAssembly(DeviceAssembly assembly) =>
        Check(assembly, surface.Assemblies.Values.Select(known => known.Assembly));

    /// <summary>Compiles projects, each as its project file says, and checks them and the surface.</summary>
    /// <param name="projects">The projects, each after the ones that it refers to.</param>
    /// <param name="report">Takes a line about each assembly.</param>
    /// <param name="assemblies">The assemblies that compiled, optimized.</param>
    public IReadOnlyList<Finding> CheckProjects(
        IEnumerable<DeviceProject> projects,
        Action<string> report,
        out IReadOnlyDictionary<string, DeviceAssembly> assemblies
    )
    {
        var findings = new List<Finding>();
        var use = new SurfaceUse(declared);
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
                // A base class may stand in an assembly that only another one refers to.
                IEnumerable<DeviceAssembly> behind = built.Values.Where(other => other.Name != project.Name);
                findings.AddRange(Check(assembly, references.Union(behind)));
                var file = new AssemblyFile(assembly.Image);
                use.Add(file, assembly);
                var size = new SizeCheck(file);
                findings.AddRange(size.Exceeds(project.CodeLimit));
                report($"{project.Name} ({(optimized ? "Release" : "Debug")}): {size.Describe(project.CodeLimit)}");
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

    private static List<Finding> Check(DeviceAssembly assembly, IEnumerable<DeviceAssembly> references)
    {
        var file = new AssemblyFile(assembly.Image);
        var known = new MemberNames();
        foreach (DeviceAssembly reference in references)
        {
            known.Add(new AssemblyFile(reference.Image));
        }
        return
        [
            .. OverloadCheck.Findings(assembly, known),
            .. SubsetCheck.Findings(file, known),
            .. new SizeCheck(file).Findings,
        ];
    }
}
