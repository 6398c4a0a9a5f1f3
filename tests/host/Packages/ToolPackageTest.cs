using System.Diagnostics;
using System.Text.RegularExpressions;
using Attune.Kernels;
using Attune.Tests.Docs;

namespace Attune.Tests.Packages;

/// <summary>The tool package: its kernel libraries, and that it runs where it is installed.</summary>
[TestClass]
public sealed partial class ToolPackageTest
{
    private const string Id = "Attune.Tool";
    private const string Runtimes = "tools/net10.0/any/runtimes/";

    /// <summary>Libraries that every Windows has.</summary>
    private static readonly string[] WindowsLibraries = ["KERNEL32.dll", "msvcrt.dll"];

    private static string[] Interface =>
        [
            .. Function()
                .Matches(
                    Documents.Read("interop-native/include/attune.h")
                        + Documents.Read("interop-native/include/attune_backward.h")
                )
                .Select(match => match.Groups[1].Value)
                .Order(StringComparer.Ordinal),
        ];

    [TestMethod]
    public void The_package_says_what_it_is()
    {
        using var package = PackageFile.Open(Id);
        Assert.AreEqual(Id, package.Value("id"));
        Assert.AreEqual(PackageFile.Version, package.Value("version"));
        Assert.AreEqual("MIT", package.Value("license"));
        Assert.AreEqual("README.md", package.Value("readme"));
        Assert.Contains("README.md", package.Names);
    }

    [TestMethod]
    public void The_library_for_Windows_exports_the_whole_interface_and_needs_only_Windows()
    {
        using var package = PackageFile.Open(Id);
        byte[] library = package.Read(Runtimes + "win-x64/native/attune.dll");
        CollectionAssert.AreEqual(Interface, NativeFile.DllExports(library));
        Assert.IsEmpty(NativeFile.DllImports(library).Except(WindowsLibraries));
    }

    [TestMethod]
    [DataRow("linux-x64", 62)]
    [DataRow("linux-arm64", 183)]
    public void The_library_for_Linux_exports_the_whole_interface(string system, int machine)
    {
        using var package = PackageFile.Open(Id);
        byte[] library = package.Read($"{Runtimes}{system}/native/libattune.so");
        Assert.AreEqual(machine, NativeFile.ElfMachine(library));
        string[] functions = [.. NativeFile.ElfExports(library).Where(name => name is not ("_init" or "_fini"))];
        CollectionAssert.AreEqual(Interface, functions);
    }

    /// <summary>On Windows its name, attune.dll, would be that of the program.</summary>
    [TestMethod]
    public void The_library_does_not_lie_beside_the_program()
    {
        Assert.IsTrue(Native.Places(AppContext.BaseDirectory).Any(File.Exists));
        Assert.IsFalse(File.Exists(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(Native.Places("")[0]))));
    }

    [TestMethod]
    public void The_package_installs_into_a_clean_home_and_runs_there()
    {
        PackageFile.Open(Id).Dispose();
        string home = Directory.CreateTempSubdirectory("attune-home").FullName;
        try
        {
            Run(home, "dotnet", "tool", "install", "--global", Id, "--source", PackageFile.Folder);
            string attune = Path.Combine(home, ".dotnet", "tools", "attune");
            Assert.StartsWith(PackageFile.Version, Run(home, attune, "--version"));
            string model = Path.Combine(Documents.Root, "host/Reference/Demo/demo.atm");
            Assert.Contains("\"arenaPlannedBytes\"", Run(home, attune, "plan", model, "--json"));
        }
        finally
        {
            Directory.Delete(home, true);
        }
    }

    [TestMethod]
    public void A_program_without_its_library_says_in_one_line_what_is_missing()
    {
        string folder = Directory.CreateTempSubdirectory("attune-bare").FullName;
        try
        {
            foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
            string model = Path.Combine(Documents.Root, "host/Reference/Demo/demo.atm");
            var (code, _, errors) = Start(folder, "dotnet", [Path.Combine(folder, "attune.dll"), "plan", model]);
            Assert.AreEqual(1, code, errors);
            Assert.HasCount(1, errors.Trim().Split('\n'));
            Assert.Contains("has no kernel library for", errors);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static string Run(string home, string program, params string[] arguments)
    {
        var (code, output, errors) = Start(home, program, arguments);
        Assert.AreEqual(0, code, $"{program} {string.Join(' ', arguments)}: {output}{errors}");
        return output;
    }

    private static (int Code, string Output, string Errors) Start(string home, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = home,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = home;
        start.Environment["DOTNET_CLI_HOME"] = home;
        start.Environment["NUGET_PACKAGES"] = Path.Combine(home, "packages");
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    [GeneratedRegex(@"^ATTUNE_API [\w ]+?(attune_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Function();
}
