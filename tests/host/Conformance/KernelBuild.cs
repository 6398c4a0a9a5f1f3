using System.ComponentModel;
using System.Diagnostics;

namespace Attune.Tests.Conformance;

/// <summary>Other builds of the kernels than the one that is shipped.</summary>
internal static class KernelBuild
{
    private static readonly Dictionary<string, KernelLibrary> Libraries = [];

    /// <summary>Builds the kernels with a CMake option (only what is out of date) and loads them.</summary>
    public static KernelLibrary Get(string name, string option)
    {
        if (Libraries.TryGetValue(name, out KernelLibrary? library))
        {
            return library;
        }
        if (SharedFolder.Repository is not { } repository)
        {
            Assert.Inconclusive("the tests run outside of the repository, whose kernels would be built");
            return null;
        }
        string target = Path.Combine(repository, "artifacts", "native", name);
        string output = Path.Combine(target, "lib");
        Run(
            "cmake",
            "-S",
            Path.Combine(repository, "interop-native"),
            "-B",
            Path.Combine(target, "build"),
            "-DCMAKE_BUILD_TYPE=Release",
            option,
            "-DATTUNE_OUTPUT_DIRECTORY=" + output
        );
        Run("cmake", "--build", Path.Combine(target, "build"), "--config", "Release", "--parallel", "2");
        string[] names = ["libattune.so", "libattune.dylib", "attune.dll"];
        string path = names.SelectMany(file => Directory.GetFiles(output, file, SearchOption.AllDirectories)).First();
        library = KernelLibrary.Load(path);
        Libraries.Add(name, library);
        return library;
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode, output + errors.Result);
        }
        catch (Win32Exception missing)
        {
            Assert.Inconclusive($"{program} is not installed: {missing.Message}");
        }
    }
}
