using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference.FloatOperators;
using Attune.Host.Reference.Training;
using Attune.Host.Reference;
using Attune.Model;

namespace Attune.Host.Baselines;

/// <summary>
/// Forward passes of an int8 model by its integer kernels and straight-through back-propagation of all trained layers at once:
/// the gradients of <see cref="GradientOracle"/>, whose rules hold here too (rounding has slope 1; a clamp has slope 0 where the
/// real pre-activation lies outside its bounds). Samples run in parallel; sums do not depend on the number of threads.
/// </summary>
public sealed class IntegerBatchPass : IDisposable
{
    private const int MostSamples = 8; // at least as many as a SlotSchedule has slots
    private readonly AtmFile file;
    private readonly FloatNetwork network;
    private readonly IntegerParameters parameters;
    private readonly TrainableParameters trained;
    private readonly SlotSchedule schedule;
    private readonly Slot[] slots;
    private readonly bool[] hasGradient;

    /// <summary>Prepares a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="parameters">Its parameters; after they have changed, <see cref="Refresh"/> takes them over.</param>
    /// <param name="trained">Whose gradients are wanted.</param>
    /// <param name="threads">Threads to use.</param>
    public IntegerBatchPass(AtmFile file, IntegerParameters parameters, TrainableParameters trained, int threads)
    {
        this.file = file;
        this.parameters = parameters;
        this.trained = trained;
        network = FloatNetwork.FromAtm(file, true);
        First = parameters
            .TrainableLayers()
            .Where(layer => trained.HasWeights(layer) || trained.HasBiases(layer))
            .DefaultIfEmpty(parameters.LastLayer + 1)
            .Min();
        hasGradient = new bool[network.TensorCount];
        for (int layer = First; layer <= parameters.LastLayer; layer++)
        {
            var record = network.Layers[layer];
            hasGradient[layer + 1] =
                HasGradient(layer) || hasGradient[record.Input] || (record.Input2 >= 0 && hasGradient[record.Input2]);
        }
        schedule = new SlotSchedule(MostSamples, threads);
        slots = [.. Enumerable.Range(0, schedule.Slots).Select(_ => new Slot(this))];
    }

    /// <summary>The first layer with trained parameters; the backward pass crosses it and all behind it.</summary>
    public int First { get; }

    /// <summary>Takes over parameters that have changed.</summary>
    public void Refresh()
    {
        for (int layer = First; layer <= parameters.LastLayer; layer++)
        {
            if (!HasGradient(layer))
            {
                continue;
            }
            int zero = file.Word(layer, RecordField.WeightsZero);
            float[] weights = network.Layers[layer].Weights;
            for (int i = 0; i < weights.Length; i++)
            {
                double scale = parameters.WeightScale(layer, parameters.ChannelOf(layer, i));
                weights[i] = (float)(scale * (parameters.Weights[layer][i] - zero));
            }
            foreach (Slot slot in slots)
            {
                slot.Runner.Set(layer, parameters);
            }
        }
    }

