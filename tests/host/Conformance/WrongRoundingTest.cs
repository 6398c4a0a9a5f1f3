using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Attune.Host.Import;

namespace Attune.Tests.Conformance;

/// <summary>
/// Proves that operator cases and goldens notice the two common mistakes of rescaling: builds of the kernels with one
/// rounding step ("single") and with ties of the second step upward ("up") must fail both.
/// </summary>
[TestClass]
public sealed class WrongRoundingTest
{
    private static readonly Dictionary<string, KernelLibrary> Libraries = [];

    [TestMethod]
    [DataRow("single", "singleRoundingDiffers")]
    [DataRow("up", "tiesUpDiffers")]
    public void Operator_cases_notice_as_many_wrong_values_as_their_list_says(string rounding, string field)
    {
        string list = SharedFolder.Require("conformance", "manifest.json");
        KernelLibrary wrong = Build(rounding);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(list));
        int noticed = 0;
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            string name = entry.GetProperty("file").GetString()!;
            var operatorCase = new OperatorCase(SharedFolder.Require("conformance", name));
            int differing = operatorCase.Run(wrong).Zip(operatorCase.Expected).Count(pair => pair.First != pair.Second);
            Assert.AreEqual(entry.GetProperty(field).GetInt32(), differing, name);
            noticed += differing > 0 ? 1 : 0;
        }
        Assert.IsGreaterThan(0, noticed);
    }

    [TestMethod]
    [DataRow("single")]
    [DataRow("up")]
    public void Goldens_notice(string rounding)
    {
        string[] names = SharedFolder.Names("goldens", "*.json");
        _ = SharedFolder.File("goldens", names[0]);
        KernelLibrary wrong = Build(rounding);
        int differing = 0;
        foreach (string name in names)
        {
            Golden golden = Golden.Read(SharedFolder.File("goldens", name));
            if (golden.Operators.Count == 0)
            {
                continue;
            }
            byte[] model = File.ReadAllBytes(SharedFolder.Require("models", golden.Model));
            using var runner = new ModelRunner(TfliteImporter.Import(model).File, wrong);
            differing += golden.Cases.Count(one => !Golden.HasOutput(one, runner.Infer(golden.Input(one))));
        }
        Assert.IsGreaterThan(0, differing, "no output of any golden differs");
    }

    /// <summary>Builds the kernels with a mistake (only what is out of date) and loads them.</summary>
    private static KernelLibrary Build(string rounding)
    {
        if (Libraries.TryGetValue(rounding, out KernelLibrary? library))
        {
            return library;
        }
        if (SharedFolder.Repository is not { } repository)
        {
            Assert.Inconclusive("the tests run outside of the repository, whose kernels would be built");
            return null;
        }
        string target = Path.Combine(repository, "artifacts", "native", "wrong-" + rounding);
        string output = Path.Combine(target, "lib");
        Run(
            "cmake",
            "-S",
            Path.Combine(repository, "interop-native"),
            "-B",
            Path.Combine(target, "build"),
            "-DCMAKE_BUILD_TYPE=Release",
            "-DATTUNE_WRONG_ROUNDING=" + rounding,
            "-DATTUNE_OUTPUT_DIRECTORY=" + output
        );
        Run("cmake", "--build", Path.Combine(target, "build"), "--config", "Release", "--parallel", "2");
        string[] names = ["libattune.so", "libattune.dylib", "attune.dll"];
        string path = names.SelectMany(name => Directory.GetFiles(output, name, SearchOption.AllDirectories)).First();
        library = KernelLibrary.Load(path);
        Libraries.Add(rounding, library);
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
