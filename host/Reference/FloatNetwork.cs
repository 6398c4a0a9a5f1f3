using Attune.Host.Model;
using Attune.Host.Reference.Training;
using Attune.Model;

namespace Attune.Host.Reference;

/// <summary>
/// A network in FP32 with the layers of an .atm model. Tensor 0 is the input, layer i writes tensor i + 1; batch size is 1
/// (a <see cref="BatchPass"/> runs many samples). Parameters may be changed in place.
/// </summary>
public sealed class FloatNetwork
{
    /// <summary>Puts layers together.</summary>
    /// <param name="inputShape">N, H, W, C of the input; N is 1.</param>
    /// <param name="layers">Layers; each reads tensors written before it.</param>
    /// <param name="outputTensor">The tensor that inference returns.</param>
    /// <param name="logitsTensor">The tensor of class scores, or -1.</param>
    /// <exception cref="ArgumentException">A layer reads a tensor that is not written before it, or of another size.</exception>
    public FloatNetwork(int[] inputShape, IReadOnlyList<FloatLayer> layers, int outputTensor, int logitsTensor)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        ArgumentNullException.ThrowIfNull(layers);
        InputShape = inputShape;
        Layers = layers;
        OutputTensor = outputTensor;
        LogitsTensor = logitsTensor;
        for (int layer = 0; layer < layers.Count; layer++)
        {
            CheckOperand(layer, layers[layer].Input, layers[layer].InputShape);
            if (layers[layer].Input2 >= 0)
            {
                CheckOperand(layer, layers[layer].Input2, layers[layer].Input2Shape);
            }
        }
    }

    /// <summary>N, H, W, C of the input.</summary>
    public int[] InputShape { get; }

    /// <summary>The layers.</summary>
    public IReadOnlyList<FloatLayer> Layers { get; }

    /// <summary>The tensor that inference returns.</summary>
    public int OutputTensor { get; }

    /// <summary>The tensor of class scores, or -1.</summary>
    public int LogitsTensor { get; }

    /// <summary>Number of tensors.</summary>
    public int TensorCount => Layers.Count + 1;

    /// <summary>Multiply-accumulates of one forward pass.</summary>
    public long Macs => Layers.Sum(layer => layer.Macs);

    /// <summary>The real-valued network of a model: weights and biases dequantized, activations real, clamps by name.</summary>
    public static FloatNetwork FromAtm(AtmFile file) => FromAtm(file, false);

    /// <summary>The same; with quantized bounds every output is clamped to what its int8 tensor can hold.</summary>
    internal static FloatNetwork FromAtm(AtmFile file, bool quantizedBounds)
    {
        ArgumentNullException.ThrowIfNull(file);
        var layers = new FloatLayer[file.LayerCount];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            layers[layer] = FloatLayer.FromRecord(file, layer, quantizedBounds);
        }
        int[] shape =
        [
            file.Header(HeaderField.InputN),
            file.Header(HeaderField.InputH),
            file.Header(HeaderField.InputW),
            file.Header(HeaderField.InputC),
        ];
        return new FloatNetwork(shape, layers, file.Header(HeaderField.OutputTensor), file.LogitsTensor);
    }

    /// <summary>Elements of a tensor.</summary>
    public int TensorSize(int tensor) =>
        tensor == 0 ? InputShape[0] * InputShape[1] * InputShape[2] * InputShape[3] : Layers[tensor - 1].OutputCount;

    /// <summary>The tensor of class scores.</summary>
    /// <exception cref="InvalidOperationException">The network has none.</exception>
    public int RequireLogits() =>
        LogitsTensor >= 0
            ? LogitsTensor
            : throw new InvalidOperationException("the network has no class scores, so it has no classification loss");

    /// <summary>A copy that shares no parameters.</summary>
    public FloatNetwork Clone() => With(layer => layer.Clone());

    /// <summary>
    /// The network for inference: batch normalisation folded into weights and biases, with the running statistics.
    /// </summary>
    public FloatNetwork FoldNormalization() => With(Fold);

    private static FloatLayer Fold(FloatLayer layer)
    {
        if (layer.Normalization is not { } normalization)
        {
            return layer.Clone();
        }
        var weights = new float[layer.Weights.Length];
        var bias = new float[layer.Channels];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            double scale = Scale(normalization, channel);
            bias[channel] = (float)(
                normalization.Beta[channel] + scale * (layer.Bias[channel] - normalization.RunningMean[channel])
            );
        }
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(layer.Weights[i] * Scale(normalization, layer.ChannelOf(i)));
        }
        return layer.WithParameters(weights, bias);
    }

    private static double Scale(BatchNorm normalization, int channel) =>
        normalization.Gamma[channel] / Math.Sqrt(normalization.RunningVariance[channel] + BatchNorm.Epsilon);

    private FloatNetwork With(Func<FloatLayer, FloatLayer> change) =>
        new(InputShape, [.. Layers.Select(change)], OutputTensor, LogitsTensor);

    private void CheckOperand(int layer, int tensor, int[] shape)
    {
        if (tensor < 0 || tensor > layer)
        {
            throw new ArgumentException(
                $"layer {layer} ({Operators.Name(Layers[layer].Operator)}) reads tensor {tensor}, "
                    + "which is not written before it"
            );
        }
        if (shape[0] * shape[1] * shape[2] * shape[3] != TensorSize(tensor))
        {
            throw new ArgumentException(
                $"layer {layer} ({Operators.Name(Layers[layer].Operator)}) reads tensor {tensor} as "
                    + $"{string.Join('x', shape)}, but it has {TensorSize(tensor)} elements"
            );
        }
    }
}
