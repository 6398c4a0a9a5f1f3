using System.Diagnostics;

namespace Attune.Tests.CortexM;

/// <summary>Runs a program of interop-native/bench on the emulated processor.</summary>
/// <param name="folder">Where the programs are.</param>
internal sealed class Emulator(string folder)
{
    /// <summary>Runs one. Counting makes the instruction counter deterministic.</summary>
    /// <returns>Its exit status and the lines that it printed.</returns>
    public (int Status, IReadOnlyList<string> Lines) Run(string program, string command, bool counting)
    {
        string[] arguments =
        [
            "-M",
            "mps2-an500",
            "-nographic",
            "-semihosting-config",
            "enable=on,target=native",
            .. counting ? new[] { "-icount", "shift=6" } : [],
            "-kernel",
            Path.Combine(folder, program),
            "-append",
            command,
        ];
        var start = new ProcessStartInfo("qemu-system-arm", arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string console = process.StandardError.ReadToEnd() + output.Result;
        process.WaitForExit();
        string[] lines = console.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (process.ExitCode, lines);
    }

    /// <summary>Version of the cross-compiler, as 12.2.1.</summary>
    public static string Compiler()
    {
        var start = new ProcessStartInfo("arm-none-eabi-gcc", ["-dumpfullversion"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string version = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return version;
    }

    /// <summary>The words of the lines that begin with a word, without it: names and values in turn.</summary>
    public static IEnumerable<string[]> Lines(IEnumerable<string> lines, string first) =>
        lines
            .Where(line => line.StartsWith(first + " ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[1..]);
}
