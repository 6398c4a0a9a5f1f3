namespace Attune.Host.Reference.Training;

/// <summary>
/// Stochastic gradient descent with momentum: v = momentum * v + g + decay * w, w -= rate * v, with g the mean gradient of
/// the batch. Deterministic: the same samples, options and start give the same parameters for any number of threads.
/// </summary>
public static class SgdTrainer
{
    private const int MicroBatch = 16; // samples in memory at once; fixed, as it decides about the order of additions

    /// <summary>Trains a network in place.</summary>
    /// <param name="network">The network; with batch normalisation, every step needs at least two samples.</param>
    /// <param name="samples">Training samples.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Called after every step, or null.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="InvalidOperationException">The network has no logits.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the network holds the steps done so far.</exception>
    public static void Train(
        FloatNetwork network,
        ITrainingSamples samples,
        SgdOptions options,
        Action<TrainingProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        bool normalized = network.Layers.Any(layer => layer.Normalization != null);
        var pass = new BatchPass(
            network,
            normalized ? options.BatchSize : Math.Min(MicroBatch, options.BatchSize),
            options.Threads
        );
        var gradients = new ParameterGradients(network);
        var velocities = new ParameterGradients(network);
        var random = new SeededRandom(options.Seed);
        int[] order = [.. Enumerable.Range(0, samples.Count)];
        int first = Enumerable.Range(0, network.Layers.Count).FirstOrDefault(options.Parameters.Has);
        int stepsPerEpoch = (samples.Count + options.BatchSize - 1) / options.BatchSize;
        int steps = options.Steps > 0 ? options.Steps : stepsPerEpoch * options.Epochs;
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step % stepsPerEpoch == 0)
            {
                random.Shuffle(order);
            }
            var source = new EpochSamples(samples, options, network.InputShape, step / stepsPerEpoch);
            int start = step % stepsPerEpoch * options.BatchSize;
            int size = Math.Min(options.BatchSize, order.Length - start);
            gradients.Clear();
            double loss = AddGradients(pass, source, order.AsMemory(start, size), options.Threads, first, gradients);
            gradients.Divide(size);
            Update(network, gradients, velocities, options, Rate(options, step, steps));
            progress?.Invoke(new TrainingProgress(step + 1, steps, loss / size));
        }
    }

    private static double Rate(SgdOptions options, int step, int steps)
    {
        double warmth = Math.Min(1, (step + 1.0) / (options.WarmUpSteps + 1));
        return options.LearningRate * warmth * 0.5 * (1 + PortableMath.Cos(Math.PI * step / steps));
    }

    private static double AddGradients(
        BatchPass pass,
        ITrainingSamples samples,
        ReadOnlyMemory<int> indices,
        int threads,
        int first,
        ParameterGradients sum
    )
    {
        double loss = 0;
        for (int at = 0; at < indices.Length; at += pass.Capacity)
        {
            var part = indices.Slice(at, Math.Min(pass.Capacity, indices.Length - at));
            int[] labels = new int[part.Length];
            Parallel.For(
                0,
                labels.Length,
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => labels[i] = samples.Read(part.Span[i], pass.Input(i))
            );
            pass.Forward(labels.Length, true);
            loss += pass.Backward(labels, sum, first);
        }
        return loss;
    }

    /// <summary>The samples as an epoch sees them.</summary>
    private sealed class EpochSamples(ITrainingSamples samples, SgdOptions options, int[] shape, int epoch)
        : ITrainingSamples
    {
        public int Count => samples.Count;

        public int Read(int index, Span<float> input)
        {
            int label = samples.Read(index, input);
            options.Augmentation?.Apply(
                input,
                shape,
                new SeededRandom(options.Seed, ((ulong)epoch << 32) + (ulong)index + 1)
            );
            return label;
        }
    }

    private static void Update(
        FloatNetwork network,
        ParameterGradients gradients,
        ParameterGradients velocities,
        SgdOptions options,
        double rate
    )
    {
        for (int index = 0; index < network.Layers.Count; index++)
        {
            var layer = network.Layers[index];
            if (options.Parameters.HasWeights(index))
            {
                Step(layer.Weights, gradients.Weights[index], velocities.Weights[index], options.WeightDecay);
                if (layer.Normalization != null)
                {
                    Step(layer.Normalization.Gamma, gradients.Gamma[index], velocities.Gamma[index], 0);
                }
            }
            if (options.Parameters.HasBiases(index))
            {
                Step(layer.Bias, gradients.Bias[index], velocities.Bias[index], 0);
                if (layer.Normalization != null)
                {
                    Step(layer.Normalization.Beta, gradients.Beta[index], velocities.Beta[index], 0);
                }
            }
        }

        void Step(float[] parameters, float[] gradient, float[] velocity, double decay)
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                double change = options.Momentum * velocity[i] + gradient[i] + decay * parameters[i];
                velocity[i] = (float)change;
                parameters[i] -= (float)(rate * change);
            }
        }
    }
}
