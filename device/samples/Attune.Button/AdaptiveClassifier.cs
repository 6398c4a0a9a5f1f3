using System;
using Attune.Adaptation;
using Attune.Data;
using Attune.Execution;
using Attune.Memory;
using Attune.Model;

namespace Attune.Button
{
    /// <summary>
    /// A network that classifies, and adapts to samples without labels when it is asked to. One plan serves both: the
    /// arena holds the corrections beside what inference needs.
    /// </summary>
    public sealed class AdaptiveClassifier
    {
        private readonly Arena arena;
        private readonly Network network;
        private readonly AlignmentOptions options = new AlignmentOptions();
        private readonly bool[] aligned;

        /// <summary>Plans the model that an arena holds.</summary>
        /// <param name="arena">Its size is the limit of the plan.</param>
        /// <exception cref="ModelException">The model is damaged, no classifier, or has no source statistics.</exception>
        /// <exception cref="PlanException">The arena is too small; the message names what needs most.</exception>
        public AdaptiveClassifier(Arena arena)
        {
            this.arena = arena;
            QuantizedModel model = new QuantizedModel(arena);
            if (model.LogitsTensor < 0 || model.CalibrationSamples == 0)
            {
                throw new ModelException(
                    "a network with class scores and source statistics is needed; import it with --calibrate"
                );
            }
            aligned = options.Layers(model);
            PlanRequest request = new PlanRequest(model, arena);
            request.Limit = arena.Size;
            request.Aligned = aligned;
            AlignmentPlan plan = AlignmentPlan.ForAlignment(request);
            if (plan.Peak > arena.Size)
            {
                throw new PlanException(plan, arena.Size);
            }
            network = new Network(arena, model, plan);
            network.UseInference();
        }

        /// <summary>Bytes of a sample: of the network's input, H x W x C.</summary>
        public int SampleBytes
        {
            get { return network.Model.TensorBytes(0); }
        }

        /// <summary>Whether the corrections of an adaptation are in force.</summary>
        public bool Adapted { get; private set; }

        /// <summary>Class of a sample.</summary>
        /// <param name="sample">int8 values in the scale of the network's input (<see cref="Quantize"/>).</param>
        /// <returns>0..classes-1, the first of equal scores.</returns>
        public int Classify(byte[] sample)
        {
            arena.Write(network.TensorAt(0), sample, 0, SampleBytes);
            return network.Classify();
        }

        /// <summary>Aligns the network to samples, from the model as it was imported: an adaptation replaces the one before.</summary>
        /// <param name="samples">From 1, better some 16 or more; of all classes as they usually come.</param>
        public void Adapt(ISampleSource samples)
        {
            Forget();
            try
            {
                Aligner aligner = new Aligner(network, options, samples);
                aligner.Reset();
                for (int i = 0; i < aligner.Length; i++)
                {
                    aligner.Advance(i);
                }
                Adapted = true;
            }
            finally
            {
                if (!Adapted)
                {
                    Forget();
                }
                network.UseInference();
            }
        }

        /// <summary>Goes back to the model as it was imported.</summary>
        public void Forget()
        {
            Adapted = false;
            for (int layer = 0; layer < aligned.Length; layer++)
            {
                network.Parameters.Aligned[layer] = false;
                network.Parameters.Measured[layer] = false;
            }
            network.UseInference();
        }

        /// <summary>Turns a sensor's bytes into the network's input, in place: q = round(value / scale) + zero point.</summary>
        /// <param name="sample">Bytes 0..255 in; int8 out.</param>
        /// <param name="low">Real value, as the network was trained, of byte 0: 0 or -1, mostly.</param>
        /// <param name="high">Real value of byte 255: 1 or 255, mostly.</param>
        public void Quantize(byte[] sample, float low, float high)
        {
            float steps = (high - low) / 255 / network.Model.InputScale;
            // Above 0, so that the cast rounds down.
            float first = low / network.Model.InputScale + network.Model.InputZero + 1024.5f;
            for (int i = 0; i < sample.Length; i++)
            {
                int value = (int)(sample[i] * steps + first) - 1024;
                sample[i] = (byte)(
                    value > 127 ? 127
                    : value < -128 ? -128
                    : value
                );
            }
        }
    }
}
