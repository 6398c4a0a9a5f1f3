using System.CommandLine;
using Attune.Execution;
using Attune.Host.Boards;
using Attune.Host.Import;
using Attune.Host.Reports;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;
using Spectre.Console;

namespace Attune.Host.Commands;

/// <summary><c>attune plan MODEL --board B --method M</c>: does it fit, itemised.</summary>
public static class PlanCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ".atm or .tflite file" };
        var json = new Option<bool>("--json") { Description = "machine-readable result on standard output" };
        var command = new Command("plan", "Shows whether a job fits a board's memory, itemised") { model, json };
        var options = new JobOptions(command);
        command.SetAction(parsed =>
        {
            Board board = options.BoardOf(parsed);
            TrainingJob job = options.Job(parsed);
            byte[] bytes = ModelLoader.Load(parsed.GetValue(model)!).Bytes;
            using var arena = new Arena(16);
            arena.LoadModel(bytes);
            var view = new QuantizedModel(arena);
            CheckSupported(view, job);
            List<Entry> entries = [.. Entries(view, arena, job)];
            bool flash = bytes.Length <= board.FlashBytes;
            bool fits = Fits(entries, job) && flash;
            if (parsed.GetValue(json))
            {
                WriteJson(board, job, bytes.Length, entries, fits);
            }
            else
            {
                WriteText(board, job, bytes.Length, entries);
            }
            if (!flash)
            {
                Terminal.Note(
                    $"attune: the model has {bytes.Length:N0} bytes, {board.Name} has {board.FlashBytes:N0} bytes of flash"
                );
            }
            if (!fits)
            {
                Suggest(view, arena, job);
            }
            return fits ? ExitCode.Done : ExitCode.DoesNotFit;
        });
        return command;
    }

    /// <summary>Says what would fit in place of a job that does not.</summary>
    public static void Suggest(QuantizedModel view, Arena arena, TrainingJob job)
    {
        var fitting = new List<string>();
        for (int block = 0; job.Train && block < view.BlockCount; block++)
        {
            MemoryPlan plan = MemoryPlan.ForTraining(view, arena, job, TrainingSession.LayersOf(view, job, block));
            if (plan.Peak <= job.ArenaBytes)
            {
                fitting.Add($"--layers 'block {block}' ({plan.Peak:N0} bytes)");
            }
        }
        if (view.CalibrationSamples > 0)
        {
            int peak = MemoryPlan.ForAlignment(view, arena, job).Peak;
            if (peak <= job.ArenaBytes)
            {
                fitting.Add($"--method align ({peak:N0} bytes)");
            }
        }
        foreach (Board board in Board.All.Where(board => board.ArenaBytes > job.ArenaBytes))
        {
            fitting.Add($"perhaps --board {board.Name} ({board.ArenaBytes:N0} bytes)");
        }
        Terminal.Note(
            "attune: what would fit: "
                + (fitting.Count > 0 ? string.Join("; ", fitting) : "nothing of this model on this board")
                + "; fewer --batch or --queries and --update sequential need less"
        );
    }

    private static void CheckSupported(QuantizedModel view, TrainingJob job)
    {
        if (job.Train && view.LogitsTensor < 0)
        {
            throw new ModelException("the model is no classifier, so it cannot be trained; use --method align");
        }
        if (job.Align && view.CalibrationSamples == 0)
        {
            throw new JobException(
                "method: the model has no source statistics to align to; import it with --calibrate, or use --method zo"
            );
        }
        if (job.Train && job.Block >= view.BlockCount)
        {
            throw new JobException($"layers: the model has blocks 0..{view.BlockCount - 1}");
        }
    }

    private static IEnumerable<Entry> Entries(QuantizedModel view, Arena arena, TrainingJob job)
    {
        yield return new Entry("inference", MemoryPlan.ForInference(view, arena, job.ArenaBytes), null, -1);
        if (FilterTuner.Tunes(view, job))
        {
            yield return new Entry("input filter", MemoryPlan.ForFilter(view, arena, job), null, -1);
        }
        if (job.Align)
        {
            yield return new Entry("alignment", MemoryPlan.ForAlignment(view, arena, job), null, -1);
        }
        if (!job.Train)
        {
            yield break;
        }
        bool automatic = job.Block == TrainingJob.BlockAutomatic;
        int first = automatic ? 0 : job.Block;
        int count = automatic ? view.BlockCount : 1;
        for (int block = first; block < first + count; block++)
        {
            MemoryPlan plan = MemoryPlan.ForTraining(view, arena, job, TrainingSession.LayersOf(view, job, block));
            string name =
                block >= 0 ? $"training block {block}"
                : block == TrainingJob.BlockAll ? "training all layers"
                : block == TrainingJob.BlockHead ? "training the classifier"
                : "training chosen layers";
            yield return new Entry(name, plan, StepCost.Of(view, plan, job), automatic ? block : -1);
        }
    }

    /// <summary>Every stage fits; of blocks to be tried, at least one does.</summary>
    private static bool Fits(List<Entry> entries, TrainingJob job)
    {
        bool Small(Entry entry) => entry.Plan.Peak <= job.ArenaBytes;
        var trials = entries.Where(entry => entry.Trial >= 0).ToList();
        return entries.Where(entry => entry.Trial < 0).All(Small) && (trials.Count == 0 || trials.Any(Small));
    }

    private static int PlannedBytes(List<Entry> entries, TrainingJob job) =>
        entries
            .Where(entry => entry.Trial < 0 || entry.Plan.Peak <= job.ArenaBytes)
            .Select(entry => entry.Plan.Peak)
            .DefaultIfEmpty(entries.Min(entry => entry.Plan.Peak))
            .Max();

    private static void WriteJson(Board board, TrainingJob job, int modelBytes, List<Entry> entries, bool fits) =>
        Terminal.Json(
            new
            {
                Board = board.Name,
                Method = MethodName(job),
                Fits = fits,
                ArenaBudgetBytes = job.ArenaBytes,
                ArenaPlannedBytes = PlannedBytes(entries, job),
                FlashBudgetBytes = board.FlashBytes,
                FlashBytes = modelBytes,
                Stages = entries.Select(entry => new
                {
                    entry.Name,
                    Bytes = entry.Plan.Peak,
                    Fits = entry.Plan.Peak <= job.ArenaBytes,
                    Items = PlanTable.Items(entry.Plan).Select(item => new { item.Name, item.Bytes }),
                    LossesKept = entry.Cost is null ? null : Losses(entry.Plan, job),
                    ReplayedLayers = Replays(entry.Plan),
                    Chains = Chains(entry.Plan),
                    StepForwards = entry.Cost?.Forwards,
                    StepMacs = entry.Cost?.Macs,
                    EstimatedStepInstructions = entry.Cost?.Instructions,
                    EstimatedStepSeconds = entry.Cost?.Seconds(board.MegaHertz),
                }),
            }
        );

    private static void WriteText(Board board, TrainingJob job, int modelBytes, List<Entry> entries)
    {
        foreach (Entry entry in entries)
        {
            string verdict = entry.Plan.Peak <= job.ArenaBytes ? "fits" : "does not fit";
            Console.WriteLine($"{entry.Name}: {entry.Plan.Peak:N0} bytes, {verdict} {job.ArenaBytes:N0}");
            PlanTable.Write(Terminal.Output, entry.Plan, job.ArenaBytes);
            string[] chains = Chains(entry.Plan);
            if (chains.Length > 0)
            {
                Console.WriteLine($"  layers that run line by line as chains: {string.Join(", ", chains)}");
            }
            if (entry.Cost is { } cost)
            {
                Console.WriteLine(
                    $"  updates: {Losses(entry.Plan, job)}; gradients by tiles of filters in the activation region"
                );
                int[] replays = Replays(entry.Plan);
                if (replays.Length > 0)
                {
                    Console.WriteLine(
                        $"  layers whose input is computed again for each probe: {string.Join(", ", replays)}"
                    );
                }
                Console.WriteLine(
                    $"  a step: {cost.Forwards:F0} forwards ({cost.Macs / 1e6:N0}M MACs); about {cost.Instructions / 1e6:N0}M instructions, {cost.Seconds(board.MegaHertz):F1} s at {board.MegaHertz} MHz"
                );
                Console.WriteLine(
                    $"  (estimate: {StepCost.InstructionsPerMac} instructions a MAC, {StepCost.InstructionsPerCycle} instructions a cycle)"
                );
                Console.WriteLine();
            }
        }
        Console.WriteLine($"flash: {modelBytes:N0} of {board.FlashBytes:N0} bytes");
    }

    private static string MethodName(TrainingJob job) =>
        job.Align
            ? job.Train
                ? "align+zo"
                : "align"
            : "zo";

    private static string Losses(MemoryPlan plan, TrainingJob job) =>
        job.Sequential ? "sequential, loss differences of one layer at a time"
        : plan.PendingAt >= 0 ? "global, new values wait as one byte a weight"
        : "global, loss differences of all layers and samples, gradients by replay from seeds";

    private static int[] Replays(MemoryPlan plan) =>
        [.. Enumerable.Range(0, plan.Cut.Length).Where(layer => plan.Trained[layer] && plan.Cut[layer] < layer)];

    /// <summary>Chains as first-last.</summary>
    private static string[] Chains(MemoryPlan plan) =>
        [
            .. Enumerable
                .Range(0, plan.Cut.Length)
                .Where(layer => plan.Groups.InChain(layer) && plan.Groups.First(layer) == layer)
                .Select(layer => $"{layer}-{plan.Groups.Last(layer)}"),
        ];

    private sealed record Entry(string Name, MemoryPlan Plan, StepCost? Cost, int Trial);
}
