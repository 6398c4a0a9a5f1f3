using System.Diagnostics;
using System.Text;
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
/// The demo's story: the network meets noise and adapts without labels; then two signs are redrawn, and it learns them from
/// labelled pictures. Each step is a card folder of its own.
/// </summary>
/// <param name="Noise">The corruption.</param>
/// <param name="Severity">Its severity, 1..5.</param>
/// <param name="Board">Whose memory the runs may use.</param>
/// <param name="Seed">Of everything.</param>
/// <param name="Folder">Where the cards and the report go.</param>
internal sealed record DemoRun(string Noise, int Severity, Board Board, uint Seed, string Folder)
{
    private const int FieldPictures = 400;
    private const int HeldOutPictures = 300;
    private const int TestPictures = 1000;
    private const int CalibrationPictures = 200;
    private const int FilterKernel = 5;

    private const string Learning = "method=zo;layers=head;head=exact;epochs=8;batch=10;learning-rate=1";

    private const string Aligning = "profile=attune";

    /// <summary>A step of the story.</summary>
    private sealed record Step(string Title, string Name, string Phase, bool Redrawn, string Job)
    {
        public string Card(string folder) => Path.Combine(folder, Name);

        public string Test(string folder) => Path.Combine(folder, Name, "test.ats");
    }

    private static readonly Step Adapt = new("without labels", "noise", "aligned", false, Aligning);
    private static readonly Step Learn = new("with labels", "signs", "trained", true, Learning);

    /// <summary>Runs both steps and writes the report.</summary>
    public int Run(int threads, bool json)
    {
        var watch = Stopwatch.StartNew();
        if (Take(Adapt, WithInputFilter(DemoNetwork.Load()).Bytes, threads) is not { } adapted)
        {
            return Interrupted(Adapt);
        }
        byte[] model = File.ReadAllBytes(adapted.Result.Model);
        if (Take(Learn, model, threads) is not { } learnt)
        {
            return Interrupted(Learn);
        }
        string page = Path.Combine(Folder, "report.html");
        _ = ReportWriter.Write(page, DemoReport.Join(adapted.Report.Build(), learnt.Report.Build()));
        if (json)
        {
            double seconds = Math.Round(watch.Elapsed.TotalSeconds, 3);
            Terminal.Json(
                new
                {
                    WithoutLabels = adapted.Result,
                    WithLabels = learnt.Result,
                    Seconds = seconds,
                    Report = page,
                }
            );
        }
        else
        {
            Show(adapted.Result, learnt.Result);
            Console.WriteLine($"{watch.Elapsed.TotalSeconds:F0} s on this computer; report: {page}");
        }
        return ExitCode.Done;
    }

    private int Interrupted(Step step)
    {
        Terminal.Note($"attune: interrupted; 'attune train {step.Card(Folder)}' goes on from the checkpoint");
        return ExitCode.Interrupted;
    }

    /// <summary>Writes a step's card, runs it and measures it; null: interrupted.</summary>
    private (AdaptationResult Result, CardReport Report)? Take(Step step, byte[] model, int threads)
    {
        string card = Path.Combine(step.Card(Folder), CardFolder.Name);
        Directory.CreateDirectory(card);
        WriteCard(step, card, model);
        string test = step.Test(Folder);
        SampleWriter.Write(test, Pictures(step, PictogramSet.Test, TestPictures, Seed + 2), null);
        AdaptationResult result = TrainCommand.Run(card, restart: true, threads, test: null);
        if (!result.Complete)
        {
            return null;
        }
        var clean = new PictogramSet(PictogramSet.Test, TestPictures, step.Redrawn);
        string noise = $"{Wording.Corruption(Noise).ToLowerInvariant()} of severity {Severity}";
        var report = new CardReport(card, test, threads)
        {
            Classes = clean.Classes,
            Clean = clean,
            Circumstances = step.Redrawn ? $"new signs in {noise}" : noise,
        };
        result = result with
        {
            AccuracyBefore = report.Accuracy("none"),
            AccuracyAligned = step.Redrawn ? null : report.Accuracy(step.Phase),
            AccuracyAfter = report.Accuracy(step.Phase),
            AccuracySource = test,
        };
        return (result, report);
    }

