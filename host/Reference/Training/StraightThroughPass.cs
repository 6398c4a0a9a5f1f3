using Attune.Host.Model;
using Attune.Host.Reference.FloatOperators;
using Attune.Host.Running;
using Attune.Model;

namespace Attune.Host.Reference.Training;

/// <summary>
/// One sample at a time through an int8 model by its integer kernels, and back-propagation at the values that they compute.
/// Rounding has slope 1 (straight-through); a clamp has slope 0 where the real pre-activation lies outside its bounds, else 1.
/// The loss is that of the classifier's accumulators, or of the int8 logits where no linear layer makes them.
/// </summary>
internal sealed class StraightThroughPass : IDisposable
{
    private readonly AtmFile file;
    private readonly FloatNetwork network;
    private readonly int first;
    private readonly int last;
    private readonly bool realSums;
    private readonly float[][] values;
    private readonly float[][] preActivations;
    private readonly float[][] gradients;
    private readonly float[][] transposed;
    private readonly float[][] units;
    private readonly float[] scratch;
    private readonly int[] accumulators;
    private readonly sbyte[] quantized;

    /// <summary>Prepares a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="network">Its layers with real values; weights may change.</param>
    /// <param name="first">The first layer that a backward pass may cross.</param>
    /// <param name="wanted">Tensors whose gradients are formed.</param>
    /// <param name="ownParameters">Whether <see cref="Runner"/> takes other weights and biases than the model's.</param>
    /// <param name="realSums">
    /// Form pre-activations in FP32 from the layers' inputs, which is independent of the kernels' accumulators; else from those.
    /// </param>
    public StraightThroughPass(
        AtmFile file,
        FloatNetwork network,
        int first,
        Func<int, bool> wanted,
        bool ownParameters,
        bool realSums
    )
    {
        this.file = file;
        this.network = network;
        this.first = first;
        this.realSums = realSums;
        last = file.LastLayer;
        Runner = new IntegerRunner(file, ownParameters);
        int[] tensors = [.. Enumerable.Range(0, last + 2)];
        float[] Sized(int tensor, bool used) => used ? new float[network.TensorSize(tensor)] : [];
        values = [.. tensors.Select(tensor => Sized(tensor, IsRead(tensor)))];
        preActivations = [.. tensors.Select(tensor => Sized(tensor, tensor > first))];
        gradients = [.. tensors.Select(tensor => Sized(tensor, wanted(tensor)))];
        transposed = [.. network.Layers.Select(Transposed)];
        units = [.. Enumerable.Range(0, last + 1).Select(Units)];
        scratch = new float[network.Layers.Max(OperatorTable.ScratchSize)];
        int largest = tensors.Max(network.TensorSize);
        accumulators = new int[largest];
        quantized = new sbyte[largest];
    }

    /// <summary>The integer network.</summary>
    public IntegerRunner Runner { get; }

    /// <summary>d loss / d a tensor, after <see cref="Backward"/>; of a layer's output, before its clamp.</summary>
    public ReadOnlySpan<float> Gradient(int tensor) => gradients[tensor];

    /// <summary>Runs the sample that the runner holds. Returns its loss.</summary>
    public double Forward(int label)
    {
        for (int layer = 0; layer < first; layer++)
        {
            Runner.RunLayer(layer);
        }
        for (int tensor = 0; tensor <= first && tensor <= last; tensor++)
        {
            Dequantize(tensor);
        }
        for (int layer = first; layer <= last; layer++)
        {
            RunLayer(layer);
        }
        foreach (float[] gradient in gradients)
        {
            Array.Clear(gradient);
        }
        float[] logits = file.Head >= 0 ? preActivations[last + 1] : values[last + 1];
        return SoftmaxLoss.Evaluate(logits, label, gradients[last + 1]);
    }

    /// <summary>Crosses the layers from the loss back to one, after <see cref="Forward"/>.</summary>
    /// <param name="to">The layer to end with, not before the first.</param>
    /// <param name="trained">Whose parameters' gradients are wanted.</param>
    /// <param name="sum">Added to.</param>
    public void Backward(int to, TrainableParameters trained, ParameterGradients sum)
    {
        for (int layer = last; layer >= to; layer--)
        {
            if (gradients[layer + 1].Length > 0)
            {
                Backward(
                    layer,
                    trained.HasWeights(layer) ? sum.Weights[layer] : default,
                    trained.HasBiases(layer) ? sum.Bias[layer] : default
                );
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Runner.Dispose();

    /// <summary>Whether a layer that a backward pass crosses reads a tensor, or the loss does.</summary>
    private bool IsRead(int tensor) =>
        tensor == last + 1
        || network.Layers.Take(last + 1).Skip(first).Any(layer => layer.Input == tensor || layer.Input2 == tensor);

    private float[] Transposed(FloatLayer layer)
    {
        var weights = new float[realSums ? OperatorTable.TransposedSize(layer) : 0];
        OperatorTable.TransposeWeights(layer, weights);
        return weights;
    }

    /// <summary>By channel: the real value of a unit of a layer's accumulators, s_a s_w[c].</summary>
    private float[] Units(int index)
    {
        var layer = network.Layers[index];
        var scales = new float[layer.HasWeights ? layer.Channels : 0];
        for (int channel = 0; channel < scales.Length; channel++)
        {
            double scale = FloatLayer.WeightScale(file, index, channel);
            scales[channel] = (float)(scale * file.Single(index, RecordField.InputScale));
        }
        return scales;
    }

    private void RunLayer(int index)
    {
        var layer = network.Layers[index];
        if (layer.HasWeights && !realSums)
        {
            Runner.RunLayer(index, accumulators);
            Rescale(preActivations[index + 1], units[index]);
        }
        else
        {
            Runner.RunLayer(index);
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
        }
        if (index != file.Head)
        {
            Dequantize(index + 1);
        }
    }

    /// <summary>Real pre-activations from accumulators.</summary>
    private void Rescale(float[] target, float[] channelUnits)
    {
        for (int row = 0; row < target.Length; row += channelUnits.Length)
        {
            RowMath.Scale(target.AsSpan(row, channelUnits.Length), accumulators.AsSpan(row), channelUnits);
        }
    }

    private void Dequantize(int tensor)
    {
        float[] target = values[tensor];
        if (target.Length == 0)
        {
            return;
        }
        float scale = tensor == 0 ? file.InputScale : file.Single(tensor - 1, RecordField.OutputScale);
        int zero = tensor == 0 ? file.InputZero : file.Word(tensor - 1, RecordField.OutputZero);
        Runner.Read(tensor, quantized);
        RowMath.Dequantize(target, quantized, scale, zero);
    }

    private void Backward(int index, Span<float> weights, Span<float> bias)
    {
        var layer = network.Layers[index];
        float[] gradient = gradients[index + 1];
        bool classifier = index == file.Head; // its accumulators are not clamped
        if (!classifier)
        {
            RowMath.MaskBeyond(gradient, preActivations[index + 1], layer.Minimum, layer.Maximum);
        }
        OperatorTable.Backward(
            layer,
            new LayerCall
            {
                Input = values[layer.Input],
                Input2 = layer.Input2 >= 0 ? values[layer.Input2] : layer.Constant,
                Output = values[index + 1],
                OutputGradient = gradient,
                InputGradient = gradients[layer.Input],
                Input2Gradient = layer.Input2 >= 0 ? gradients[layer.Input2] : default,
                WeightsGradient = weights,
                BiasGradient = bias,
                Scratch = scratch,
            }
        );
    }
}
