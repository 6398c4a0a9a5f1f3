using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Host.Running;
using Attune.Model;

namespace Attune.Host.Baselines;

/// <summary>
/// Forward passes of an int8 model by its integer kernels and straight-through back-propagation of all trained layers at once
/// (the rules of <see cref="GradientOracle"/>). Samples run in parallel; sums do not depend on the number of threads.
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
                parameters.ApplyTo(slot.Runner, layer);
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
    public void Dispose() => Array.ForEach(slots, slot => slot.Dispose());

    private bool HasGradient(int layer) =>
        parameters.Weights[layer].Length > 0 && (trained.HasWeights(layer) || trained.HasBiases(layer));

    /// <summary>What one thread at a time works with.</summary>
    private sealed class Slot : IDisposable
    {
        private readonly IntegerBatchPass owner;
        private readonly StraightThroughPass pass;

        public Slot(IntegerBatchPass owner)
        {
            this.owner = owner;
            pass = new StraightThroughPass(
                owner.file,
                owner.network,
                owner.First,
                tensor => owner.hasGradient[tensor],
                ownParameters: true,
                realSums: false
            );
            Sum = new ParameterGradients(owner.network);
        }

        public IntegerRunner Runner => pass.Runner;

        public void Dispose() => pass.Dispose();

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
            Loss += pass.Forward(label);
            pass.Backward(owner.First, owner.trained, Sum);
        }
    }
}
