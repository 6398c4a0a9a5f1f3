using Attune.Host.Model;
using Attune.Host.Reference;

namespace Attune.Host.Baselines;

/// <summary>
/// MeZO (Malladi et al., Fine-Tuning Language Models with Just Forward Passes, 2023) on the real-quantized network: one Rademacher
/// probe z of all trained weights and biases at once, two-sided, shared by the batch and made again from its seed for the update;
/// stochastic gradient descent with quantization-aware scaling, cosine decay.
/// </summary>
/// <remarks>
/// With l+ and l- the batch's mean losses at w_q + z and w_q - z (biases b_q +- k z, k = max(1, round(1 / M)), docs/ALGORITHM.md)
/// the gradient is (l+ - l-) / 2 z for a weight and (l+ - l-) / (2 k) z for a bias. The probe is added in place in int8, as MeZO
/// does it, so a weight of 127 does not go to 128 but stays. Cost of a sample: two forwards from the first trained layer on and one
/// of the layers before it; two forwards if all are trained.
/// </remarks>
/// <param name="name">Name in results.</param>
/// <param name="learningRate">Rate of tasks that name none.</param>
public sealed class Mezo(string name, double learningRate) : IBaseline
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public double LearningRate => learningRate;

    /// <inheritdoc/>
    public BaselineResult Run(
        BaselineTask task,
        Action<BaselineProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(task);
        AtmFile file = task.Check();
        var parameters = new IntegerParameters(file);
        int[] layers = [.. task.Layers ?? parameters.TrainableLayers()];
        using var pool = new RunnerPool(file, task.Threads);
        var meter = new BudgetMeter(task, parameters.MacsFrom(0), progress);
        var schedule = new MinibatchSchedule(task.Samples.Count, task.BatchSize, task.Seed);
        long sampleMacs = parameters.MacsFrom(0) + parameters.MacsFrom(layers.Min());
        int steps = meter.StepsOf(sampleMacs);
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlyMemory<int> batch = schedule.Next();
            ulong stream = (ulong)step + 1;
            double plus = Loss(1);
            double minus = Loss(-1);
            double rate = BudgetMeter.Rate(task.LearningRate ?? learningRate, step, steps);
            Update(parameters, layers, new SeededRandom(task.Seed, stream), (plus - minus) / 2, rate);
            pool.Set(layers, parameters);
            meter.Step(
                batch.Length * sampleMacs,
                (plus + minus) / 2,
                schedule.EpochEnded,
                () => new BaselineModel(parameters.ToModel())
            );

            double Loss(int side)
            {
                pool.Set(layers, Probed(parameters, file, layers, new SeededRandom(task.Seed, stream), side));
                var losses = new double[batch.Length];
                pool.Run(
                    batch.Length,
                    (_, runner, i) =>
                    {
                        int label = runner.Load(task.Samples, batch.Span[i]);
                        runner.RunToLoss(0);
                        losses[i] = runner.Loss(label);
                    },
                    cancellation
                );
                return losses.Sum() / losses.Length;
            }
        }
        return meter.Result(new BaselineModel(parameters.ToModel()));
    }

    /// <summary>The parameters with a probe added, side +1, or taken off, -1.</summary>
    private static IntegerParameters Probed(
        IntegerParameters parameters,
        AtmFile file,
        int[] layers,
        SeededRandom random,
        int side
    )
    {
        var probed = new IntegerParameters(file);
        var signs = new SignSequence(random);
        foreach (int layer in layers)
        {
            sbyte[] weights = parameters.Weights[layer];
            for (int i = 0; i < weights.Length; i++)
            {
                probed.Weights[layer][i] = (sbyte)Math.Clamp(weights[i] + side * signs.Next(), -128, 127);
            }
            for (int c = 0; c < parameters.Biases[layer].Length; c++)
            {
                int change = side * signs.Next() * parameters.BiasSteps[layer][c];
                probed.Biases[layer][c] = (int)
                    Math.Clamp((long)parameters.Biases[layer][c] + change, int.MinValue, int.MaxValue);
            }
        }
        return probed;
    }

    /// <summary>The step along a probe that is made again.</summary>
    private static void Update(
        IntegerParameters parameters,
        int[] layers,
        SeededRandom random,
        double projected,
        double rate
    )
    {
        var signs = new SignSequence(random);
        foreach (int layer in layers)
        {
            for (int i = 0; i < parameters.Weights[layer].Length; i++)
            {
                parameters.StepWeight(layer, i, projected * signs.Next(), rate);
            }
            for (int c = 0; c < parameters.Biases[layer].Length; c++)
            {
                parameters.StepBias(layer, c, projected * signs.Next() / parameters.BiasSteps[layer][c], rate);
            }
        }
    }
}
