using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Running;

namespace Attune.Host.Baselines;

/// <summary>
/// DeepZero (Chen et al., Scaling up Zeroth-Order Optimization for Deep Model Training, 2023) on the real-quantized network, as the
/// paper compares with it (section 4.2.2): finite differences coordinate by coordinate, random gradient sparsity, stochastic
/// gradient descent with quantization-aware scaling, cosine decay.
/// </summary>
/// <remarks>
/// The derivative of a weight is the batch's mean of l(w_q + 1) - l(w_q), at 127 of l(w_q) - l(w_q - 1); that of a bias is
/// (l(b_q + k) - l(b_q)) / k with k = max(1, round(1 / M)). A step draws the fraction 1 - sparsity of all coordinates anew.
/// Cost of a sample of a step: one forward, and one from its layer on for every coordinate (DeepZero's feature reuse). Where the
/// budget does not pay for all coordinates drawn, which come in random order, the step takes as many as it pays for and is the last.
/// </remarks>
/// <param name="name">Name in results.</param>
/// <param name="learningRate">Rate of tasks that name none.</param>
/// <param name="sparsity">Share of coordinates left out of a step, 0 (dense) to below 1.</param>
public sealed class DeepZero(string name, double learningRate, double sparsity) : IBaseline
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
        Coordinate[] all = Coordinate.Of(parameters, layers);
        int drawn = Math.Max(1, (int)Math.Round((1 - sparsity) * all.Length));
        using var pool = new RunnerPool(file, task.Threads);
        var meter = new BudgetMeter(task, parameters.MacsFrom(0), progress);
        var schedule = new MinibatchSchedule(task.Samples.Count, task.BatchSize, task.Seed);
        var random = new SeededRandom(task.Seed, 1);
        long[] macsFrom = [.. Enumerable.Range(0, parameters.LastLayer + 1).Select(parameters.MacsFrom)];
        double meanMacs = macsFrom[0] + (double)drawn / all.Length * all.Sum(coordinate => macsFrom[coordinate.Layer]);
        int steps = (int)Math.Min(int.MaxValue, Math.Ceiling(meter.Budget / (meanMacs * task.BatchSize)));
        for (int step = 0; ; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlyMemory<int> batch = schedule.Next();
            Draw(all, drawn, random);
            long sampleMacs = macsFrom[0];
            int count = 0;
            while (count < drawn && (sampleMacs + macsFrom[all[count].Layer]) * batch.Length <= meter.Left)
            {
                sampleMacs += macsFrom[all[count++].Layer];
            }
            if (count == 0)
            {
                return meter.Result(new BaselineModel(parameters.ToModel()));
            }
            Coordinate[] measured = all[..count];
            Array.Sort(measured);
            double loss =
                Measure(task, pool, parameters, batch, measured, out double[] sums, cancellation) / batch.Length;
            double rate = BudgetMeter.Rate(task.LearningRate ?? learningRate, step, steps);
            for (int i = 0; i < count; i++)
            {
                measured[i].Step(parameters, sums[i] / batch.Length, rate);
            }
            pool.Set(layers, parameters);
            meter.Step(
                batch.Length * sampleMacs,
                loss,
                schedule.EpochEnded,
                () => new BaselineModel(parameters.ToModel())
            );
        }
    }

    /// <summary>Puts a random choice of coordinates, in random order, to the front.</summary>
    private static void Draw(Coordinate[] all, int count, SeededRandom random)
    {
        for (int i = 0; i < count; i++)
        {
            int j = i + random.Below(all.Length - i);
            (all[i], all[j]) = (all[j], all[i]);
        }
    }

    /// <summary>
    /// Sums over the batch of every coordinate's derivative; returns that of the clean losses. Coordinates come from last layer to
    /// first: a run from a layer leaves the tensors before it as they were.
    /// </summary>
    private static double Measure(
        BaselineTask task,
        RunnerPool pool,
        IntegerParameters parameters,
        ReadOnlyMemory<int> batch,
        Coordinate[] measured,
        out double[] sums,
        CancellationToken cancellation
    )
    {
        var parts = new double[pool.Count][];
        var losses = new double[batch.Length];
        for (int part = 0; part < parts.Length; part++)
        {
            parts[part] = new double[measured.Length];
        }
        pool.Run(
            batch.Length,
            (number, runner, n) =>
            {
                int label = runner.Load(task.Samples, batch.Span[n]);
                runner.RunToLoss(0);
                double clean = runner.Loss(label);
                losses[n] = clean;
                for (int i = 0; i < measured.Length && !cancellation.IsCancellationRequested; i++)
                {
                    double step = measured[i].Probe(parameters, runner);
                    runner.RunToLoss(measured[i].Layer);
                    parts[number][i] += (runner.Loss(label) - clean) / step;
                    measured[i].Restore(parameters, runner);
                }
            },
            cancellation
        );
        sums = new double[measured.Length];
        foreach (double[] part in parts)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += part[i];
            }
        }
        return losses.Sum();
    }

    /// <summary>One weight or bias; they sort from last layer to first.</summary>
    private readonly record struct Coordinate(int Layer, int Index, bool IsBias) : IComparable<Coordinate>
    {
        /// <summary>All coordinates of layers.</summary>
        public static Coordinate[] Of(IntegerParameters parameters, int[] layers) =>
            [
                .. layers.SelectMany(layer =>
                    Enumerable
                        .Range(0, parameters.Weights[layer].Length)
                        .Select(index => new Coordinate(layer, index, false))
                        .Concat(
                            Enumerable
                                .Range(0, parameters.Biases[layer].Length)
                                .Select(index => new Coordinate(layer, index, true))
                        )
                ),
            ];

        public int CompareTo(Coordinate other) =>
            Layer != other.Layer ? other.Layer.CompareTo(Layer)
            : IsBias != other.IsBias ? IsBias.CompareTo(other.IsBias)
            : Index.CompareTo(other.Index);

        /// <summary>Moves it in a runner; returns by how much.</summary>
        public int Probe(IntegerParameters parameters, IntegerRunner runner)
        {
            if (IsBias)
            {
                int bias = parameters.Biases[Layer][Index];
                int k = parameters.BiasSteps[Layer][Index];
                runner.SetBias(Layer, Index, bias + k);
                return k;
            }
            int weight = parameters.Weights[Layer][Index];
            int step = weight == 127 ? -1 : 1;
            runner.SetWeight(Layer, Index, weight + step);
            return step;
        }

        /// <summary>Puts it back.</summary>
        public void Restore(IntegerParameters parameters, IntegerRunner runner)
        {
            if (IsBias)
            {
                runner.SetBias(Layer, Index, parameters.Biases[Layer][Index]);
            }
            else
            {
                runner.SetWeight(Layer, Index, parameters.Weights[Layer][Index]);
            }
        }

        /// <summary>Takes a step against its derivative.</summary>
        public void Step(IntegerParameters parameters, double gradient, double rate)
        {
            if (IsBias)
            {
                parameters.StepBias(Layer, Index, gradient, rate);
            }
            else
            {
                parameters.StepWeight(Layer, Index, gradient, rate);
            }
        }
    }
}
