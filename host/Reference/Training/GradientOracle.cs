using Attune.Host.Model;
using Attune.Host.Reference.FloatOperators;
using Attune.Model;

namespace Attune.Host.Reference.Training;

/// <summary>
/// Back-propagation through an int8 model at the values that its integer kernels compute: what zeroth-order gradient estimates
/// are compared with. Rounding has slope 1 (straight-through); a clamp has slope 0 where the real pre-activation lies outside
/// its bounds, else 1. The loss is that of the classifier's accumulators, or of the int8 logits where no linear layer makes
/// them.
/// </summary>
public sealed class GradientOracle : IDisposable
{
    private readonly AtmFile file;
    private readonly FloatNetwork network;
    private readonly IntegerTrace trace;
    private readonly float[][] values;
    private readonly float[][] preActivations;
    private readonly float[][] gradients;
    private readonly float[][] transposed;
    private readonly float[] scratch;
    private readonly int last;

    /// <summary>Prepares a model.</summary>
    /// <exception cref="InvalidOperationException">The model has no class scores.</exception>
    public GradientOracle(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        this.file = file;
        network = FloatNetwork.FromAtm(file, true);
        int head = file.Head;
        last = head >= 0 ? head + 1 : network.RequireLogits();
        trace = new IntegerTrace(file);
        values = Tensors();
        preActivations = Tensors();
        gradients = Tensors();
        transposed = [.. network.Layers.Select(layer => new float[OperatorTable.TransposedSize(layer)])];
        for (int layer = 0; layer < transposed.Length; layer++)
        {
            OperatorTable.TransposeWeights(network.Layers[layer], transposed[layer]);
        }
        scratch = new float[network.Layers.Max(OperatorTable.ScratchSize)];
    }

    /// <summary>Gradients of one layer.</summary>
    /// <param name="sample">The model's int8 input.</param>
    /// <param name="label">Its class.</param>
    /// <param name="layer">A layer with weights that the class scores depend on.</param>
    public LayerGradient LayerGradient(ReadOnlySpan<sbyte> sample, int label, int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, last);
        var target = network.Layers[layer];
        if (!target.HasWeights)
        {
            throw new ArgumentException($"layer {layer} has no weights", nameof(layer));
        }
        Forward(sample);
        foreach (float[] gradient in gradients)
        {
            Array.Clear(gradient);
        }
        bool linear = file.Head >= 0;
        float[] logits = linear ? preActivations[last] : values[last];
        double loss = SoftmaxLoss.Evaluate(logits, label, gradients[last]);
        var weights = new float[target.Weights.Length];
        var bias = new float[target.Bias.Length];
        for (int index = last - 1; index >= layer; index--)
        {
            if (!linear || index < last - 1)
            {
                MaskClamped(index);
            }
            Backward(index, index == layer ? weights : default, index == layer ? bias : default);
        }
        return Quantized(loss, layer, weights, bias);
    }

    /// <inheritdoc/>
    public void Dispose() => trace.Dispose();

    private float[][] Tensors() =>
        [.. Enumerable.Range(0, network.TensorCount).Select(tensor => new float[network.TensorSize(tensor)])];

    /// <summary>Real tensors of the integer run, and every layer's real output before its clamp.</summary>
    private void Forward(ReadOnlySpan<sbyte> sample)
    {
        trace.Run(sample);
        InputQuantizer.Dequantize(file, sample, values[0]);
        for (int index = 0; index < last; index++)
        {
            var layer = network.Layers[index];
            OperatorTable.Forward(
                layer,
                new LayerCall
                {
                    Input = values[layer.Input],
                    Input2 = layer.Input2 >= 0 ? values[layer.Input2] : layer.Constant,
                    Output = preActivations[index + 1],
                    TransposedWeights = transposed[index],
                    Scratch = scratch,
                }
            );
            var quantized = new sbyte[trace.Size(index + 1)];
            trace.Read(index + 1, quantized);
            float scale = file.Single(index, RecordField.OutputScale);
            int zero = file.Word(index, RecordField.OutputZero);
            for (int i = 0; i < quantized.Length; i++)
            {
                values[index + 1][i] = scale * (quantized[i] - zero);
            }
        }
    }

    private void MaskClamped(int index)
    {
        var layer = network.Layers[index];
        float[] gradient = gradients[index + 1];
        for (int i = 0; i < gradient.Length; i++)
        {
            float value = preActivations[index + 1][i];
            if (value < layer.Minimum || value > layer.Maximum)
            {
                gradient[i] = 0;
            }
        }
    }

    private void Backward(int index, Span<float> weights, Span<float> bias)
    {
        var layer = network.Layers[index];
        OperatorTable.Backward(
            layer,
            new LayerCall
            {
                Input = values[layer.Input],
                Input2 = layer.Input2 >= 0 ? values[layer.Input2] : layer.Constant,
                Output = values[index + 1],
                OutputGradient = gradients[index + 1],
                InputGradient = gradients[layer.Input],
                Input2Gradient = layer.Input2 >= 0 ? gradients[layer.Input2] : default,
                WeightsGradient = weights,
                BiasGradient = bias,
                Scratch = scratch,
            }
        );
    }

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
        return new LayerGradient(loss, weights, bias, [.. gradients[index + 1].Select(value => value * step)]);
    }
}
