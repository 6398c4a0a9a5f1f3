namespace Attune.Host.Reference.Training;

/// <summary>Which parameters of a network are trained: for each layer, its weights and its biases. The scale of a batch
/// normalisation goes with the weights, its offset with the biases.</summary>
public sealed class TrainableParameters
{
    private readonly Func<int, bool> weights;
    private readonly Func<int, bool> biases;

    private TrainableParameters(Func<int, bool> weights, Func<int, bool> biases)
    {
        this.weights = weights;
        this.biases = biases;
    }

    /// <summary>Everything.</summary>
    public static TrainableParameters All { get; } = new(_ => true, _ => true);

    /// <summary>Weights and biases of some layers.</summary>
    public static TrainableParameters Layers(params int[] layers) => new(layers.Contains, layers.Contains);

    /// <summary>The weights of some layers and the biases of some.</summary>
    public static TrainableParameters Of(IEnumerable<int> weights, IEnumerable<int> biases) =>
        new(new HashSet<int>(weights).Contains, new HashSet<int>(biases).Contains);

    /// <summary>Whether anything of a layer is trained.</summary>
    public bool Has(int layer) => weights(layer) || biases(layer);

    /// <summary>Whether a layer's weights are trained.</summary>
    public bool HasWeights(int layer) => weights(layer);

    /// <summary>Whether a layer's biases are trained.</summary>
    public bool HasBiases(int layer) => biases(layer);
}
