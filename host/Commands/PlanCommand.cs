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
            StagePlan[] entries = OptionWords.Speak(() =>
            {
                JobCheck.Check(job, view);
                return JobPlans.Of(view, arena, job, evaluates: true);
            });
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
                AdviceText.WriteOptions(view, arena, job, evaluates: true);
            }
            return fits ? ExitCode.Done : ExitCode.DoesNotFit;
        });
        return command;
    }

    /// <summary>Every stage fits; of blocks to be tried, at least one does.</summary>
    private static bool Fits(StagePlan[] entries, TrainingJob job)
    {
        bool Small(StagePlan entry) => entry.Plan.Peak <= job.ArenaBytes;
        return entries.Where(entry => !entry.IsTrial).All(Small)
            && (entries.All(entry => !entry.IsTrial) || entries.Where(entry => entry.IsTrial).Any(Small));
    }

    private static int PlannedBytes(StagePlan[] entries, TrainingJob job) =>
        entries
            .Where(entry => !entry.IsTrial || entry.Plan.Peak <= job.ArenaBytes)
            .Select(entry => entry.Plan.Peak)
            .DefaultIfEmpty(entries.Min(entry => entry.Plan.Peak))
            .Max();

    private static StepCost? CostOf(StagePlan entry) => entry.Training is { } plan ? StepCost.Of(plan) : null;

    private static void WriteJson(Board board, TrainingJob job, int modelBytes, StagePlan[] entries, bool fits) =>
        Terminal.Json(
            new
            {
                Board = board.Name,
                Method = job.MethodName,
                Fits = fits,
                ArenaBudgetBytes = job.ArenaBytes,
                ArenaPlannedBytes = PlannedBytes(entries, job),
                FlashBudgetBytes = board.FlashBytes,
                FlashBytes = modelBytes,
                Stages = entries.Select(entry =>
                {
                    StepCost? cost = CostOf(entry);
                    return new
                    {
                        entry.Name,
                        Bytes = entry.Plan.Peak,
                        Fits = entry.Plan.Peak <= job.ArenaBytes,
                        Items = PlanTable.Items(entry.Plan).Select(item => new { item.Name, item.Bytes }),
                        LossesKept = entry.Training is { } plan ? Losses(plan) : null,
                        ReplayedLayers = Replays(entry.Training),
                        Chains = Chains(entry.Plan),
                        StepForwards = cost?.Forwards,
                        StepMacs = cost?.Macs,
                        EstimatedStepInstructions = cost?.Instructions,
                        EstimatedStepSeconds = cost?.Seconds(board.MegaHertz),
                    };
                }),
            }
        );

    private static void WriteText(Board board, TrainingJob job, int modelBytes, StagePlan[] entries)
    {
        foreach (StagePlan entry in entries)
        {
            string verdict = entry.Plan.Peak <= job.ArenaBytes ? "fits" : "does not fit";
            Console.WriteLine($"{entry.Name}: {entry.Plan.Peak:N0} bytes, {verdict} {job.ArenaBytes:N0}");
            PlanTable.Write(Terminal.Output, entry.Plan, job.ArenaBytes);
            string[] chains = Chains(entry.Plan);
            if (chains.Length > 0)
            {
                Console.WriteLine($"  layers that run line by line as chains: {string.Join(", ", chains)}");
            }
            if (entry.Training is { } training && CostOf(entry) is { } cost)
            {
                Console.WriteLine(
                    $"  updates: {Losses(training)}; gradients by tiles of filters in the activation region"
                );
                int[] replays = Replays(training);
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

    private static string Losses(TrainingPlan plan) =>
        plan.Options.Sequential ? "sequential, loss differences of one layer at a time"
        : plan.PendingAt >= 0 ? "global, new values wait as one byte a weight"
        : "global, loss differences of all layers and samples, gradients by replay from seeds";

    private static int[] Replays(TrainingPlan? plan) =>
        plan is null
            ? []
            :
            [
                .. Enumerable
                    .Range(0, plan.Cut.Length)
                    .Where(layer => plan.IsTrained(layer) && plan.Cut[layer] < layer),
            ];

    /// <summary>Chains as first-last.</summary>
    private static string[] Chains(MemoryPlan plan) =>
        [
            .. Enumerable
                .Range(0, plan.Model.LayerCount)
                .Where(layer => plan.Chains.InChain(layer) && plan.Chains.First(layer) == layer)
                .Select(layer => $"{layer}-{plan.Chains.Last(layer)}"),
        ];
}
