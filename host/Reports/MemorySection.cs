using Attune.Execution;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Host.Reports;

/// <summary>What each stage of a job needs of the arena, part by part, against the board's budget.</summary>
internal static class MemorySection
{
    /// <summary>Parts by how their names begin, in the order of the bars, with their colours.</summary>
    private static readonly (string Name, string Color)[] Colors =
    [
        ("bindings", "c7"),
        ("alignment", "align"),
        ("trained weights", "c0"),
        ("trained biases", "c6"),
        ("kernel scratch", "none"),
        ("scatter", "c4"),
        ("sums", "c2"),
        ("corrections", "c5"),
        ("progress", "published"),
        ("clean losses", "c1"),
        ("loss differences", "paper-method"),
        ("pending", "c4"),
        ("activations (inference)", "c3"),
        ("activations", "attune"),
    ];

    /// <summary>Makes the section.</summary>
    /// <param name="network">The .atm file's bytes.</param>
    /// <param name="job">The card's job.</param>
    /// <param name="state">Where the run is; null: unknown.</param>
    /// <param name="evaluates">Whether the run measures accuracy.</param>
    public static ReportSection Of(byte[] network, TrainingJob job, CardState? state, bool evaluates)
    {
        List<(string Name, MemoryPlan Plan)> plans = Plans(network, job, state, evaluates);
        string[] items =
        [
            .. plans
                .SelectMany(one => PlanTable.Items(one.Plan))
                .Where(item => item.Bytes > 0)
                .Select(item => item.Name)
                .Distinct()
                .OrderBy(Order),
        ];
        var series = items.Select(
            (item, place) =>
                new ChartSeries(
                    item,
                    Color(item, place),
                    [
                        .. plans.SelectMany(
                            (one, stage) =>
                                PlanTable
                                    .Items(one.Plan)
                                    .Where(part => part.Name == item && part.Bytes > 0)
                                    .Select(part => new ChartPoint(stage, part.Bytes))
                        ),
                    ]
                )
        );
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

    private static string Color(string item, int place) =>
        Order(item) is var at and >= 0 ? Colors[at].Color : Wording.FreeColor(place);

    private static int Order(string item) =>
        Array.FindIndex(Colors, one => item.StartsWith(one.Name, StringComparison.Ordinal));

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
        List<(string, MemoryPlan)> plans = [("inference", MemoryPlan.ForInference(model, arena, job.ArenaBytes))];
        if (FilterTuner.Tunes(model, job))
        {
            plans.Add(("input filter", MemoryPlan.ForFilter(model, arena, job)));
        }
        if (job.Align)
        {
            plans.Add(("alignment", MemoryPlan.ForAlignment(model, arena, job)));
        }
        bool automatic = job.Block == TrainingJob.BlockAutomatic;
        int end = automatic ? model.BlockCount : job.Block + 1;
        for (int block = automatic ? 0 : job.Block; job.Train && block < end; block++)
        {
            bool[] layers = TrainingSession.LayersOf(model, job, block);
            MemoryPlan plan = MemoryPlan.ForTraining(model, arena, job, layers, evaluates);
            string name =
                block == TrainingJob.BlockAll ? "training, all layers"
                : block == TrainingJob.BlockHead ? "training, classifier"
                : block < 0 ? "training, chosen layers"
                : automatic ? $"trial of block {block}{(state?.ChosenBlock == block ? ", chosen" : "")}"
                : $"training, block {block}";
            if (!automatic || plan.Peak <= job.ArenaBytes)
            {
                plans.Add((name, plan));
            }
        }
        return plans;
    }
}
