using Attune.Host.Bench.Tasks;
using Attune.Host.Shell;

namespace Attune.Host.Bench.Tables;

/// <summary>The tables and figures that can be measured.</summary>
public static class BenchTables
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IBenchTable> All { get; } =
    [
        new AdaptationTable("table4", "4", "the paper's blocks trained alone, and the one chosen by trials")
        {
            Methods = ["paper-10"],
            Variants = ["block-0", "block-1", "block-2", "block-3", ""],
            // Block 3 does not fit in 256 KB.
            ArenaBytes = 1024 * 1024,
        },
        new AdaptationTable("table5", "5", "training without back-propagation, all layers, gaussian noise")
        {
            Methods = ["mezo", "deepzero", "paper", "paper-10", "attune"],
            Corruptions = ["gaussian_noise"],
            ArenaBytes = 1024 * 1024,
        },
        new AdaptationTable("table6", "6", "the same, all with one choice of trained layers, gaussian noise")
        {
            Methods = ["mezo", "deepzero", "deepzero-0.9", "paper", "paper-10"],
            Variants = ["block-1"],
            Corruptions = ["gaussian_noise"],
            ArenaBytes = 1024 * 1024,
        },
        new AdaptationTable("table7", "7", "methods by corruption")
        {
            Methods =
            [
                "none",
                "align-16",
                "align",
                "fp32-full",
                "int8-full",
                "int8-sparse",
                "paper",
                "paper-10",
                "attune",
            ],
        },
        // 668 KB and 209 KB are what the paper's method takes.
        new CostTable("table8", "8", "cost of a step of all layers", -1, [1024 * 1024, 668 * 1024, 0]),
        new CostTable("table9", "9", "cost of a step of block 2, the paper's block 3", 2, [256 * 1024, 209 * 1024, 0]),
        new GradientFigure(byLayer: true),
        new GradientFigure(byLayer: false),
        new LossFigure(),
        new AlignmentTable(),
        new AdaptationTable("curve", "curve", "accuracy against forward passes, gaussian noise")
        {
            Methods = ["align", "paper-10", "attune"],
            Corruptions = ["gaussian_noise"],
            Limit = 2e6,
            Points = 24,
        },
        new AdaptationTable("ablation", "ablation", "attune with one thing changed at a time")
        {
            Methods = ["attune"],
            Variants = ["", "*"],
            Corruptions = BenchData.Choice,
            Limit = 2e4,
        },
        new LearningTable(
            "fresh",
            "small networks from random weights",
            128 * 1024,
            [
                .. DigitSets.All.Select(set => new LearningTable.Entry(
                    set.Name,
                    ["learn", LearningMethods.Float],
                    ["all"],
                    set.Keys,
                    2e6,
                    set.Open
                )),
            ]
        ),
        new LearningTable(
            "sign-digits",
            "hand signs as a new task for the network of CIFAR-10",
            1024 * 1024,
            [Signs("20", 20, "epochs=20"), Signs("every", 0, "epochs=10")]
        ),
    ];

    /// <summary>The task of hand signs with so many pictures of each class (0: all).</summary>
    private static LearningTable.Entry Signs(string name, int perClass, string keys) =>
        new(
            name,
            null,
            null,
            keys,
            perClass > 0 ? 12e3 : 5e4,
            (folder, seed, heldOut) => SignDigits.Open(folder, perClass, seed, heldOut)
        )
        {
            Files = SignDigits.Files,
        };

    /// <summary>The table of a name.</summary>
    /// <exception cref="UsageException">There is none; lists those that there are.</exception>
    public static IBenchTable Find(string name) =>
        All.FirstOrDefault(table => table.Name == name)
        ?? throw new UsageException(
            $"there is no table '{name}'; known are {string.Join(", ", All.Select(one => one.Name))}, and tables for the document"
        );
}
