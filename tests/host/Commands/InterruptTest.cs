using System.Diagnostics;
using Attune.Host.Commands;
using Attune.Host.Reference.Demo;

namespace Attune.Tests.Commands;

/// <summary>Ctrl-C on the real process.</summary>
[TestClass]
public sealed class InterruptTest
{
    [TestMethod]
    public void An_interrupted_run_exits_with_130_and_goes_on_to_the_same_bytes()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("signals are sent with kill");
        }
        using var line = new CommandLine();
        File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);
        line.Must("data", "pictograms", "--images", "60", "--corruption", "fog", "-o", line.Path("t.ats"));
        line.Must("data", "pictograms", "--generator", "3", "--images", "20", "-o", line.Path("v.ats"));
        foreach (string card in (string[])["whole", "cut"])
        {
            line.Must(
                "card",
                line.Path(card),
                "-m",
                line.Path("net.atm"),
                "-t",
                line.Path("t.ats"),
                "-v",
                line.Path("v.ats"),
                "--method",
                "align+zo",
                "--epochs",
                "32",
                "--queries",
                "4",
                "--layers",
                "block 1",
                "--rollback",
                "off"
            );
        }
        line.Must("train", line.Path("whole"));

        int interrupted = 0;
        int code = 130;
        for (int attempt = 0; code == 130 && attempt < 20; attempt++)
        {
            code = RunAndInterrupt(
                line.Path("cut"),
                TimeSpan.FromMilliseconds(attempt == 0 ? 50 : 600 + 150 * attempt)
            );
            interrupted += code == 130 ? 1 : 0;
        }
        Assert.IsGreaterThan(0, interrupted, $"the run was never interrupted; it ended with {code}: {errors}");
        line.Must("train", line.Path("cut"));
        foreach (string name in (string[])["adapted.atm", "log.csv"])
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(line.Path($"whole/attune/{name}")),
                File.ReadAllBytes(line.Path($"cut/attune/{name}")),
                name
            );
        }
    }

    private string errors = "";

    private int RunAndInterrupt(string card, TimeSpan after)
    {
        string program = typeof(CommandRunner).Assembly.Location;
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, "train", card, "--threads", "1"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, line) => errors += line.Data + "\n";
        process.BeginErrorReadLine();
        // The first time, the run must have begun: on a busy machine that takes its time.
        while (!File.Exists(Path.Combine(card, "attune", "log.csv")) && !process.HasExited)
        {
            Thread.Sleep(10);
        }
        if (!process.WaitForExit(after))
        {
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            kill.WaitForExit();
            process.WaitForExit();
        }
        return process.ExitCode;
    }
}
