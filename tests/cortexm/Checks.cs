namespace Attune.Tests.CortexM;

/// <summary>Runs programs on the emulated Cortex-M7, prints a line for each, and remembers whether all were good.</summary>
/// <param name="emulator">Runs them.</param>
internal sealed class Checks(Emulator emulator)
{
    private const int Skipped = 77;

    /// <summary>The native tests, with arguments that keep each below a minute.</summary>
    private static readonly (string Program, string Arguments)[] Tests =
    [
        ("test_backends", "20000 1 1"),
        ("test_errors", "8000 1 1"),
        ("test_chain", "60"),
        ("test_layers", "60"),
        ("test_hostile", "10"),
        ("test_update", ""),
        ("test_moments", "100000"),
        ("test_augment", ""),
        ("test_gradients", ""),
        ("test_loss", ""),
        ("test_align", ""),
        ("test_statistics", ""),
        ("test_refused", ""),
        ("test_exp_log", ""),
        ("test_estimator", ""),
        ("test_threads", ""),
        ("test_memory", ""),
        ("test_nanoclr", ""),
    ];

    /// <summary>Whether nothing has failed.</summary>
    public bool Good { get; private set; } = true;

    /// <summary>Runs a program and returns the lines that it printed.</summary>
    /// <param name="what">Its name in the report.</param>
    /// <param name="program">Its file.</param>
    /// <param name="command">Its arguments.</param>
    /// <param name="counting">Whether the emulator counts instructions.</param>
    public IReadOnlyList<string> Run(string what, string program, string command, bool counting)
    {
        (int status, IReadOnlyList<string> lines) = emulator.Run(program, command, counting);
        string result =
            status == 0 ? "passed"
            : status == Skipped ? "SKIPPED: " + (lines.Count > 0 ? lines[^1] : "")
            : "FAILED";
        IEnumerable<string> shown = result == "FAILED" ? lines.Take(40) : [];
        Console.WriteLine(string.Join("\n  ", shown.Prepend($"cortexm: {what}: {result}")));
        Note(result != "FAILED");
        return lines;
    }

    /// <summary>Runs the native tests, and the wrong twins, which must fail.</summary>
    public void RunTests()
    {
        Parallel.ForEach(
            Tests,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            test => Run($"{test.Program} {test.Arguments}".Trim(), test.Program + ".elf", test.Arguments, false)
        );
        bool failed =
            emulator.Run("wrong_backend.elf", "300 1 1", false).Status == 1
            && emulator.Run("wrong_errors.elf", "300 1 1", false).Status == 1
            && emulator.Run("wrong_gradients.elf", "gradients", false).Status == 1;
        Console.WriteLine($"cortexm: the wrong twin {(failed ? "failed, as it must" : "PASSED")}");
        Note(failed);
    }

    private void Note(bool good)
    {
        lock (Tests)
        {
            Good &= good;
        }
    }
}
