using Attune.Data;
using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// Back-propagation: for each sample one forward and one backward pass. With a batch of one, every layer moves as soon as
    /// the error has passed it; else gradients are summed, and all layers move at the end of the step.
    /// </summary>
    public sealed class BackwardTrainer : ITrainer
    {
        /// <summary>First samples whose losses <see cref="TrainingOptions.FullRateLoss"/> is compared with.</summary>
        private const int MeanSamples = 200;

        private static readonly string FormingGradient = "forming the gradient of layer ";
        private readonly Network network;
        private readonly TrainingPlan plan;
        private readonly QuantizedModel model;
        private readonly Arena arena;
        private readonly TrainingOptions options;
        private readonly ISampleSource samples;
        private readonly StepOrder order;
        private readonly ParameterUpdate update;
        private readonly BackwardPass pass;
        private readonly GradientTile tile = new GradientTile();

        /// <summary>A trainer of a network that has a <see cref="TrainingPlan"/> of back-propagation.</summary>
        public BackwardTrainer(Network network, TrainingOptions options, ISampleSource samples)
        {
            this.network = network;
            this.options = options;
            plan = (TrainingPlan)network.Plan;
            model = network.Model;
            arena = network.Arena;
            order = new StepOrder(options, samples);
            this.samples = AugmentedSamples.Of(samples, order, model, options);
            update = new ParameterUpdate(network, order);
            pass = new BackwardPass(network);
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
            order.Begin(number, steps);
            pass.Use();
            pass.Step = number;
            double sum = 0;
            ClearSums();
            for (int n = 0; n < order.Count; n++)
            {
                sum += Take(n);
                // Ranges of errors have changed, so the step goes on to its end.
                if (watch != null)
                {
                    watch.Tick();
                }
            }
            if (plan.SumsGradients)
            {
                MoveAll();
            }
            Loss = sum / order.Count;
            return true;
        }

        /// <summary>Forward and backward pass of a sample. Returns its loss.</summary>
        private float Take(int n)
        {
            pass.Sample = n;
            int cleanAt = plan.CleanAt + 4 * n;
            int label = network.Load(samples, order.Sample(n));
            pass.RunForward();
            label = options.Objective == Objective.Pseudo ? ClassLoss.MostLikely(network, cleanAt) : label;
            ClassLoss.Store(network, label, -1, cleanAt);
            float loss = arena.ReadSingle(cleanAt);
            NoteLoss(loss, n);
            pass.Follow(cleanAt);
            if (loss < options.MinimumLoss || !pass.Begin(label))
            {
                return loss;
            }
            for (int layer = model.LossLayer; layer >= 0; layer--)
            {
                if (plan.Backward.Passes(layer))
                {
                    PassLayer(layer);
                }
            }
            return loss;
        }

        /// <summary>Takes the mean loss of the first samples, and lowers the rate where it is small.</summary>
        private void NoteLoss(float loss, int n)
        {
            if (!(options.FullRateLoss > 0))
            {
                return;
            }
            float mean = arena.ReadSingle(plan.MeanLossAt);
            int before = order.Number < MeanSamples ? order.Number * options.Batch + n : MeanSamples;
            if (before < MeanSamples)
            {
                mean += (loss - mean) / (before + 1);
                arena.WriteSingle(plan.MeanLossAt, mean);
            }
            order.Scale = mean < options.FullRateLoss ? mean / options.FullRateLoss : 1;
        }

        private void PassLayer(int layer)
        {
            bool trained = plan.Source[layer] == GradientSource.BackPropagation;
            int biases =
                !trained ? MemoryPlan.Nowhere
                : plan.SumsGradients ? plan.BiasSumsAt[layer]
                : pass.GradientAt(layer);
            if (trained && !plan.SumsGradients)
            {
                arena.Fill(biases, 4 * model.Channels(layer), 0);
            }
            pass.Finish(layer, biases);
            pass.Pass(layer);
            if (!trained)
            {
                return;
            }
            bool weights = plan.WeightsAt[layer] >= 0;
            if (!plan.SumsGradients)
            {
                MoveAtOnce(layer, biases);
            }
            else if (weights)
            {
                AddWeights(layer, 0, model.Channels(layer), plan.WeightSumsAt[layer]);
            }
            if (weights)
            {
                pass.CountMacs(layer);
            }
        }

        /// <summary>Moves a layer by the gradient of the sample.</summary>
        private void MoveAtOnce(int layer, int biases)
        {
            int channels = model.Channels(layer);
            bool weights = plan.WeightsAt[layer] >= 0;
            int filters = weights ? plan.Backward.TileFilters(layer) : channels;
            tile.Layer = layer;
            tile.WeightsAt = weights ? pass.TileAt(layer) : MemoryPlan.Nowhere;
            // Moments move every filter; without them, one that has no gradient stays.
            bool some = pass.Chosen >= 0 && options.Moments == 0;
            int number = 0;
            for (int first = some ? pass.ChosenChannel(0) : 0; first < channels; )
            {
                tile.First = first;
                tile.Count = channels - first < filters ? channels - first : filters;
                if (some)
                {
                    tile.Count = ChosenRun(number, tile.Count);
                    number += tile.Count;
                }
                tile.BiasAt = plan.BiasAt[layer] >= 0 ? biases + 4 * first : MemoryPlan.Nowhere;
                if (weights)
                {
                    arena.Fill(tile.WeightsAt, 4 * tile.Count * model.FilterSize(layer), 0);
                    AddWeights(layer, first, tile.Count, tile.WeightsAt);
                }
                update.TakeStep(tile, Rate, MemoryPlan.Nowhere);
                first =
                    !some ? first + tile.Count
                    : number < pass.ChosenCount ? pass.ChosenChannel(number)
                    : channels;
            }
        }

        /// <summary>Number of the chosen channels from one on that are neighbours.</summary>
        private int ChosenRun(int number, int most)
        {
            int count = 1;
            while (
                count < most
                && number + count < pass.ChosenCount
                && pass.ChosenChannel(number + count) == pass.ChosenChannel(number) + count
            )
            {
                count++;
            }
            return count;
        }

        private void AddWeights(int layer, int first, int count, int weights)
        {
            int status = Native.WeightsGradient(
                arena.Handle,
                QuantizedModel.RecordOffset(layer),
                Network.BindingAt(layer),
                pass.ErrorAt(layer + 1),
                pass.ScaleAt(layer + 1),
                first,
                count,
                weights,
                pass.Chosen
            );
            KernelException.Check(status, FormingGradient, layer);
        }

        private void ClearSums()
        {
            bool clears = plan.SumsGradients && !options.Carries;
            for (int layer = 0; clears && layer < model.LayerCount; layer++)
            {
                if (plan.Source[layer] == GradientSource.BackPropagation)
                {
                    arena.Fill(plan.BiasSumsAt[layer], 4 * model.Channels(layer), 0);
                    if (plan.WeightSumsAt[layer] >= 0)
                    {
                        arena.Fill(plan.WeightSumsAt[layer], 4 * model.WeightCount(layer), 0);
                    }
                }
            }
        }

        private void MoveAll()
        {
            for (int layer = model.LossLayer; layer >= 0; layer--)
            {
                if (plan.Source[layer] == GradientSource.BackPropagation)
                {
                    tile.Layer = layer;
                    tile.First = 0;
                    tile.Count = model.Channels(layer);
                    tile.WeightsAt = plan.WeightSumsAt[layer];
                    tile.BiasAt = plan.BiasAt[layer] >= 0 ? plan.BiasSumsAt[layer] : MemoryPlan.Nowhere;
                    update.TakeStep(tile, Rate / order.Count, MemoryPlan.Nowhere);
                }
            }
        }
    }
}
