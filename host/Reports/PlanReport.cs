using System.Globalization;
using Attune.Execution;
using Attune.Host.Boards;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Runs;
using Attune.Training;
using Spectre.Console;

namespace Attune.Host.Reports;

/// <summary>What a job needs of a board, and what it and its alternatives cost: totals first, the parts on request.</summary>
/// <param name="Board">The board.</param>
/// <param name="Asked">The job that was asked for.</param>
/// <param name="All">It, and the same with every other method.</param>
/// <param name="ModelBytes">Bytes of the model file.</param>
/// <param name="Forecast">The numbers of samples that the costs are of.</param>
public sealed record PlanReport(
    Board Board,
    JobPrice Asked,
    IReadOnlyList<JobPrice> All,
    int ModelBytes,
    JobForecast Forecast
)
{
    /// <summary>Whether the model file fits.</summary>
    public bool FlashFits => ModelBytes <= Board.FlashBytes;

    /// <summary>Whether arena and flash are large enough.</summary>
    public bool Fits => Asked.Fits && FlashFits;

    private TrainingJob Job => Asked.Job;

    /// <summary>Prints it for people.</summary>
    /// <param name="details">Whether the arena of every stage is itemised.</param>
    public void WriteText(bool details)
    {
        string verdict = Asked.Fits ? "fits" : "does not fit";
        Console.WriteLine($"{Job.MethodName} on {Board.Name}, {Board.MegaHertz} MHz");
        if (Asked.Title is { } title)
        {
            Console.WriteLine($"chosen: {title}");
        }
        Console.WriteLine($"arena: {Asked.PlannedBytes:N0} of {Job.ArenaBytes:N0} bytes, {verdict}");
        Console.WriteLine($"flash: {ModelBytes:N0} of {Board.FlashBytes:N0} bytes");
        Console.WriteLine(
            $"at most, for {Forecast.Samples:N0} samples and {Forecast.HeldOut:N0} held out (--samples, --held-out):"
        );
        Terminal.Output.Write(Methods());
        WriteRemarks();
        Console.WriteLine(
            FormattableString.Invariant(
                $"Times are estimates: {StepCost.InstructionsPerMac} instructions a MAC, counted on an emulated Cortex-M7; {StepCost.InstructionsPerCycle} instructions a cycle, from published times of such code."
            )
        );
        if (Asked.Title is not null)
        {
            Console.WriteLine(
                "gain: percentage points after alignment in trials with mcunet-cifar10 (docs/results/table7.md); yours will differ."
            );
        }
        Console.WriteLine(
            Board.Milliamperes is { } current
                ? FormattableString.Invariant($"Energy is that of {current} mA at {Board.Volts} V.")
                : $"Energy: the supply current of {Board.Name} is not known; give --current MILLIAMPERES, or 'current' in a board file."
        );
        if (details)
        {
            Console.WriteLine();
            foreach (StagePlan entry in Asked.Plans)
            {
                WriteStage(entry);
            }
        }
        else
        {
            Console.WriteLine("What the arena holds: --details");
        }
    }

    /// <summary>Prints it for programs.</summary>
    public void WriteJson() =>
        Terminal.Json(
            new
            {
                Board = Board.Name,
                Method = Job.MethodName,
                Fits,
                ArenaBudgetBytes = Job.ArenaBytes,
                ArenaPlannedBytes = Asked.PlannedBytes,
                FlashBudgetBytes = Board.FlashBytes,
                FlashBytes = ModelBytes,
                Forecast.Samples,
                Forecast.HeldOut,
                Board.MegaHertz,
                Board.Milliamperes,
                Board.Volts,
                StepCost.InstructionsPerMac,
                StepCost.InstructionsPerCycle,
                Methods = All.Select(price => new
                {
                    Method = price.Job.MethodName,
                    price.Title,
                    price.Gain,
                    Chosen = price.Title is null ? (bool?)null : price == Asked,
                    price.Fits,
                    price.Problem,
                    ArenaPlannedBytes = price.Problem is null ? price.PlannedBytes : (int?)null,
                    price.Cost?.Forwards,
                    price.Cost?.Macs,
                    EstimatedInstructions = price.Cost?.Instructions,
                    EstimatedSeconds = price.Cost?.Seconds(Board.MegaHertz),
                    EstimatedJoules = Joules(price),
                    Parts = price.Cost?.Parts,
                }),
                Stages = Asked.Plans.Select(Stage),
            }
        );

    private object Stage(StagePlan entry)
    {
        StepCost? cost = CostOf(entry);
        return new
        {
            entry.Name,
            Bytes = entry.Plan.Peak,
            Fits = Asked.IsSmall(entry),
            Items = PlanTable.Items(entry.Plan).Select(item => new { item.Name, item.Bytes }),
            LossesKept = entry.Training is { } plan ? Losses(plan) : null,
            ReplayedLayers = Replays(entry.Training),
            Chains = Chains(entry.Plan),
            StepForwards = cost?.Forwards,
            StepMacs = cost?.Macs,
            EstimatedStepInstructions = cost?.Instructions,
            EstimatedStepSeconds = cost?.Seconds(Board.MegaHertz),
        };
    }

    private Table Methods()
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("method");
        bool gains = All.Any(price => price.Gain is not null);
        foreach (string heading in (string[])["arena", "forwards", "instructions", "time", "energy"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }
        if (gains)
        {
            table.AddColumn(new TableColumn("gain").RightAligned());
        }
        table.AddColumn("");
        foreach (JobPrice price in All)
        {
            string[] gain = gains
                ? [price.Gain is { } points ? FormattableString.Invariant($"{points:+0.0}") : "not measured"]
                : [];
            table.AddRow([price.Title ?? price.Job.MethodName, .. Costs(price), .. gain, Verdict(price)]);
        }
        return table;
    }

    private string[] Costs(JobPrice price) =>
        price.Cost is not { } cost
            ? ["", "", "", "", ""]
            :
            [
                $"{price.PlannedBytes:N0}",
                $"{cost.Forwards:N0}",
                Instructions(cost.Instructions),
                Time(cost.Seconds(Board.MegaHertz)),
                Joules(price) is { } joules ? Energy(joules) : "-",
            ];

    private string Verdict(JobPrice price) =>
        price.Problem is not null ? "not possible, see below"
        : !price.Fits ? "does not fit"
        : price == Asked && price.Title is not null ? "chosen"
        : "fits";

    private double? Joules(JobPrice price) =>
        price.Cost is { } cost ? Board.Joules(cost.Seconds(Board.MegaHertz)) : null;

    /// <summary>Blocks that a trial leaves out, and what keeps methods from being possible.</summary>
    private void WriteRemarks()
    {
        foreach (JobPrice price in All.Where(price => price.Problem is not null))
        {
            Console.WriteLine($"{price.Title ?? price.Job.MethodName} is not possible: {price.Problem}");
        }
        if (Job.Trains && Job.Training.Layers.IsAutomatic && Forecast.HeldOut == 0)
        {
            Console.WriteLine("Choosing a block needs held-out samples; the trials are counted without them.");
        }
        StagePlan[] skipped = [.. Asked.Plans.Where(entry => entry.IsTrial && !Asked.IsSmall(entry))];
        if (skipped.Length > 0)
        {
            string blocks = string.Join(
                ", ",
                skipped.Select(entry => $"{entry.Layers.Block} ({entry.Plan.Peak:N0} bytes)")
            );
            Console.WriteLine($"Blocks that do not fit and are not tried: {blocks}");
        }
    }

    private void WriteStage(StagePlan entry)
    {
        string verdict = Asked.IsSmall(entry) ? "fits" : "does not fit";
        Console.WriteLine($"{entry.Name}: {entry.Plan.Peak:N0} bytes, {verdict} {Job.ArenaBytes:N0}");
        PlanTable.Write(Terminal.Output, entry.Plan, Job.ArenaBytes);
        string[] chains = Chains(entry.Plan);
        if (chains.Length > 0)
        {
            Console.WriteLine($"  layers that run line by line as chains: {string.Join(", ", chains)}");
        }
        if (entry.Training is { } training && CostOf(entry) is { } cost)
        {
            Console.WriteLine($"  updates: {Losses(training)}; gradients by tiles of filters in the activation region");
            int[] replays = Replays(training);
            if (replays.Length > 0)
            {
                Console.WriteLine(
                    $"  layers whose input is computed again for each probe: {string.Join(", ", replays)}"
                );
            }
            Console.WriteLine(
                $"  a step: {cost.Forwards:F0} forwards ({cost.Macs / 1e6:N0}M MACs); about {cost.Instructions / 1e6:N0}M instructions, {Time(cost.Seconds(Board.MegaHertz))}"
            );
            Console.WriteLine();
        }
    }

    private static StepCost? CostOf(StagePlan entry) => entry.Training is { } plan ? StepCost.Of(plan) : null;

    private static string Instructions(double count) => count < 1e10 ? $"{count / 1e6:N0}M" : $"{count / 1e9:N0}G";

    private static string Time(double seconds) =>
        seconds < 10 ? seconds.ToString("F1", CultureInfo.InvariantCulture) + " s" : Wording.Duration(seconds);

    private static string Energy(double joules)
    {
        var (value, unit) =
            joules < 1 ? (1000 * joules, "mJ")
            : joules < 10000 ? (joules, "J")
            : (joules / 3600, "Wh");
        return value.ToString(value < 10 ? "F1" : "N0", CultureInfo.InvariantCulture) + " " + unit;
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