    /// <summary>Adds the gradients of samples, summed, by real weights and biases. Returns the sum of the losses.</summary>
    public double AddGradients(
        MemorySamples samples,
        ReadOnlyMemory<int> batch,
        ParameterGradients sum,
        CancellationToken cancellation = default
    )
    {
        schedule.Run(
            batch.Length,
            (number, from, to) =>
            {
                slots[number].Clear();
                for (int i = from; i < to && !cancellation.IsCancellationRequested; i++)
                {
                    slots[number].Add(samples, batch.Span[i]);
                }
            }
        );
        cancellation.ThrowIfCancellationRequested();
        double loss = 0;
        foreach (Slot slot in slots)
        {
            sum.Add(slot.Sum);
            loss += slot.Loss;
        }
        return loss;
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(slots, slot => slot.Runner.Dispose());

    private bool HasGradient(int layer) =>
        parameters.Weights[layer].Length > 0 && (trained.HasWeights(layer) || trained.HasBiases(layer));

    /// <summary>What one thread at a time works with.</summary>
    private sealed class Slot
    {
        private readonly IntegerBatchPass pass;
        private readonly float[][] values;
        private readonly float[][] preActivations;
        private readonly float[][] gradients;
        private readonly float[] scratch;
        private readonly int[] accumulators;
        private readonly sbyte[] quantized;

        public Slot(IntegerBatchPass pass)
        {
            this.pass = pass;
            FloatNetwork network = pass.network;
            Runner = new IntegerRunner(pass.file, pass.parameters);
            Sum = new ParameterGradients(network);
            int tensors = pass.parameters.LastLayer + 2;
            values = new float[tensors][];
            preActivations = new float[tensors][];
            gradients = new float[tensors][];
            int largest = 0;
            for (int tensor = 0; tensor < tensors; tensor++)
            {
                int size = network.TensorSize(tensor);
                values[tensor] = IsRead(tensor) ? new float[size] : [];
                preActivations[tensor] = tensor > pass.First ? new float[size] : [];
                gradients[tensor] = pass.hasGradient[tensor] ? new float[size] : [];
                largest = Math.Max(largest, size);
            }
            accumulators = new int[largest];
            quantized = new sbyte[largest];
            scratch = new float[network.Layers.Max(OperatorTable.ScratchSize)];
        }

        public IntegerRunner Runner { get; }

        public ParameterGradients Sum { get; }

        public double Loss { get; private set; }

        public void Clear()
        {
            Sum.Clear();
            Loss = 0;
        }

        /// <summary>Adds a sample's gradients and loss.</summary>
        public void Add(MemorySamples samples, int index)
        {
            int label = Runner.Load(samples, index);
            int last = pass.parameters.LastLayer;
            for (int layer = 0; layer < pass.First; layer++)
            {
                Runner.RunLayer(layer);
            }
            for (int tensor = 0; tensor <= pass.First && tensor <= last; tensor++)
            {
                Dequantize(tensor);
            }
            for (int layer = pass.First; layer <= last; layer++)
            {
                Forward(layer);
            }
            foreach (float[] gradient in gradients)
            {
                Array.Clear(gradient);
            }
            bool linear = pass.file.Head >= 0;
            float[] logits = linear ? preActivations[last + 1] : values[last + 1];
            Loss += SoftmaxLoss.Evaluate(logits, label, gradients[last + 1]);
            for (int layer = last; layer >= pass.First; layer--)
            {
                if (pass.hasGradient[layer + 1])
                {
                    Backward(layer, linear && layer == last);
                }
            }
        }

        /// <summary>Whether a layer that the backward pass crosses reads a tensor, or the loss does.</summary>
        private bool IsRead(int tensor)
        {
            for (int layer = pass.First; layer <= pass.parameters.LastLayer; layer++)
            {
                var record = pass.network.Layers[layer];
                if (record.Input == tensor || record.Input2 == tensor)
                {
                    return true;
                }
            }
            return tensor == pass.parameters.LastLayer + 1;
        }

        private void Forward(int index)
        {
            var layer = pass.network.Layers[index];
            if (layer.HasWeights)
            {
                Runner.RunLayer(index, accumulators);
                Rescale(index, layer);
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
                        Scratch = scratch,
                    }
                );
            }
            if (index != pass.file.Head)
            {
                Dequantize(index + 1);
            }
        }

        /// <summary>Real pre-activations from accumulators: s_a s_w[c] acc.</summary>
        private void Rescale(int index, FloatLayer layer)
        {
            var units = new float[layer.Channels];
            for (int channel = 0; channel < units.Length; channel++)
            {
                units[channel] = (float)pass.parameters.BiasScale(index, channel);
            }
            float[] target = preActivations[index + 1];
            for (int row = 0; row < target.Length; row += units.Length)
            {
                RowMath.Scale(target.AsSpan(row, units.Length), accumulators.AsSpan(row), units);
            }
        }

        private void Dequantize(int tensor)
        {
            float[] target = values[tensor];
            if (target.Length == 0)
            {
                return;
            }
            AtmFile file = pass.file;
            float scale = tensor == 0 ? file.InputScale : file.Single(tensor - 1, RecordField.OutputScale);
            int zero = tensor == 0 ? file.InputZero : file.Word(tensor - 1, RecordField.OutputZero);
            Runner.Read(tensor, quantized);
            RowMath.Dequantize(target, quantized, scale, zero);
        }

        private void Backward(int index, bool unclamped)
        {
            var layer = pass.network.Layers[index];
            float[] gradient = gradients[index + 1];
            if (!unclamped)
            {
                RowMath.MaskBeyond(gradient, preActivations[index + 1], layer.Minimum, layer.Maximum);
            }
            bool trained = layer.HasWeights;
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
                    WeightsGradient = trained && pass.trained.HasWeights(index) ? Sum.Weights[index] : default,
                    BiasGradient = trained && pass.trained.HasBiases(index) ? Sum.Bias[index] : default,
                    Scratch = scratch,
                }
            );
        }
    }
}
