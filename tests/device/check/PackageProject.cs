using System.Text.RegularExpressions;

namespace Attune.DeviceCheck;

/// <summary>
/// A library's project file as its package has it, at src/NAME in the package: in a solution's folder of packages, the
/// other packages lie beside the library's own.
/// </summary>
public static partial class PackageProject
{
    /// <summary>The project file, with paths to other packages in place of those to this repository's folders.</summary>
    /// <param name="text">The project file as it is here.</param>
    /// <param name="version">The version of all of this repository's packages.</param>
    public static string Rewrite(string text, string version)
    {
        string libraries = text.Replace(@"<HintPath>..\..\packages\", @"<HintPath>..\..\..\", StringComparison.Ordinal);
        return Project().Replace(libraries, $@"ProjectReference Include=""..\..\..\$1.{version}\src\$1\$1.nfproj""");
    }

    /// <summary>Writes a project to src/NAME of a folder.</summary>
    public static void Write(string root, DeviceProject project, string version, string output)
    {
        string folder = Directory.CreateDirectory(Path.Combine(output, "src", project.Name)).FullName;
        string text = File.ReadAllText(Path.Combine(root, project.Path));
        File.WriteAllText(Path.Combine(folder, project.Name + ".nfproj"), Rewrite(text, version));
    }

    [GeneratedRegex(@"ProjectReference Include=""\.\.\\([\w.]+)\\\1\.nfproj""")]
    private static partial Regex Project();
}
