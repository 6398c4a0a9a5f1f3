using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Attune.Execution;
using Attune.Host.Boards;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference.Demo;
using Attune.Host.Reports;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Runs;
using Attune.Storage;
using Spectre.Console;

namespace Attune.Host.Commands;

/// <summary>
/// <c>attune demo</c>: generated pictograms and the shipped network, adapted to noise without labels and to new signs with
/// labels, within a board's memory.
/// </summary>
public static class DemoCommand
{
    private static readonly Option<string> CorruptionName = new("--corruption")
    {
        Description = "what befalls the images: " + string.Join(", ", Corruption.Names),
        DefaultValueFactory = _ => "impulse_noise",
    };
    private static readonly Option<int> SeverityLevel = new("--severity")
    {
        Description = "severity, 1..5",
        DefaultValueFactory = _ => 5,
    };
    private static readonly Option<string> BoardName = new("--board")
    {
        Description = "board profile: " + string.Join(", ", Board.All.Select(one => one.Name)),
        DefaultValueFactory = _ => Board.All[0].Name,
    };
    private static readonly Option<uint> Seed = new("--seed")
    {
        Description = "seed of everything",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "folder for the card and the report",
        DefaultValueFactory = _ => "attune-demo",
    };
    private static readonly Option<int> ThreadCount = ThreadsOption.Create();
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "machine-readable result on standard output",
    };
    private static readonly Option<string?> TrainedNetwork = new("--train-network")
    {
        Description = "instead: train the demo's network from scratch and write it to this .atm file",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("demo", "Shows the whole of Attune on generated images, in about a minute")
        {
            CorruptionName,
            SeverityLevel,
            BoardName,
            Seed,
            Output,
            ThreadCount,
            Json,
            TrainedNetwork,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(TrainedNetwork) is { } network)
        {
            return TrainNetwork(network, ThreadsOption.Of(parsed, ThreadCount));
        }
        string name = parsed.GetValue(CorruptionName)!;
        int level = parsed.GetValue(SeverityLevel);
        if (!Corruption.Names.Contains(name) || level is < Corruption.MinSeverity or > Corruption.MaxSeverity)
        {
            throw new UsageException(
                $"--corruption takes one of {string.Join(", ", Corruption.Names)}; --severity takes 1..5"
            );
        }
        Board profile =
            Board.Find(parsed.GetValue(BoardName)!)
            ?? throw new UsageException($"--board: known are {string.Join(", ", Board.All.Select(one => one.Name))}");
        var demo = new DemoRun(name, level, profile, parsed.GetValue(Seed), Path.GetFullPath(parsed.GetValue(Output)!));
        return demo.Run(ThreadsOption.Of(parsed, ThreadCount), parsed.GetValue(Json));
    }

    private static int TrainNetwork(string path, int threads)
    {
        var watch = Stopwatch.StartNew();
        var file = DemoNetwork.Train(threads, Terminal.Note);
        AtomicFile.Write(path, stream => stream.Write(file.Bytes));
        Console.WriteLine($"{path}: {file.Bytes.Length:N0} bytes, trained in {watch.Elapsed.TotalSeconds:F0} s");
        return ExitCode.Done;
    }
}
