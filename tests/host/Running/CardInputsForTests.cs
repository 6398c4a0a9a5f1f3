using Attune.Host.Reference.Demo;
using Attune.Tests.Commands;

namespace Attune.Tests.Running;

/// <summary>The demo's network and a few pictograms, as files for 'attune card'.</summary>
internal static class CardInputsForTests
{
    /// <summary>Writes net.atm, t.ats (24 samples) and v.ats (20 samples).</summary>
    public static void Write(CommandLine line)
    {
        File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);
        string[] noise = ["--corruption", "gaussian_noise"];
        line.Must(["data", "pictograms", "--generator", "2", "--images", "24", .. noise, "-o", line.Path("t.ats")]);
        line.Must(["data", "pictograms", "--generator", "3", "--images", "20", .. noise, "-o", line.Path("v.ats")]);
    }

    /// <summary>The command that makes a card of them.</summary>
    public static string[] Arguments(CommandLine line, string card) =>
        [
            "card",
            line.Path(card),
            "--model",
            line.Path("net.atm"),
            "--train",
            line.Path("t.ats"),
            "--valid",
            line.Path("v.ats"),
        ];
}
