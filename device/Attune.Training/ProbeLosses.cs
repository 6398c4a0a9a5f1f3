using Attune.Data;
using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// Measures what a sample says about a layer: the loss difference of each of its probes, or the classifier's derivatives in
    /// closed form. All of it stays in the arena.
    /// </summary>
    public sealed class ProbeLosses
    {
        private static readonly string Differentiating = "differentiating the loss by layer ";
        private readonly Network network;
        private readonly TrainingPlan plan;
        private readonly QuantizedModel model;
        private readonly Arena arena;
        private readonly TrainingOptions options;
        private readonly ISampleSource samples;
        private readonly StepOrder order;
        private readonly ProbeSeeds seeds;
        private readonly MultiplierTrainer multipliers;
        private readonly int[] guesses;

        /// <summary>Measurements of a network that has a <see cref="TrainingPlan"/>.</summary>
        public ProbeLosses(
            Network network,
            ISampleSource samples,
            StepOrder order,
            ProbeSeeds seeds,
            MultiplierTrainer multipliers
        )
        {
            this.network = network;
            this.samples = samples;
            this.order = order;
            this.seeds = seeds;
            this.multipliers = multipliers;
            plan = (TrainingPlan)network.Plan;
            model = network.Model;
            arena = network.Arena;
            options = plan.Options;
            guesses = new int[options.Objective == Objective.Pseudo ? options.Batch : 0];
        }

        /// <summary>Measures a layer on one sample; the layer's layout is in use.</summary>
        /// <param name="layer">The layer.</param>
        /// <param name="n">Sample of the batch.</param>
        /// <param name="clean">Whether the clean loss is taken, too; else it is there from an earlier layer.</param>
        public void Measure(int layer, int n, bool clean)
        {
            int cleanAt = plan.CleanAt + 4 * n;
            int values = plan.Differences[layer];
            int results = plan.DeltasOf(layer) + 4 * n * values;
            if (!clean && IsLeftOut(cleanAt))
            {
                arena.Fill(results, 4 * values, 0);
                return;
            }
            int label = network.Load(samples, order.Sample(n));
            label = options.Objective == Objective.Labels ? label : guesses[n];
            network.Run(0, plan.KeepsNodes(layer) ? layer - 1 : plan.Cut[layer] - 1);
            if (plan.KeepsNodes(layer))
            {
                network.RunKept(layer);
            }
            if (clean)
            {
                RunToLast(layer, RunMode.Plain);
                if (options.Objective == Objective.Pseudo)
                {
                    label = ClassLoss.MostLikely(network, cleanAt);
                    guesses[n] = label;
                }
                ClassLoss.Store(network, label, -1, cleanAt);
            }
            if (clean && IsLeftOut(cleanAt))
            {
                arena.Fill(results, 4 * values, 0);
            }
            else if (plan.Source[layer] == GradientSource.Exact)
            {
                DifferentiateHead(layer, label, results);
            }
            else
            {
                RunProbes(layer, n, label, cleanAt, results);
            }
        }

        /// <summary>Mean clean loss of the step's samples.</summary>
        public double MeanClean()
        {
            double sum = 0;
            for (int n = 0; n < order.Count; n++)
            {
                sum += arena.ReadSingle(plan.CleanAt + 4 * n);
            }
            return sum / order.Count;
        }

        private void RunProbes(int layer, int n, int label, int cleanAt, int results)
        {
            GradientSource source = plan.Source[layer];
            int mode =
                source == GradientSource.NodeProbes ? RunMode.ProbeNodes
                : source == GradientSource.WeightProbes ? ModeOfWeights(layer)
                : RunMode.Plain;
            for (int q = 0; q < plan.Differences[layer]; q++)
            {
                seeds.Next(layer, n, q);
                if (source == GradientSource.MultiplierProbes)
                {
                    multipliers.Perturb(layer, seeds.Low, seeds.High);
                }
                RunToLast(layer, mode);
                ClassLoss.Store(network, label, cleanAt, results + 4 * q);
            }
            if (source == GradientSource.MultiplierProbes)
            {
                multipliers.Restore(layer);
            }
        }

        private int ModeOfWeights(int layer)
        {
            return (plan.WeightsAt[layer] >= 0 ? RunMode.ProbeWeights : 0)
                | (plan.BiasAt[layer] >= 0 ? RunMode.ProbeBiases : 0);
        }

        private bool IsLeftOut(int cleanAt)
        {
            return arena.ReadSingle(cleanAt) < options.MinimumLoss;
        }

        /// <summary>Runs a layer, or what is kept of it, with its probe and the rest without.</summary>
        private void RunToLast(int layer, int mode)
        {
            if (plan.KeepsNodes(layer))
            {
                network.ProbeKept(layer, mode, seeds.Low, seeds.High);
            }
            network.Run(plan.Cut[layer], model.LossLayer, layer, mode | RunMode.Accumulators, seeds.Low, seeds.High);
        }

        /// <summary>The derivatives of the loss by the classifier's accumulators, which have just been computed.</summary>
        private void DifferentiateHead(int layer, int label, int results)
        {
            int status = Native.GradientHead(
                arena.Handle,
                QuantizedModel.RecordOffset(layer),
                Network.BindingAt(layer),
                label,
                results
            );
            KernelException.Check(status, Differentiating, layer);
        }
    }
}
