namespace Attune.Host.Baselines;

/// <summary>The baselines of the comparison (tables 5 to 7 of the paper) by name.</summary>
public static class BaselineMethods
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IBaseline> All { get; } =
    [
        new FloatBackPropagation("fp32-full", 0.01, true),
        new FloatBackPropagation("fp32-biases", 0.01, false),
        new IntegerBackPropagation("int8-full", 0.01),
        new IntegerBackPropagation("int8-sparse", 0.01, file => SparseSelection.Choose(file).Parameters()),
        new Mezo("mezo", 1e-6),
        new DeepZero("deepzero", 0.01, 0),
        new DeepZero("deepzero-0.9", 0.01, 0.9),
    ];

    /// <summary>The method of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static IBaseline Find(string name) =>
        All.FirstOrDefault(method => method.Name == name)
        ?? throw new ArgumentException(
            $"there is no baseline {name}; choose one of {string.Join(", ", All.Select(method => method.Name))}"
        );
}
