using Attune.Host.Model;
using Attune.Host.Reference.Training;
using Attune.Model;

namespace Attune.Host.Baselines;

/// <summary>
/// Which parameters sparse back-propagation trains within a budget of memory, after MCUTrain (Lin et al., On-Device Training Under
/// 256KB Memory, 2022): the biases of the last layers, and the weights of a few of them, by preference of the first pointwise
/// convolutions of mobile blocks (those that expand), which that work found to contribute most. In place of its search on a
/// server stands a rule: biases from the earliest layer on that the budget allows, then weights of expanding pointwise convolutions
/// among those layers, earliest first - corruptions of images shift early features -, each if it still fits. Networks without
/// such layers use all their convolutions.
/// </summary>
public sealed class SparseSelection
{
    /// <summary>RAM of the smaller board of the paper, STM32F746: 256 KB.</summary>
    public const int SmallBoard = 256 * 1024;

    private SparseSelection(int[] weights, int[] biases, int peak)
    {
        Weights = weights;
        Biases = biases;
        Peak = peak;
    }

    /// <summary>Layers whose weights are trained.</summary>
    public IReadOnlyList<int> Weights { get; }

    /// <summary>Layers whose biases are trained.</summary>
    public IReadOnlyList<int> Biases { get; }

    /// <summary>Bytes by the account of <see cref="TrainingMemory"/>.</summary>
    public int Peak { get; }

    /// <summary>Chooses for a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="budget">Bytes of RAM.</param>
    /// <exception cref="ModelException">Not even the last layer's biases fit.</exception>
    public static SparseSelection Choose(AtmFile file, int budget = SmallBoard)
    {
        var memory = new TrainingMemory(file);
        int[] layers = new IntegerParameters(file).TrainableLayers();
        int from = 0;
        while (from < layers.Length && Peak([], layers[from..]) > budget)
        {
            from++;
        }
        int[] biases = layers[from..];
        if (biases.Length == 0)
        {
            throw new ModelException(
                $"back-propagation does not fit into {budget} bytes: the biases of the last layer alone need "
                    + $"{Peak([], layers[^1..])}; allow more memory"
            );
        }
        bool expanding = layers.Any(layer => Expands(file, layer));
        var weights = new List<int>();
        foreach (int layer in biases)
        {
            bool candidate = expanding
                ? Expands(file, layer)
                : file.Word(layer, RecordField.Operator) == Operators.Conv2D;
            if (candidate && Peak([.. weights, layer], biases) <= budget)
            {
                weights.Add(layer);
            }
        }
        return new SparseSelection([.. weights], biases, Peak([.. weights], biases));

        int Peak(int[] chosen, int[] biased) => memory.Peak(TrainableParameters.Of(chosen, biased));
    }

    /// <summary>The same as the parameters of a training run.</summary>
    public TrainableParameters Parameters() => TrainableParameters.Of(Weights, Biases);

    private static bool Expands(AtmFile file, int layer) =>
        file.Word(layer, RecordField.Operator) == Operators.Conv2D
        && file.Word(layer, RecordField.KernelH) == 1
        && file.Word(layer, RecordField.KernelW) == 1
        && file.Word(layer, RecordField.OutputN + 3) > file.Word(layer, RecordField.InputN + 3);
}
