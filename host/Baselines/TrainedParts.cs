using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Baselines;

/// <summary>Which parameters a training moves: the weights of some layers and the biases of some.</summary>
/// <param name="Weights">Numbers of the layers whose weights are trained.</param>
/// <param name="Biases">Numbers of the layers whose biases are trained.</param>
public sealed record TrainedParts(IReadOnlyList<int> Weights, IReadOnlyList<int> Biases)
{
    private static readonly (string Name, Func<AtmFile, TrainedParts> Of)[] Named =
    [
        ("all", All),
        ("biases", AllBiases),
        ("biases+head", BiasesAndHead),
        ("head", Head),
        ("last-block", LastBlock),
    ];

    /// <summary>Names that <see cref="Find"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Named.Select(one => one.Name)];

    /// <summary>Whether nothing is trained.</summary>
    public bool IsEmpty => Weights.Count == 0 && Biases.Count == 0;

    /// <summary>The first layer with trained parameters, down to which a backward pass must go.</summary>
    /// <exception cref="InvalidOperationException">Nothing is trained.</exception>
    public int First => Weights.Concat(Biases).Min();

    /// <summary>The parts of this name: of a model, or null if there is no such name.</summary>
    public static Func<AtmFile, TrainedParts>? Find(string name) => Named.FirstOrDefault(one => one.Name == name).Of;

    /// <summary>Weights and biases of all layers before the loss.</summary>
    public static TrainedParts All(AtmFile file) => Of(file, _ => true, _ => true);

    /// <summary>Biases of all layers.</summary>
    public static TrainedParts AllBiases(AtmFile file) => Of(file, _ => false, _ => true);

    /// <summary>Biases of all layers and the weights of the classifier.</summary>
    public static TrainedParts BiasesAndHead(AtmFile file) => Of(file, layer => layer == file.Head, _ => true);

    /// <summary>Weights and biases of the classifier.</summary>
    public static TrainedParts Head(AtmFile file) => Of(file, layer => layer == file.Head, layer => layer == file.Head);

    /// <summary>Weights and biases of the last block of the block table and of the classifier.</summary>
    public static TrainedParts LastBlock(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        int last = file.Header(HeaderField.BlockCount) - 1;
        bool Chosen(int layer) => layer == file.Head || file.Word(layer, RecordField.Block) == last;
        return Of(file, Chosen, Chosen);
    }

    /// <summary>The parts of the layers that two functions choose, among the layers that can be trained.</summary>
    /// <param name="file">The model.</param>
    /// <param name="weights">Whether a layer's weights are trained.</param>
    /// <param name="biases">Whether a layer's biases are trained, if it has any.</param>
    public static TrainedParts Of(AtmFile file, Func<int, bool> weights, Func<int, bool> biases)
    {
        ArgumentNullException.ThrowIfNull(file);
        int[] layers =
        [
            .. Enumerable
                .Range(0, file.LastLayer + 1)
                .Where(layer => LayerRecord.WeightCount(file.Record(layer)) > 0)
                .Where(layer => file.Word(layer, RecordField.Spectrum) == 0), // an input filter is not trained
        ];
        return new TrainedParts(
            [.. layers.Where(weights)],
            [.. layers.Where(layer => biases(layer) && file.Word(layer, RecordField.Bias) >= 0)]
        );
    }

    /// <summary>Those parts that are in these layers; null: all.</summary>
    public TrainedParts Within(IReadOnlyList<int>? layers) =>
        layers is null
            ? this
            : new TrainedParts([.. Weights.Where(layers.Contains)], [.. Biases.Where(layers.Contains)]);
}
