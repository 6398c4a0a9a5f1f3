using System.Diagnostics;
using Attune.Host.Commands;

namespace Attune.Tests.Commands;

[TestClass]
public sealed class ProgramNameTest
{
    [TestMethod]
    public void Help_calls_the_program_attune()
    {
        string program = typeof(CommandRunner).Assembly.Location;
        Assert.AreEqual("attune.dll", Path.GetFileName(program));
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, "--help"]) { RedirectStandardOutput = true }
        )!;
        string help = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
        StringAssert.Contains(help, "attune [command]");
        Assert.DoesNotContain("attune-host", help);
    }
}
