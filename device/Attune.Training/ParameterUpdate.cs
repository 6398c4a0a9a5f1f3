using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Numbers;

namespace Attune.Training
{
    /// <summary>Moves the weights and biases of a layer along its gradient, in tiles of filters (Poor Man's Training, eq. 11).</summary>
    public sealed class ParameterUpdate
    {
        /// <summary>ATTUNE_UPDATE_SCALED of attune.h: quantization-aware scaling.</summary>
        public const int UpdateScaled = 1;

        /// <summary>ATTUNE_UPDATE_STOCHASTIC of attune.h: stochastic rounding.</summary>
        public const int UpdateStochastic = 2;

        /// <summary>ATTUNE_UPDATE_CARRIED of attune.h: what rounding leaves over stays in the gradient.</summary>
        public const int UpdateCarried = 4;

        private static readonly string Updating = "updating layer ";
        private readonly TrainingPlan plan;
        private readonly QuantizedModel model;
        private readonly Arena arena;
        private readonly TrainingOptions options;
        private readonly StepOrder order;
        private readonly SeedSequence seeds;
        private readonly int flags;
        private readonly GradientTile tile = new GradientTile();

        /// <summary>Updates of a network that has a <see cref="TrainingPlan"/>.</summary>
        public ParameterUpdate(Network network, StepOrder order)
        {
            this.order = order;
            plan = (TrainingPlan)network.Plan;
            model = network.Model;
            arena = network.Arena;
            options = plan.Options;
            seeds = new SeedSequence(options.Seed);
            bool scaled = options.QuantizationScaling || plan.IsStandardized;
            flags = (scaled ? UpdateScaled : 0) | (options.Stochastic ? UpdateStochastic : 0);
            flags |= options.Carries ? UpdateCarried : 0;
        }

        /// <summary>Forms the gradient of a layer and takes the step.</summary>
        /// <param name="layer">The layer.</param>
        /// <param name="gradients">Forms it.</param>
        /// <param name="rate">What the summed gradient is multiplied by.</param>
        /// <param name="pending">Arena offset where new values wait for <see cref="ApplyPending"/>; -1: they move at once.</param>
        public void Run(int layer, IGradients gradients, float rate, int pending)
        {
            int start = plan.RegionAt + plan.GradientStart(layer);
            int end = plan.RegionAt + plan.RegionBytes;
            int channels = model.Channels(layer);
            int filters = plan.TileFilters(layer);
            tile.Layer = layer;
            for (int first = 0; first < channels; first += filters)
            {
                tile.First = first;
                tile.Count = channels - first < filters ? channels - first : filters;
                int weights = start + 4 * tile.Count;
                int weightBytes = plan.WeightsAt[layer] >= 0 ? 4 * model.FilterSize(layer) * tile.Count : 0;
                tile.BiasAt = plan.BiasAt[layer] >= 0 ? start : -1;
                tile.WeightsAt = weightBytes > 0 ? weights : -1;
                tile.NodesAt = weights + weightBytes;
                tile.NodesBytes = end - tile.NodesAt;
                arena.Fill(start, 4 * tile.Count + weightBytes, 0);
                gradients.Form(tile);
                TakeStep(tile, rate, pending);
            }
        }

        /// <summary>Moves all trained layers to the values that wait.</summary>
        public void ApplyPending()
        {
            int pending = plan.PendingAt;
            for (int layer = model.LossLayer; layer >= 0; layer--)
            {
                if (plan.IsProbed(layer))
                {
                    int biases = pending + plan.PendingWeightBytes(layer);
                    int status = Native.UpdateApply(
                        arena.Handle,
                        QuantizedModel.RecordOffset(layer),
                        Network.BindingAt(layer),
                        plan.WeightsAt[layer] >= 0 ? pending : -1,
                        plan.BiasAt[layer] >= 0 ? biases : -1
                    );
                    KernelException.Check(status, Updating, layer);
                    pending += plan.PendingBytes(layer);
                }
            }
        }

        /// <summary>Takes the step of a tile whose gradient is there.</summary>
        /// <param name="tile">The tile.</param>
        /// <param name="rate">What the summed gradient is multiplied by.</param>
        /// <param name="pending">As in <see cref="Run"/>.</param>
        public void TakeStep(GradientTile tile, float rate, int pending)
        {
            int layer = tile.Layer;
            if (options.Moments > 0)
            {
                TakeDirection(tile, rate);
                rate = order.Rate;
            }
            seeds.Next(SeedPurpose.Rounding, order.Number, layer, 0);
            if (tile.WeightsAt >= 0)
            {
                if (plan.IsStandardized)
                {
                    Standardize(tile, rate);
                }
                float weightRate = plan.IsStandardized ? order.Rate : WeightRate(layer, rate);
                Move(tile, tile.WeightsAt, -1, weightRate, pending, -1);
            }
            if (tile.BiasAt >= 0)
            {
                Move(tile, -1, tile.BiasAt, rate, -1, pending < 0 ? -1 : pending + plan.PendingWeightBytes(layer));
            }
        }

        /// <summary>Turns the tile, which the rate of the step would have scaled by its share of it, into the optimizer's direction.</summary>
        private void TakeDirection(GradientTile tile, float rate)
        {
            int status = Native.MomentsUpdate(
                arena.Handle,
                QuantizedModel.RecordOffset(tile.Layer),
                Network.BindingAt(tile.Layer),
                tile.First,
                tile.Count,
                tile.WeightsAt,
                tile.BiasAt,
                plan.MomentsOf(tile.Layer),
                plan.SquaresOf(tile.Layer),
                order.Rate > 0 ? rate / order.Rate : 0,
                options.Momentum,
                order.Number,
                flags & UpdateScaled
            );
            KernelException.Check(status, Updating, tile.Layer);
        }

        /// <summary>Turns the weights of a tile, which the rate of the step would have scaled by its share of it, into standardised ones.</summary>
        private void Standardize(GradientTile tile, float rate)
        {
            int status = Native.GradientStandardize(
                arena.Handle,
                QuantizedModel.RecordOffset(tile.Layer),
                Network.BindingAt(tile.Layer),
                tile.First,
                tile.Count,
                tile.WeightsAt,
                plan.AveragesOf(tile.Layer),
                order.Rate > 0 ? rate / order.Rate : 0
            );
            KernelException.Check(status, Updating, tile.Layer);
        }

        private void Move(GradientTile tile, int weights, int biases, float rate, int pendingWeights, int pendingBiases)
        {
            int status = Native.Update(
                arena.Handle,
                QuantizedModel.RecordOffset(tile.Layer),
                Network.BindingAt(tile.Layer),
                tile.First,
                tile.Count,
                weights,
                biases,
                rate,
                flags,
                seeds.Low,
                seeds.High,
                pendingWeights,
                pendingBiases
            );
            KernelException.Check(status, Updating, tile.Layer);
        }

        /// <summary>
        /// Rate of a layer's weights. Quantization-aware scaling gives them the step of the real network, whose first layer sees
        /// inputs of any span (0..255, say) and has weights that are small and steep in proportion: those step as if the
        /// input had been scaled to -1..1. Adam's directions do not depend on that scale, so that one factor of it is enough.
        /// </summary>
        private float WeightRate(int layer, float rate)
        {
            float span = 128 * model.Single(layer, RecordField.InputScale);
            if (!options.QuantizationScaling || !(span > 1) || !model.ReadsInput(layer))
            {
                return rate;
            }
            return options.Optimizer == Optimizer.Adam ? rate / span : rate / (span * span);
        }
    }
}
