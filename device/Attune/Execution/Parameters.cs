using System;
using Attune.Memory;
using Attune.Model;

namespace Attune.Execution
{
    /// <summary>
    /// Which parameters of each layer are in force: the model's own, corrected ones, trained ones, or those of a measurement
    /// or probe. Bindings, the reset of trained copies and the adapted model all ask here.
    /// </summary>
    public sealed class Parameters
    {
        /// <summary>Answer of all places: the model's own.</summary>
        public const int OfModel = -1;

        private readonly Arena arena;
        private readonly QuantizedModel model;
        private readonly MemoryPlan plan;
        private readonly int[] copy = new int[64];

        /// <summary>The model's own parameters are in force, and the trained copies that the plan has.</summary>
        public Parameters(Arena arena, QuantizedModel model, MemoryPlan plan)
        {
            this.arena = arena;
            this.model = model;
            this.plan = plan;
            Aligned = new bool[model.LayerCount];
            Measured = new bool[model.LayerCount];
        }

        /// <summary>Per layer: whether the multipliers and biases of the alignment tables are in force.</summary>
        public bool[] Aligned { get; private set; }

        /// <summary>Per layer: whether its corrections so far are in force, while it is being measured.</summary>
        public bool[] Measured { get; private set; }

        /// <summary>Whether the input filter's convolution has its weights, multipliers and biases from the state.</summary>
        public bool Filtered { get; set; }

        /// <summary>Threshold of the input filter's median, 0..255; <see cref="OfModel"/>.</summary>
        public int Threshold { get; set; } = OfModel;

        /// <summary>Whether the trained copies are out of force; they stay as they are.</summary>
        public bool Untrained { get; set; }

        /// <summary>The layer whose multipliers are those of a probe, -1: none.</summary>
        public int ProbedMultipliers { get; set; } = -1;

        /// <summary>Arena offset of a layer's int8 weights, or <see cref="OfModel"/>.</summary>
        public int WeightsAt(int layer)
        {
            return IsSolved(layer) ? plan.InputFilterWeightsAt
                : Untrained ? OfModel
                : plan.WeightsAt[layer];
        }

        /// <summary>Arena offset of a layer's int32 biases, or <see cref="OfModel"/>.</summary>
        public int BiasAt(int layer)
        {
            return IsSolved(layer) ? plan.InputFilterBiasAt
                : plan.BiasAt[layer] >= 0 && !Untrained ? plan.BiasAt[layer]
                : Measured[layer] ? plan.CorrectionsAt[layer] + 4 * model.Channels(layer)
                : Aligned[layer] ? plan.AlignedBiasAt[layer]
                : OfModel;
        }

        /// <summary>Arena offset of a layer's float32 output multipliers, or <see cref="OfModel"/>.</summary>
        public int MultipliersAt(int layer)
        {
            return IsSolved(layer) ? plan.InputFilterMultipliersAt
                : Measured[layer] ? plan.CorrectionsAt[layer]
                : layer == ProbedMultipliers ? plan.ProbedMultipliersAt
                : plan.MultipliersAt[layer] >= 0 && !Untrained ? plan.MultipliersAt[layer]
                : Aligned[layer] ? plan.AlignedMultipliersAt[layer]
                : OfModel;
        }

        /// <summary>Threshold of a layer that is the input filter's median, 0..255; <see cref="OfModel"/>, as for any other.</summary>
        public int ThresholdOf(int layer)
        {
            return layer == model.InputFilter - 1 ? Threshold : OfModel;
        }

        /// <summary>
        /// Fills the trained copies with what is in force without them: weights of the model, biases and multipliers of the
        /// alignment tables or the model. The moments of an optimizer become 0.
        /// </summary>
        public void ResetTrained()
        {
            arena.Fill(plan.MomentsAt, plan.MomentsBytes, 0);
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                int channels = model.Channels(layer);
                if (plan.WeightsAt[layer] >= 0)
                {
                    int weights = model.Word(layer, RecordField.Weights);
                    arena.CopyFromModel(weights, plan.WeightsAt[layer], model.WeightCount(layer));
                }
                if (plan.BiasAt[layer] >= 0 && Aligned[layer])
                {
                    CopyWords(plan.AlignedBiasAt[layer], plan.BiasAt[layer], channels);
                }
                else if (plan.BiasAt[layer] >= 0)
                {
                    arena.CopyFromModel(model.Word(layer, RecordField.Bias), plan.BiasAt[layer], 4 * channels);
                }
                if (plan.MultipliersAt[layer] >= 0 && Aligned[layer])
                {
                    CopyWords(plan.AlignedMultipliersAt[layer], plan.MultipliersAt[layer], channels);
                }
                else if (plan.MultipliersAt[layer] >= 0)
                {
                    CopyMultipliers(layer);
                }
            }
        }

        private bool IsSolved(int layer)
        {
            return Filtered && layer == model.InputFilter;
        }

        private void CopyWords(int from, int to, int count)
        {
            for (int at = 0; at < count; at += copy.Length)
            {
                int part = count - at < copy.Length ? count - at : copy.Length;
                arena.ReadWords(from + 4 * at, copy, 0, part);
                arena.WriteWords(to + 4 * at, copy, 0, part);
            }
        }

        /// <summary>The model's multipliers of a layer as float32, rounded to 24 significant bits.</summary>
        private void CopyMultipliers(int layer)
        {
            int multipliers = model.Word(layer, RecordField.Multipliers);
            int shifts = model.Word(layer, RecordField.Shifts);
            for (int channel = 0; channel < model.Channels(layer); channel++)
            {
                arena.ReadModelWords(multipliers + 4 * channel, copy, 0, 1);
                arena.ReadModelWords(shifts + 4 * channel, copy, 1, 1);
                float value = copy[0];
                for (int exponent = copy[1] - 31; exponent != 0; exponent += exponent < 0 ? 1 : -1)
                {
                    value *= copy[1] < 31 ? 0.5f : 2f;
                }
                arena.Write(plan.MultipliersAt[layer] + 4 * channel, BitConverter.GetBytes(value), 0, 4);
            }
        }
    }
}
