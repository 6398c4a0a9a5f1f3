using Attune.Host.Reference.FloatOperators;

namespace Attune.Host.Reference.Training;

/// <summary>
/// Forward and backward passes of a <see cref="FloatNetwork"/> over up to <see cref="Capacity"/> samples, layer by layer,
/// samples in parallel. Results do not depend on the number of threads.
/// </summary>
public sealed class BatchPass
{
    private readonly FloatNetwork network;
    private readonly SlotSchedule schedule;
    private readonly float[][] values;
    private readonly float[][] gradients;
    private readonly float[][] transposed;
    private readonly float[][] scratch;
    private readonly NormalizationPass?[] normalizations;
    private ParameterGradients[] slotGradients = [];
    private int count;

    /// <summary>Allocates the tensors of so many samples.</summary>
    /// <param name="network">The network; its parameters are read anew by every <see cref="Forward"/>.</param>
    /// <param name="capacity">Largest number of samples of a pass.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    public BatchPass(FloatNetwork network, int capacity, int threads)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.network = network;
        Capacity = capacity;
        schedule = new SlotSchedule(capacity, threads);
        values = Allocate();
        gradients = new float[network.TensorCount][];
        var layers = network.Layers;
        transposed = [.. layers.Select(OperatorTable.TransposedSize).Select(size => new float[size])];
        normalizations =
        [
            .. layers.Select(layer =>
                layer.Normalization == null ? null : new NormalizationPass(layer, capacity, schedule)
            ),
        ];
        int scratchSize = layers.Max(OperatorTable.ScratchSize);
        scratch = [.. Enumerable.Range(0, schedule.Slots).Select(_ => new float[scratchSize])];
    }

    /// <summary>Largest number of samples.</summary>
    public int Capacity { get; }

    /// <summary>The input of a sample, to be written before <see cref="Forward"/>; real values in N,H,W,C order.</summary>
    public Span<float> Input(int sample) => Slice(values, 0, sample);

    /// <summary>A tensor of a sample after <see cref="Forward"/>.</summary>
    public ReadOnlySpan<float> Tensor(int tensor, int sample) => Slice(values, tensor, sample);

    /// <summary>
    /// After <see cref="Backward"/>: d loss / d pre-activation of the layer that writes this tensor, that is before its clamp
    /// and, if it has one, before its batch normalisation. Tensor 0 and tensors after the logits have no gradient.
    /// </summary>
    public ReadOnlySpan<float> Gradient(int tensor, int sample) => Slice(gradients, tensor, sample);

    /// <summary>Runs all layers on the first samples.</summary>
    /// <param name="samples">How many, 1..Capacity.</param>
    /// <param name="training">
    /// Normalise with the statistics of this batch and move the running statistics towards them; else use the latter.
    /// </param>
    public void Forward(int samples, bool training = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, Capacity);
        count = samples;
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            ForwardLayer(layer, training);
        }
    }

    /// <summary>Loss of a sample after <see cref="Forward"/>, from the logits tensor.</summary>
    /// <exception cref="InvalidOperationException">The network has no logits.</exception>
    public double Loss(int sample, int label) => SoftmaxLoss.Evaluate(Tensor(network.RequireLogits(), sample), label);

    /// <summary>
    /// Back-propagates the losses of the samples of the last <see cref="Forward"/>, which must have been a training pass where
    /// the network has batch normalisation, and adds the parameters' gradients, summed over samples.
    /// </summary>
    /// <param name="labels">Class of each sample.</param>
    /// <param name="sum">Receives the gradients.</param>
    /// <param name="to">The layer to end with; those before it get no gradients.</param>
    /// <returns>Sum of the losses.</returns>
    /// <exception cref="InvalidOperationException">The network has no logits.</exception>
    public double Backward(ReadOnlySpan<int> labels, ParameterGradients sum, int to = 0)
    {
        ArgumentNullException.ThrowIfNull(sum);
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Length, count);
        int logits = network.RequireLogits();
        PrepareGradients(logits);
        double loss = 0;
        for (int sample = 0; sample < count; sample++)
        {
            loss += SoftmaxLoss.Evaluate(Tensor(logits, sample), labels[sample], Slice(gradients, logits, sample));
        }
        for (int layer = logits - 1; layer >= to; layer--)
        {
            BackwardLayer(layer, sum);
        }
        foreach (var slot in slotGradients)
        {
            sum.Add(slot);
        }
        return loss;
    }

    private float[][] Allocate() =>
        [
            .. Enumerable
                .Range(0, network.TensorCount)
                .Select(tensor => new float[network.TensorSize(tensor) * Capacity]),
        ];

    private Span<float> Slice(float[][] tensors, int tensor, int sample) =>
        tensors[tensor].AsSpan(sample * network.TensorSize(tensor), network.TensorSize(tensor));

    private void PrepareGradients(int logits)
    {
        if (slotGradients.Length == 0)
        {
            slotGradients = [.. Enumerable.Range(0, schedule.Slots).Select(_ => new ParameterGradients(network))];
            for (int tensor = 0; tensor < gradients.Length; tensor++)
            {
                gradients[tensor] = tensor == 0 || tensor > logits ? [] : new float[values[tensor].Length];
            }
        }
        foreach (float[] gradient in gradients)
        {
            Array.Clear(gradient);
        }
        foreach (var slot in slotGradients)
        {
            slot.Clear();
        }
    }

    private void ForwardLayer(int index, bool training)
    {
        var layer = network.Layers[index];
        var normalization = normalizations[index];
        OperatorTable.TransposeWeights(layer, transposed[index]);
        schedule.Run(
            count,
            (slot, from, to) =>
            {
                for (int sample = from; sample < to; sample++)
                {
                    var output = normalization == null ? Slice(values, index + 1, sample) : normalization.Raw(sample);
                    var call = new LayerCall
                    {
                        Input = Slice(values, layer.Input, sample),
                        Input2 = layer.Input2 >= 0 ? Slice(values, layer.Input2, sample) : layer.Constant,
                        Output = output,
                        TransposedWeights = transposed[index],
                        Scratch = scratch[slot],
                    };
                    OperatorTable.Forward(layer, call);
                }
            }
        );
        normalization?.Forward(values[index + 1], count, training);
        if (layer.IsClamped)
        {
            schedule.Run(
                count,
                (_, from, to) =>
                    RowMath.Clamp(
                        values[index + 1].AsSpan(from * layer.OutputCount, (to - from) * layer.OutputCount),
                        layer.Minimum,
                        layer.Maximum
                    )
            );
        }
    }

    private void BackwardLayer(int index, ParameterGradients sum)
    {
        var layer = network.Layers[index];
        if (layer.IsClamped)
        {
            schedule.Run(
                count,
                (_, from, to) =>
                {
                    int start = from * layer.OutputCount;
                    int length = (to - from) * layer.OutputCount;
                    RowMath.MaskOutside(
                        gradients[index + 1].AsSpan(start, length),
                        values[index + 1].AsSpan(start, length),
                        layer.Minimum,
                        layer.Maximum
                    );
                }
            );
        }
        normalizations[index]?.Backward(gradients[index + 1], count, sum.Gamma[index], sum.Beta[index]);
        schedule.Run(
            count,
            (slot, from, to) =>
            {
                for (int sample = from; sample < to; sample++)
                {
                    var call = new LayerCall
                    {
                        Input = Slice(values, layer.Input, sample),
                        Input2 = layer.Input2 >= 0 ? Slice(values, layer.Input2, sample) : layer.Constant,
                        Output = Slice(values, index + 1, sample),
                        OutputGradient = Slice(gradients, index + 1, sample),
                        InputGradient = layer.Input > 0 ? Slice(gradients, layer.Input, sample) : default,
                        Input2Gradient = layer.Input2 > 0 ? Slice(gradients, layer.Input2, sample) : default,
                        WeightsGradient = slotGradients[slot].Weights[index],
                        BiasGradient = slotGradients[slot].Bias[index],
                        Scratch = scratch[slot],
                    };
                    OperatorTable.Backward(layer, call);
                }
            }
        );
    }
}
