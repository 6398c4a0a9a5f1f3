using System;
using Attune.Execution;
using Attune.Memory;
using Attune.Numbers;

namespace Attune.Training
{
    /// <summary>
    /// Zeroth-order training of output multipliers (docs/ALGORITHM.md, Output multipliers): M[c] of every channel of a layer is
    /// probed by a relative step, M[c] (1 + xi[c] / 32), and moves by its share of the loss differences. Multipliers are float32
    /// in training, so that no step is lost to rounding.
    /// </summary>
    /// <remarks>A step of 1/32 moves a pre-activation that is 32 steps off its zero point by one step, about as a bias probe does.</remarks>
    public sealed class MultiplierTrainer
    {
        private const float ProbeStep = 1f / 32;

        /// <summary>A step changes no multiplier by more than this part of it.</summary>
        private const float LargestStep = 0.5f;
        private readonly Network network;
        private readonly TrainingPlan plan;
        private readonly Arena arena;
        private readonly float[] gradient;
        private readonly byte[] table;

        /// <summary>A trainer of the layers that a plan has multipliers of.</summary>
        public MultiplierTrainer(Network network)
        {
            this.network = network;
            plan = (TrainingPlan)network.Plan;
            arena = network.Arena;
            gradient = new float[plan.WidestMultipliers];
            table = new byte[4 * plan.WidestMultipliers];
        }

        /// <summary>Puts a probe of a layer's multipliers in force; <see cref="Restore"/> ends it.</summary>
        public void Perturb(int layer, uint low, uint high)
        {
            int channels = network.Model.Channels(layer);
            arena.Read(plan.MultipliersAt[layer], table, 0, 4 * channels);
            for (int c = 0; c < channels; c++)
            {
                float factor = 1f + ProbeStep * SeedSequence.Sign(c, low, high);
                Put(c, BitConverter.ToSingle(table, 4 * c) * factor);
            }
            arena.Write(plan.ProbedMultipliersAt, table, 0, 4 * channels);
            if (network.Parameters.ProbedMultipliers != layer)
            {
                network.Parameters.ProbedMultipliers = layer;
                network.Bind(layer);
            }
        }

        /// <summary>Puts a layer's own multipliers in force again.</summary>
        public void Restore(int layer)
        {
            network.Parameters.ProbedMultipliers = -1;
            network.Bind(layer);
        }

        /// <summary>Begins a gradient.</summary>
        public void Clear(int layer)
        {
            for (int c = 0; c < network.Model.Channels(layer); c++)
            {
                gradient[c] = 0;
            }
        }

        /// <summary>Adds what a probe says: d loss / d ln M[c] = delta xi[c] / step.</summary>
        public void Add(int layer, float delta, uint low, uint high)
        {
            float share = delta / ProbeStep;
            for (int c = 0; c < network.Model.Channels(layer); c++)
            {
                gradient[c] += share * SeedSequence.Sign(c, low, high);
            }
        }

        /// <summary>Takes the step: M[c] (1 - rate g[c]).</summary>
        public void Apply(int layer, float rate)
        {
            int channels = network.Model.Channels(layer);
            arena.Read(plan.MultipliersAt[layer], table, 0, 4 * channels);
            for (int c = 0; c < channels; c++)
            {
                float step = rate * gradient[c];
                step =
                    step > LargestStep ? LargestStep
                    : step < -LargestStep ? -LargestStep
                    : step;
                Put(c, BitConverter.ToSingle(table, 4 * c) * (1f - step));
            }
            arena.Write(plan.MultipliersAt[layer], table, 0, 4 * channels);
        }

        private void Put(int channel, float value)
        {
            Array.Copy(BitConverter.GetBytes(value), 0, table, 4 * channel, 4);
        }
    }
}
