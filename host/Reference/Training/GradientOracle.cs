using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Reference.Training;

/// <summary>
/// Back-propagation through an int8 model at the values that its integer kernels compute: what zeroth-order gradient estimates
/// are compared with. Its rules are those of straight-through estimation: rounding has slope 1; a clamp has slope 0 where the
/// real pre-activation lies outside its bounds, else 1. The loss is that of the classifier's accumulators, or of the int8 logits
/// where no linear layer makes them. Pre-activations are sums in FP32, not the kernels'.
/// </summary>
public sealed class GradientOracle : IDisposable
{
    private readonly AtmFile file;
    private readonly FloatNetwork network;
    private readonly StraightThroughPass pass;
    private readonly ParameterGradients gradients;

    /// <summary>Prepares a model.</summary>
    /// <exception cref="InvalidOperationException">The model has no class scores.</exception>
    public GradientOracle(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        this.file = file;
        network = FloatNetwork.FromAtm(file, true);
        network.RequireLogits();
        pass = new StraightThroughPass(file, network, 0, _ => true, ownParameters: false, realSums: true);
        gradients = new ParameterGradients(network);
    }

    /// <summary>Gradients of one layer.</summary>
    /// <param name="sample">The model's int8 input.</param>
    /// <param name="label">Its class.</param>
    /// <param name="layer">A layer with weights that the class scores depend on.</param>
    public LayerGradient LayerGradient(ReadOnlySpan<sbyte> sample, int label, int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, file.LastLayer);
        if (!network.Layers[layer].HasWeights)
        {
            throw new ArgumentException($"layer {layer} has no weights", nameof(layer));
        }
        pass.Runner.Load(sample);
        double loss = pass.Forward(label);
        gradients.Clear();
        pass.Backward(layer, TrainableParameters.Layers(layer), gradients);
        return Quantized(loss, layer, [.. gradients.Weights[layer]], [.. gradients.Bias[layer]]);
    }

    /// <inheritdoc/>
    public void Dispose() => pass.Dispose();

    private LayerGradient Quantized(double loss, int index, float[] weights, float[] bias)
    {
        var layer = network.Layers[index];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] *= (float)FloatLayer.WeightScale(file, index, layer.ChannelOf(i));
        }
        for (int channel = 0; channel < bias.Length; channel++)
        {
            double unit = FloatLayer.WeightScale(file, index, channel) * file.Single(index, RecordField.InputScale);
            bias[channel] *= (float)unit;
        }
        float step = file.Single(index, RecordField.OutputScale);
        float[] nodes = pass.Gradient(index + 1).ToArray();
        return new LayerGradient(loss, weights, bias, [.. nodes.Select(value => value * step)]);
    }
}
