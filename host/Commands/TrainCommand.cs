using System.CommandLine;
using System.Diagnostics;
using Attune.Adaptation;
using Attune.Data;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Host.Commands;

/// <summary><c>attune train FOLDER</c>: runs a card's job, resumable.</summary>
public static class TrainCommand
{
    private static readonly Argument<string> Folder = new("FOLDER")
    {
        Description = "card folder, as 'attune card' writes it",
    };
    private static readonly Option<string?> Test = new("--test")
    {
        Description = "samples (.ats) to report the accuracy on",
    };
    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "forget an earlier, unfinished run",
    };
    private static readonly Option<int?> Faults = new("--storage-faults")
    {
        Description = "demonstration: lose power, pull the card and so on at random moments of this seed",
        HelpName = "SEED",
    };
    private static readonly Option<int> ThreadCount = ThreadsOption.Create();
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "machine-readable result on standard output",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("train", "Adapts the model of a card folder; goes on where it was interrupted")
        {
            Folder,
            Test,
            Restart,
            Faults,
            ThreadCount,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = CardFolder.Find(parsed.GetValue(Folder)!);
        int threads = ThreadsOption.Of(parsed, ThreadCount);
        string? test = parsed.GetValue(Test);
        if (test is not null)
        {
            // A wrong name must not be found only after hours.
            CardFolder.OpenSamples(test).Dispose();
            _ = SampleCheck.Require(ModelLoader.Load(CardFolder.PathOf(path, CardFiles.Model)), test);
        }
        AdaptationResult result;
        try
        {
            result = Run(path, parsed.GetValue(Restart), threads, test, faults: parsed.GetValue(Faults));
        }
        catch (PlanException error)
        {
            CommandRunner.Show(error);
            Advise(path);
            return ExitCode.DoesNotFit;
        }
        if (!result.Complete)
        {
            Terminal.Note($"attune: interrupted; 'attune train {path}' goes on from the checkpoint");
            return ExitCode.Interrupted;
        }
        result = result with { Shift = Compare(path, threads) };
        if (parsed.GetValue(Json))
        {
            Terminal.Json(result);
        }
        else
        {
            Show(result);
        }
        return ExitCode.Done;
    }

    private static ShiftComparison Compare(string path, int threads) =>
        ShiftComparison.Of(
            ModelLoader.Load(CardFolder.PathOf(path, CardFiles.Model)),
            ModelLoader.Load(CardFolder.PathOf(path, CardFiles.Adapted)),
            CardFolder.PathOf(path, CardFiles.Training),
            threads
        );

    private static void Advise(string path)
    {
        byte[] model = ModelLoader.Load(CardFolder.PathOf(path, CardFiles.Model)).Bytes;
        bool evaluates = File.Exists(CardFolder.PathOf(path, CardFiles.Validation));
        AdviceText.WriteKeys(model, CardRun.ReadJob(CardFolder.Storage(path)), evaluates);
    }

    /// <summary>Runs a card folder's job to the end or to Ctrl-C.</summary>
    /// <param name="path">Folder of job.txt.</param>
    /// <param name="restart">Delete earlier checkpoints first.</param>
    /// <param name="threads">Threads of the kernels.</param>
    /// <param name="test">Samples to report the accuracy on instead of the validation samples, or null.</param>
    /// <param name="observe">Told the session after every unit, or null.</param>
    /// <param name="faults">Seed of storage faults to live through, or null.</param>
    public static AdaptationResult Run(
        string path,
        bool restart,
        int threads,
        string? test,
        Action<TrainingSession>? observe = null,
        int? faults = null
    )
    {
        var watch = Stopwatch.StartNew();
        Threads.Apply(threads);
        using CardLock held = CardLock.Take(path, "train");
        IStorage storage = CardFolder.Storage(path);
        if (restart)
        {
            new CheckpointStore(storage).Delete();
            SkipList.Delete(storage);
        }
        else if (EarlierRun.SetAsideForeign(path) is { } old)
        {
            Terminal.Note($"attune: {path}: results of another job are set aside in {old}");
        }
        if (!EarlierRun.IsIn(path))
        {
            SampleAdvice.Note(path);
        }
        using var interrupt = new InterruptSignal();
        AdaptationResult Start(IStorage files) => RunOnce(files, path, interrupt, observe);
        AdaptationResult result;
        try
        {
            result = faults is { } seed ? StorageFaults.Run(storage, seed, Start) : Start(storage);
        }
        catch (StorageException error) when (error.Fault == CardFault.CardFull)
        {
            throw new StorageException(
                CardFault.CardFull,
                $"{path}: the disk is full; nothing is lost: free some space, then 'attune train {path}' goes on where it was"
            );
        }
        result = result with { Seconds = Math.Round(watch.Elapsed.TotalSeconds, 3) };
        return result.Complete && test is not null ? OnTest(result, path, test, threads) : result;
    }

    private static AdaptationResult RunOnce(
        IStorage storage,
        string path,
        InterruptSignal interrupt,
        Action<TrainingSession>? observe
    )
    {
        using var card = new Card(storage, arenaLimit: 0);
        TrainingJob job = card.Job;
        bool complete = SessionProgress.Run(card.Run, interrupt, observe);
        TrainingSession session = card.Run.Session;
        int held = card.Validation?.Count ?? 0;
        return new AdaptationResult
        {
            Complete = complete,
            AccuracyBefore = Ratio(session.State.CorrectBefore, held),
            AccuracyAligned = Ratio(session.State.CorrectAligned, held),
            AccuracyAfter = Ratio(session.State.CorrectAfter, held),
            RolledBack = session.State.RolledBack,
            AlignmentUndone = session.State.AlignmentUndone,
            AccuracySource = CardFiles.Validation,
            Samples = card.Training.Count,
            Forwards = Math.Round(session.Forwards, 1),
            ArenaPeakBytes = session.MeasuredPeak,
            ArenaPlannedBytes = session.PlannedPeak,
            ArenaBudgetBytes = job.ArenaBytes,
            Board = job.Board,
            Method = session.State.Job.MethodName,
            Seed = job.Training.Seed,
            InputFilter = session.State.InputFilter < 0 ? null : InputFilterChoice.Name(session.State.InputFilter),
            Block = job.Trains && session.State.ChosenLayers.Block >= 0 ? session.State.ChosenLayers.Block : null,
            Model = CardFolder.PathOf(path, CardFiles.Adapted),
        };
    }

    private static AdaptationResult OnTest(AdaptationResult result, string path, string test, int threads)
    {
        TrainingJob job = CardRun.ReadJob(CardFolder.Storage(path));

        double Accuracy(string file, string title)
        {
            byte[] model = ModelLoader.Load(CardFolder.PathOf(path, file)).Bytes;
            var (correct, count) = AccuracyMeasure.Of(model, test, threads, title);
            return (double)correct / count;
        }
        return result with
        {
            AccuracyBefore = Accuracy(CardFiles.Model, "test, before"),
            AccuracyAligned = job.Align
                ? Accuracy(job.Trains ? CardFiles.Aligned : CardFiles.Adapted, "test, aligned")
                : null,
            AccuracyAfter = Accuracy(CardFiles.Adapted, "test, adapted"),
            AccuracySource = test,
        };
    }

    private static double? Ratio(int correct, int count) => correct < 0 || count == 0 ? null : (double)correct / count;

    private static void Show(AdaptationResult result)
    {
        static string Percent(double? accuracy) => accuracy is { } value ? $"{100 * value:F2} %" : "not measured";
        if (result is { AccuracyBefore: null, AccuracyAfter: null })
        {
            Console.WriteLine(
                "accuracy          not measured: the card has no labelled valid.ats; give --test FILE.ats"
            );
        }
        else
        {
            Console.WriteLine($"accuracy before   {Percent(result.AccuracyBefore)}  ({result.AccuracySource})");
            if (result.AccuracyAligned is not null)
            {
                Console.WriteLine($"accuracy aligned  {Percent(result.AccuracyAligned)}");
            }
            Console.WriteLine($"accuracy after    {Percent(result.AccuracyAfter)}{AdaptationResult.Undone(result)}");
        }
        foreach (var (name, value) in result.Shift?.Lines ?? [])
        {
            Console.WriteLine($"{name, -18}{value}");
        }
        Console.WriteLine(
            $"arena             {result.ArenaPeakBytes:N0} bytes used, {result.ArenaPlannedBytes:N0} planned, {result.ArenaBudgetBytes:N0} on {result.Board}"
        );
        if (result.InputFilter is not null)
        {
            Console.WriteLine($"input filter      {result.InputFilter}");
        }
        Console.WriteLine($"forward passes    {result.Forwards:N1}");
        Console.WriteLine($"result            {result.Model}");
    }
}
