using Attune.DeviceCheck;

namespace Attune.Tests.Device;

/// <summary>The device's project files: their order, their sizes, their places in the solution.</summary>
[TestClass]
public sealed class DeviceProjectTest
{
    private static readonly string Root = SharedFolder.Repository!;

    /// <summary>Half of the bytes of code that the device's file format has room for.</summary>
    private const int LibraryCodeLimit = 32768;

    /// <summary>By AttuneCodeLimit in its project file, which the check holds it to.</summary>
    [TestMethod]
    public void Each_library_leaves_half_of_the_file_format_free()
    {
        DeviceProject[] libraries =
        [
            .. DeviceProject
                .FindAll(Root, "device", "device/samples", "tests/device")
                .Where(project => project.Path.StartsWith("device/") && !project.Options.IsProgram),
        ];
        Assert.IsNotEmpty(libraries);
        string[] tooFull =
        [
            .. libraries
                .Where(project => project.CodeLimit > LibraryCodeLimit)
                .Select(project => $"{project.Path}: AttuneCodeLimit is not {LibraryCodeLimit}"),
        ];
        Assert.IsEmpty(tooFull, string.Join('\n', tooFull));
    }

    [TestMethod]
    public void A_library_beyond_its_limit_is_found()
    {
        string findings = "";
        string report = "";
        WithProjects(folder =>
        {
            Edit(
                folder,
                "device/Low/Low.nfproj",
                "</LangVersion>",
                "</LangVersion><AttuneCodeLimit>2048</AttuneCodeLimit>"
            );
            string members = string.Concat(Enumerable.Range(0, 190).Select(_ => "x = x * 1000000 + 1;"));
            File.WriteAllText(
                Path.Combine(folder, "device/Low/Large.cs"),
                $"internal class Large {{ static int M(int x) {{ {members} return x; }} }}"
            );
            DeviceProject[] projects = DeviceProject.FindAll(folder, "device");
            var lines = new List<string>();
            findings = string.Join('\n', CheckOfCore(folder).CheckProjects(projects, lines.Add, out var _));
            report = string.Join('\n', lines);
        });
        Assert.Contains("bytes of code, at most 2048 by its project file", findings);
        Assert.Contains("Low (Release): 2.1 of 2.0 KB of code (the format has room for 64.0)", report);
    }

    [TestMethod]
    public void Projects_are_compiled_behind_those_that_they_refer_to()
    {
        WithProjects(folder =>
        {
            DeviceProject[] projects = DeviceProject.FindAll(folder, "device");
            CollectionAssert.AreEqual((string[])["Low", "High"], projects.Select(project => project.Name).ToArray());
            Assert.IsEmpty(CheckOfCore(folder).CheckProjects(projects, _ => { }, out var assemblies));
            Assert.HasCount(2, assemblies);
        });
    }

    [TestMethod]
    public void Projects_that_refer_to_each_other_are_found()
    {
        WithProjects(folder =>
        {
            const string low = "<ProjectReference Include=\"..\\Low\\Low.nfproj\" />";
            Edit(
                folder,
                "device/Low/Low.nfproj",
                "</ItemGroup></Project>",
                "</ItemGroup><ItemGroup><ProjectReference Include=\"..\\High\\High.nfproj\" /></ItemGroup></Project>"
            );
            Assert.Contains(low, File.ReadAllText(Path.Combine(folder, "device/High/High.nfproj")));
            var error = Assert.ThrowsExactly<CheckException>(() => DeviceProject.FindAll(folder, "device"));
            Assert.Contains("projects refer to each other: High, Low", error.Message);
        });
    }

    [TestMethod]
    public void A_project_that_the_solution_does_not_deploy_is_found()
    {
        DeviceProject[] projects = DeviceProject.FindAll(Root, "device", "device/samples", "tests/device");
        string solution = File.ReadAllText(Path.Combine(Root, "Device.sln"));
        Assert.IsEmpty(projects.SelectMany(project => project.CheckSolution(solution)));
        string without = string.Join('\n', solution.Split('\n').Where(line => !line.Contains("Deploy.0")));
        Finding[] findings = [.. projects.SelectMany(project => project.CheckSolution(without))];
        Assert.HasCount(2 * projects.Length, findings);
        Assert.Contains("Debug|Any CPU.Deploy.0", findings[0].ToString());
    }

    /// <summary>Runs an action on a folder with two projects, High and Low, of which the first refers to the second.</summary>
    private static void WithProjects(Action<string> action)
    {
        string folder = Directory.CreateTempSubdirectory("attune-projects").FullName;
        try
        {
            foreach (
                var (name, references, source) in (ReadOnlySpan<(string, string, string)>)
                    [
                        (
                            "High",
                            "<ProjectReference Include=\"..\\Low\\Low.nfproj\" />",
                            "public class High { public Low Low; }"
                        ),
                        ("Low", "", "public class Low { }"),
                    ]
            )
            {
                string project = Directory.CreateDirectory(Path.Combine(folder, "device", name)).FullName;
                File.WriteAllText(Path.Combine(project, name + ".cs"), source);
                File.Copy(
                    Path.Combine(Root, "device/Attune.Kernels/packages.config"),
                    Path.Combine(project, "packages.config")
                );
                File.WriteAllText(
                    Path.Combine(project, name + ".nfproj"),
                    $"""
                    <Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
                    <PropertyGroup><AssemblyName>{name}</AssemblyName><OutputType>Library</OutputType><LangVersion>9</LangVersion></PropertyGroup>
                    <ItemGroup><Compile Include="**\*.cs" />
                    <Reference Include="mscorlib"><HintPath>packages\nanoFramework.CoreLibrary.1.17.11\lib\mscorlib.dll</HintPath></Reference>
                    {references}</ItemGroup></Project>
                    """
                );
            }
            action(folder);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>A check against the core library alone.</summary>
    private static SurfaceCheck CheckOfCore(string folder) =>
        new(Directory.CreateDirectory(Path.Combine(folder, "surface")).FullName);

    private static void Edit(string folder, string path, string text, string instead)
    {
        string file = Path.Combine(folder, path);
        string before = File.ReadAllText(file);
        Assert.Contains(text, before);
        File.WriteAllText(file, before.Replace(text, instead));
    }
}