    /// <summary>Writes model, job and samples, as 'attune card' would.</summary>
    private void WriteCard(Step step, string card, byte[] model)
    {
        var job = new TrainingJob { Board = Board.Name, ArenaBytes = Board.ArenaBytes };
        job.Training.Seed = Seed;
        foreach (string pair in step.Job.Split(';'))
        {
            string[] both = pair.Split('=');
            _ = job.Set(both[0], both[1]);
        }
        AtomicFile.Write(Path.Combine(card, CardFiles.Model), stream => stream.Write(model));
        AtomicFile.Write(
            Path.Combine(card, CardFiles.Job),
            stream => stream.Write(Encoding.UTF8.GetBytes(job.Write()))
        );
        ImageSet field = Pictures(step, PictogramSet.Field, FieldPictures, Seed);
        SampleWriter.Write(Path.Combine(card, CardFiles.Training), field, null);
        if (job.Trains)
        {
            ImageSet held = Pictures(step, PictogramSet.HeldOut, HeldOutPictures, Seed + 1);
            SampleWriter.Write(Path.Combine(card, CardFiles.Validation), held, null);
        }
    }

    /// <summary>The network with an input filter in front, as 'attune import --input-filter' makes it.</summary>
    private static AtmFile WithInputFilter(AtmFile network)
    {
        using var clean = new PictogramSet(PictogramSet.Field, CalibrationPictures);
        var images = clean.ReadAll().ToList();
        var samples = new MemorySamples(
            [.. images.Select(one => Array.ConvertAll(one.Image.Pixels, pixel => (byte)(pixel ^ 0x80)))],
            [.. images.Select(one => one.Label)],
            clean.Classes.Count
        );
        AtmBuilder named = AtmBuilder.From(network);
        named.ClassNames = clean.Classes;
        return InputFilter.Calibrate(InputFilter.Insert(named.Build(), FilterKernel), samples, samples.Count);
    }

    private ImageSet Pictures(Step step, ulong generator, int count, uint corruptionSeed) =>
        Corruption.Apply(new PictogramSet(generator, count, step.Redrawn), Noise, Severity, corruptionSeed);

    private void Show(AdaptationResult adapted, AdaptationResult learnt)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("");
        foreach (
            string title in (string[])
                ["before", "after", "forwards", $"time on {Board.Name}", $"arena of {Board.ArenaBytes:N0}"]
        )
        {
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        }
        void Row(string what, AdaptationResult result) =>
            table.AddRow(
                what,
                Accuracy(result.AccuracyBefore),
                Accuracy(result.AccuracyAfter) + AdaptationResult.Undone(result),
                $"{result.Forwards:N0}",
                Time(result),
                $"{result.ArenaPeakBytes:N0}"
            );
        Row($"1. {Noise.Replace('_', ' ')} {Severity}: {FieldPictures} pictures, no labels", adapted);
        Row($"2. two signs redrawn: {FieldPictures} labelled pictures", learnt);
        Terminal.Output.Write(table);
        Console.WriteLine(
            $"accuracy on {TestPictures:N0} other pictures, with its 95 % interval; in row 2 {Pictograms.Redrawings}; times are estimates"
        );
    }

    /// <summary>Estimated time on the board, at its core clock.</summary>
    private string Time(AdaptationResult result)
    {
        long forward = new ModelSummary(ModelLoader.Load(result.Model)).Macs;
        return Wording.Duration(StepCost.Seconds(result.Forwards * forward, Board.MegaHertz));
    }

    private static string Accuracy(double? value)
    {
        double share = value!.Value;
        double error = 1.96 * Math.Sqrt(share * (1 - share) / TestPictures);
        return $"{100 * share:F1} ± {100 * error:F1} %";
    }
}
