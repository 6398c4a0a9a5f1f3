using Attune.Execution;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Host.Reports;

/// <summary>What each stage of a job needs of the arena, part by part, against the board's budget.</summary>
internal static class MemorySection
{
    /// <summary>Kinds of parts, in the order of the bars, with their colours.</summary>
    private static readonly (int Kind, string Color)[] Colors =
    [
        (PlanItem.Bindings, "c7"),
        (PlanItem.InputFilter, "c2"),
        (PlanItem.AlignmentTables, "align"),
        (PlanItem.TrainedWeights, "c0"),
        (PlanItem.TrainedChannels, "c6"),
        (PlanItem.Moments, "c1"),
        (PlanItem.KernelScratch, "none"),
        (PlanItem.Scatter, "c4"),
        (PlanItem.Sums, "c2"),
        (PlanItem.Corrections, "c5"),
        (PlanItem.ChainProgress, "published"),
        (PlanItem.ProbedMultipliers, "c5"),
        (PlanItem.CleanLosses, "c1"),
        (PlanItem.LossDifferences, "paper-method"),
        (PlanItem.PendingValues, "c4"),
        (PlanItem.InferenceActivations, "c3"),
        (PlanItem.Activations, "attune"),
    ];

    /// <summary>Makes the section.</summary>
    /// <param name="network">The .atm file's bytes.</param>
    /// <param name="job">The card's job.</param>
    /// <param name="state">Where the run is; null: unknown.</param>
    /// <param name="evaluates">Whether the run measures accuracy.</param>
    public static ReportSection Of(byte[] network, TrainingJob job, CardState? state, bool evaluates)
    {
        List<(string Name, MemoryPlan Plan)> plans = Plans(network, job, state, evaluates);
        PlanPart[] items =
        [
            .. plans
                .SelectMany(one => PlanTable.Items(one.Plan))
                .Where(item => item.Bytes > 0)
                .DistinctBy(item => item.Name)
                .OrderBy(item => Order(item.Kind)),
        ];
        var series = items.Select(item => new ChartSeries(
            item.Name,
            Colors[Order(item.Kind)].Color,
            [
                .. plans.SelectMany(
                    (one, stage) =>
                        PlanTable
                            .Items(one.Plan)
                            .Where(part => part.Name == item.Name && part.Bytes > 0)
                            .Select(part => new ChartPoint(stage, part.Bytes))
                ),
            ]
        ));
        return new ReportSection(
            "Memory against the board's budget",
            $"Every byte of the arena that each stage plans to touch; the budget of {job.Board} is {job.ArenaBytes:N0} bytes."
        )
        {
            Chart = new Chart(
                ChartKind.Stack,
                new ChartAxis("stage") { Categories = [.. plans.Select(one => one.Name)] },
                new ChartAxis("arena (KB)", ChartUnit.Bytes)
                {
                    Min = 0,
                    Max = 1.15 * Math.Max(job.ArenaBytes, plans.Max(one => one.Plan.Peak)),
                },
                [.. series]
            )
            {
                Guides = [new ChartGuide($"budget {job.ArenaBytes / 1024.0:#,##0.#} KB", job.ArenaBytes)],
            },
        };
    }

    private static int Order(int kind) => Array.FindIndex(Colors, one => one.Kind == kind);

    /// <summary>The plans of all stages of the job; of blocks to be tried those that fit, as the run does.</summary>
    private static List<(string Name, MemoryPlan Plan)> Plans(
        byte[] network,
        TrainingJob job,
        CardState? state,
        bool evaluates
    )
    {
        using Arena arena = Evaluator.Load(network);
        var model = new QuantizedModel(arena);
        return
        [
            .. JobPlans
                .Of(model, arena, job, evaluates)
                .Where(one => !one.IsTrial || one.Plan.Peak <= job.ArenaBytes)
                .Select(one => (Name(one, state), one.Plan)),
        ];
    }

    private static string Name(StagePlan one, CardState? state) =>
        one.IsTrial ? $"trial of {one.Layers}{(state?.ChosenBlock == one.Layers.Block ? ", chosen" : "")}" : one.Name;
}
