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
/// <c>attune demo</c>: generated pictograms, the shipped network, a corruption; no adaptation, aligned, trained, within a
/// board's memory.
/// </summary>
public static class DemoCommand
{
    private const int TrainingSamples = 400;
    private const int ValidationSamples = 200;
    private const int TestSamples = 1000;
    private const int CalibrationSamples = 200;
    private const int FilterKernel = 5;

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
        var demo = new Demo(name, level, profile, parsed.GetValue(Seed), Path.GetFullPath(parsed.GetValue(Output)!));
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

    private sealed record Demo(string Corruption, int Severity, Board Board, uint Seed, string Folder)
    {
        public int Run(int threads, bool json)
        {
            var watch = Stopwatch.StartNew();
            string card = Path.Combine(Folder, CardFolder.Name);
            Directory.CreateDirectory(card);
            byte[] model = WithInputFilter(DemoNetwork.Load()).Bytes;
            TrainingJob job = WriteCard(card, model);
            string test = Path.Combine(Folder, "test.ats");
            SampleWriter.Write(test, Samples(PictogramSet.Test, TestSamples, Seed + 2), null);

            AdaptationResult result = Adapt(card, job, threads, out MemoryPlan plan);
            if (!result.Complete)
            {
                Terminal.Note($"attune: interrupted; 'attune train {card}' goes on from the checkpoint");
                return ExitCode.Interrupted;
            }
            var clean = new PictogramSet(PictogramSet.Test, TestSamples);
            var report = new CardReport(card, test, threads)
            {
                Classes = clean.Classes,
                Clean = clean,
                Circumstances = $"{Wording.Corruption(Corruption).ToLowerInvariant()} of severity {Severity}",
            };
            result = result with
            {
                AccuracyBefore = report.Accuracy("none"),
                AccuracyAligned = report.Accuracy("aligned"),
                AccuracyAfter = report.Accuracy("trained"),
                AccuracySource = test,
                Seconds = Math.Round(watch.Elapsed.TotalSeconds, 3),
            };
            string page = Path.Combine(Folder, "report.html");
            _ = ReportWriter.Write(page, report.Build());
            if (json)
            {
                Terminal.Json(result);
            }
            else
            {
                Show(result, plan, page);
            }
            return ExitCode.Done;
        }

        /// <summary>Writes model, job and samples, as 'attune card' would.</summary>
        private TrainingJob WriteCard(string card, byte[] model)
        {
            var job = new TrainingJob { Board = Board.Name, ArenaBytes = Board.ArenaBytes };
            job.Training.Seed = Seed;
            DemoNetwork.ConfigureJob(job);
            AtomicFile.Write(Path.Combine(card, CardFiles.Model), stream => stream.Write(model));
            AtomicFile.Write(
                Path.Combine(card, CardFiles.Job),
                stream => stream.Write(Encoding.UTF8.GetBytes(job.Write()))
            );
            SampleWriter.Write(
                Path.Combine(card, CardFiles.Training),
                Samples(PictogramSet.Field, TrainingSamples, Seed),
                null
            );
            SampleWriter.Write(
                Path.Combine(card, CardFiles.Validation),
                Samples(PictogramSet.HeldOut, ValidationSamples, Seed + 1),
                null
            );
            return job;
        }

        /// <summary>The network with an input filter in front, as 'attune import --input-filter' makes it.</summary>
        private static AtmFile WithInputFilter(AtmFile network)
        {
            using var clean = new PictogramSet(PictogramSet.Field, CalibrationSamples);
            var images = clean.ReadAll().ToList();
            var samples = new MemorySamples(
                [.. images.Select(one => Array.ConvertAll(one.Image.Pixels, pixel => (byte)(pixel ^ 0x80)))],
                [.. images.Select(one => one.Label)],
                clean.Classes.Count
            );
            return InputFilter.Calibrate(InputFilter.Insert(network, FilterKernel), samples, samples.Count);
        }

        private ImageSet Samples(ulong generator, int count, uint corruptionSeed) =>
            Data.Corruptions.Corruption.Apply(new PictogramSet(generator, count), Corruption, Severity, corruptionSeed);

        private static AdaptationResult Adapt(string card, TrainingJob job, int threads, out MemoryPlan plan)
        {
            MemoryPlan? last = null;
            AdaptationResult result = TrainCommand.Run(
                card,
                restart: true,
                threads,
                test: null,
                session =>
                {
                    last = session.Network.Plan;
                }
            );
            plan = last!;
            return result;
        }

        private void Show(AdaptationResult result, MemoryPlan plan, string report)
        {
            var table = new Table().Border(TableBorder.Simple);
            table.AddColumn($"{Corruption}, severity {Severity}");
            table.AddColumn(new TableColumn("accuracy").RightAligned());
            table.AddRow("before", $"{100 * result.AccuracyBefore:F1} %");
            table.AddRow("aligned (no labels)", $"{100 * result.AccuracyAligned:F1} %");
            table.AddRow(
                "trained (forward passes only)",
                $"{100 * result.AccuracyAfter:F1} %{AdaptationResult.Undone(result)}"
            );
            Terminal.Output.Write(table);
            PlanTable.Write(Terminal.Output, plan, Board.ArenaBytes);
            Console.WriteLine(
                $"arena: {result.ArenaPeakBytes:N0} bytes used, {result.ArenaPlannedBytes:N0} planned, {result.ArenaBudgetBytes:N0} on {Board.Name}"
            );
            Console.WriteLine($"{result.Forwards:N0} forward passes in {result.Seconds:F1} s on this computer");
            Console.WriteLine($"report: {report}");
        }
    }
}
