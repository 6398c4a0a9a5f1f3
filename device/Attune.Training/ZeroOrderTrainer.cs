using Attune.Data;
using Attune.Execution;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// Layer-wise zeroth-order training of a quantized network with mu = 1 Rademacher probes (Poor Man's Training, eq. 8,
    /// 11 to 13; docs/ALGORITHM.md, Probes). One step accumulates N samples; every sample probes each trained layer Q times.
    /// </summary>
    /// <remarks>
    /// Layers are visited from last to first, so a layer's input never depends on a weight that has already moved. With
    /// global updates all losses of a step are measured first; only their differences and the seeds are kept, and the
    /// gradients are then formed layer by layer in the activation region, in as many tiles of filters as it takes.
    /// </remarks>
    public sealed class ZeroOrderTrainer : ITrainer
    {
        private readonly Network network;
        private readonly QuantizedModel model;
        private readonly TrainingPlan plan;
        private readonly TrainingOptions options;
        private readonly StepOrder order;
        private readonly ProbeSeeds seeds;
        private readonly ProbeLosses losses;
        private readonly ProbeGradients gradients;
        private readonly ParameterUpdate update;
        private readonly MultiplierTrainer multipliers;
        private ITick watch;

        /// <summary>A trainer over samples that have labels below the number of class scores.</summary>
        public ZeroOrderTrainer(Network network, TrainingOptions options, ISampleSource samples)
        {
            this.network = network;
            this.options = options;
            model = network.Model;
            plan = (TrainingPlan)network.Plan;
            order = new StepOrder(options, samples);
            samples = AugmentedSamples.Of(samples, order, model, options);
            seeds = new ProbeSeeds(options, order);
            multipliers = new MultiplierTrainer(network);
            losses = new ProbeLosses(network, samples, order, seeds, multipliers);
            gradients = new ProbeGradients(network, samples, order, seeds);
            update = new ParameterUpdate(network, order);
        }

        /// <inheritdoc/>
        public double Loss { get; private set; }

        /// <inheritdoc/>
        public float Rate
        {
            get { return order.Rate; }
        }

        /// <inheritdoc/>
        public bool Step(int number, int steps, ITick watch)
        {
            this.watch = watch;
            order.Begin(number, steps);
            bool done = plan.IsLayerByLayer ? MeasureAndUpdate() : MeasureThenUpdate();
            if (done)
            {
                Loss = losses.MeanClean();
            }
            return done;
        }

        /// <summary>All losses of a step with the weights that it began with, then all updates.</summary>
        private bool MeasureThenUpdate()
        {
            bool first = true;
            for (int layer = model.LossLayer; layer >= 0; layer--)
            {
                if (plan.IsProbed(layer))
                {
                    if (!Measure(layer, first, false))
                    {
                        return false;
                    }
                    first = false;
                }
            }
            for (int layer = model.LossLayer; layer >= 0; layer--)
            {
                if (plan.IsProbed(layer))
                {
                    Update(layer, MemoryPlan.Nowhere);
                }
            }
            return true;
        }

        /// <summary>Layer by layer: losses of all samples, then the update of the layer, or its new values set aside.</summary>
        private bool MeasureAndUpdate()
        {
            bool changed = false;
            int pending = plan.PendingAt;
            for (int layer = model.LossLayer; layer >= 0; layer--)
            {
                if (plan.IsProbed(layer))
                {
                    if (!Measure(layer, true, changed))
                    {
                        return false;
                    }
                    Update(layer, pending);
                    // Moments move even where the parameters wait.
                    changed = pending < 0 || options.Moments > 0;
                    pending += pending < 0 ? 0 : plan.PendingBytes(layer);
                }
            }
            if (plan.PendingAt >= 0)
            {
                update.ApplyPending();
            }
            return true;
        }

        /// <summary>Measures a layer on all samples. False if the watch asked to stop and nothing has changed yet.</summary>
        private bool Measure(int layer, bool clean, bool changed)
        {
            network.Use(plan.ProbeLayout(layer));
            for (int n = 0; n < order.Count; n++)
            {
                losses.Measure(layer, n, clean);
                if (watch != null && !watch.Tick() && !changed)
                {
                    return false;
                }
            }
            return true;
        }

        private void Update(int layer, int pending)
        {
            bool exact = plan.Source[layer] == GradientSource.Exact;
            int total = order.Count * (exact ? 1 : options.QueriesOf(layer));
            float rate = Rate / total;
            if (options.Centering && !exact && total > 1)
            {
                gradients.Center(layer);
            }
            if (options.NormScaling && !exact)
            {
                rate = rate * ((float)total / (total + Dimension(layer) - 1));
            }
            if (plan.Source[layer] == GradientSource.MultiplierProbes)
            {
                UpdateMultipliers(layer, rate);
                return;
            }
            update.Run(layer, gradients, rate, pending);
        }

        /// <summary>Number of entries that a probe of a layer perturbs: d of gradient-norm scaling.</summary>
        private int Dimension(int layer)
        {
            switch (plan.Source[layer])
            {
                case GradientSource.NodeProbes:
                    return model.OutputCount(layer);
                case GradientSource.MultiplierProbes:
                    return model.Channels(layer);
                default:
                    return options.MovingEntries(model, layer);
            }
        }

        private void UpdateMultipliers(int layer, float rate)
        {
            int queries = plan.Differences[layer];
            int deltas = plan.DeltasOf(layer);
            multipliers.Clear(layer);
            for (int n = 0; n < order.Count; n++)
            {
                for (int q = 0; q < queries; q++)
                {
                    seeds.Next(layer, n, q);
                    float delta = network.Arena.ReadSingle(deltas + 4 * (n * queries + q));
                    multipliers.Add(layer, delta, seeds.Low, seeds.High);
                }
            }
            multipliers.Apply(layer, rate);
        }
    }
}
