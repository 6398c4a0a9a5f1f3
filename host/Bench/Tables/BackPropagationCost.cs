using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Bench.Tables;

/// <summary>
/// What back-propagation would cost on a board, counted as the paper does (sections 2.2 and 4.3, "analytic memory"): peak of
/// inference, trained parameters, activations kept for the backward pass, gradients. One sample at a time, plain SGD.
/// </summary>
/// <param name="Inference">Bytes of activations that inference needs.</param>
/// <param name="Parameters">Bytes of trained weights (int8) and biases (int32) in RAM.</param>
/// <param name="Kept">
/// Bytes kept: the int8 input of each trained layer, and a bit for each output of layers in between that says where a clamp held.
/// </param>
/// <param name="Gradients">Bytes of float32 gradients of all trained parameters.</param>
/// <param name="Macs">Multiply-accumulates of a step: forward, gradients by weights, gradients by inputs.</param>
public sealed record BackPropagationCost(int Inference, int Parameters, int Kept, int Gradients, long Macs)
{
    /// <summary>All bytes together.</summary>
    public int Bytes => Inference + Parameters + Kept + Gradients;

    /// <summary>Counts for a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="inference">Bytes that inference needs.</param>
    /// <param name="trained">One entry a layer; only layers with weights count.</param>
    public static BackPropagationCost Of(AtmFile file, int inference, IReadOnlyList<bool> trained)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(trained);
        IReadOnlyList<LayerSummary> layers = new ModelSummary(file).Layers;
        int parameters = 0;
        int kept = 0;
        int gradients = 0;
        long macs = layers.Sum(layer => layer.Macs);
        bool behind = false;
        foreach (LayerSummary layer in layers)
        {
            bool trains = layer.Weights > 0 && trained[layer.Layer];
            if (trains)
            {
                parameters += layer.Weights + 4 * layer.Biases;
                gradients += 4 * (layer.Weights + layer.Biases);
                kept += layer.Inputs[0].Aggregate(1, (product, side) => product * side);
                macs += layer.Macs;
            }
            // The gradient by a layer's input is needed only where a layer before it trains.
            macs += behind && layer.Weights > 0 ? layer.Macs : 0;
            behind |= trains;
            kept += behind && layer.Weights > 0 ? (layer.OutputBytes + 7) / 8 : 0;
        }
        return new BackPropagationCost(inference, parameters, kept, gradients, macs);
    }

    /// <summary>The layers of a block, -1: all.</summary>
    public static bool[] LayersOf(AtmFile file, int block)
    {
        ArgumentNullException.ThrowIfNull(file);
        return
        [
            .. Enumerable
                .Range(0, file.LayerCount)
                .Select(layer => block < 0 || file.Word(layer, RecordField.Block) == block),
        ];
    }
}
