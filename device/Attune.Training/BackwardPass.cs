using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Numbers;

namespace Attune.Training
{
    /// <summary>
    /// Takes one sample's error from the loss backward through the network: each layer finishes the error of its output and
    /// passes it on to its inputs (attune.h, Back-propagation).
    /// </summary>
    public sealed class BackwardPass
    {
        private const int Nearest = 1;
        private static readonly string Beginning = "beginning the backward pass with label ";
        private static readonly string Passing = "passing an error back through layer ";
        private static readonly string Finishing = "finishing the error of layer ";
        private readonly Network network;
        private readonly TrainingPlan plan;
        private readonly BackwardLayout layout;
        private readonly QuantizedModel model;
        private readonly int arena;
        private readonly SeedSequence seeds;
        private readonly int flags;
        private readonly int[] masks;

        /// <summary>Passes of a network whose <see cref="TrainingPlan"/> has a backward layout.</summary>
        public BackwardPass(Network network)
        {
            this.network = network;
            plan = (TrainingPlan)network.Plan;
            layout = plan.Backward;
            model = network.Model;
            arena = network.Arena.Handle;
            seeds = new SeedSequence(plan.Options.Seed);
            flags = plan.Options.NearestErrors ? Nearest : 0;
            masks = new int[model.LayerCount];
            for (int layer = 0; layer < masks.Length; layer++)
            {
                masks[layer] = InRegion(layout.MaskOf(layer));
            }
        }

        /// <summary>The number of the step and of the sample in its batch, from which rounding follows.</summary>
        public int Step { get; set; }

        /// <summary>See <see cref="Step"/>.</summary>
        public int Sample { get; set; }

        /// <summary>Puts the layout of the pass in force.</summary>
        public void Use()
        {
            network.Use(layout.Activations, masks);
        }

        /// <summary>Runs the loaded sample forward to the class scores.</summary>
        public void RunForward()
        {
            network.Run(0, model.LossLayer, -1, RunMode.Accumulators, 0, 0);
        }

        /// <summary>Arena offset of a tensor's error.</summary>
        public int ErrorAt(int tensor)
        {
            return InRegion(layout.ErrorOf(tensor));
        }

        /// <summary>Arena offset of the scale of a tensor's error.</summary>
        public int ScaleAt(int tensor)
        {
            return plan.ScalesAt + 4 * tensor;
        }

        /// <summary>Arena offset of a layer's gradient of the biases of one sample, or -1.</summary>
        public int GradientAt(int layer)
        {
            return InRegion(layout.GradientOf(layer));
        }

        /// <summary>Arena offset of the gradient of some filters of a layer.</summary>
        public int TileAt(int layer)
        {
            return InRegion(layout.TileOf(layer));
        }

        /// <summary>The error of the class scores. Returns false if nothing is left of it in float32.</summary>
        public bool Begin(int label)
        {
            int last = model.LossLayer;
            int tensor = last + 1;
            int status =
                model.Head >= 0
                    ? Native.ErrorHead(
                        arena,
                        QuantizedModel.RecordOffset(last),
                        Network.BindingAt(last),
                        label,
                        ErrorAt(tensor),
                        ScaleAt(tensor)
                    )
                    : Native.ErrorLogits(
                        arena,
                        network.TensorAt(tensor),
                        model.TensorBytes(tensor),
                        model.Single(last, RecordField.OutputScale),
                        model.Word(last, RecordField.OutputZero),
                        label,
                        ErrorAt(tensor),
                        ScaleAt(tensor)
                    );
            KernelException.Check(status, Beginning, label);
            return network.Arena.ReadSingle(ScaleAt(tensor)) > 0;
        }

        /// <summary>Finishes the error of a layer's output.</summary>
        /// <param name="layer">The layer.</param>
        /// <param name="biases">Arena offset of float32 gradients of the biases that the error is added to, or -1.</param>
        public void Finish(int layer, int biases)
        {
            int status = Native.ErrorFinish(
                arena,
                QuantizedModel.RecordOffset(layer),
                Network.BindingAt(layer),
                ErrorAt(layer + 1),
                ScaleAt(layer + 1),
                masks[layer],
                biases
            );
            KernelException.Check(status, Finishing, layer);
        }

        /// <summary>Passes a layer's error on to those of its inputs that need one.</summary>
        public void Pass(int layer)
        {
            for (int number = 0; number < 2; number++)
            {
                if (layout.PassesTo(layer, number))
                {
                    PassTo(layer, number);
                    network.CountMacs(layer, layer);
                }
            }
        }

        private void PassTo(int layer, int number)
        {
            int tensor = layout.InputOf(layer, number);
            bool first = layout.IsFirst(layer, number);
            int result = first ? ErrorAt(tensor) : InRegion(layout.AddedBy(layer));
            int resultScale = ScaleAt(first ? tensor : model.TensorCount);
            seeds.Next(SeedPurpose.Error, Step, Sample, 2 * layer + number);
            int status = Native.LayerError(
                arena,
                QuantizedModel.RecordOffset(layer),
                Network.BindingAt(layer),
                number,
                flags,
                seeds.Low,
                seeds.High,
                ErrorAt(layer + 1),
                ScaleAt(layer + 1),
                (InRegion(layout.ScratchOf(layer)) + 15) & ~15,
                result,
                resultScale,
                plan.RangeOf(layer, number)
            );
            KernelException.Check(status, Passing, layer);
            if (!first)
            {
                status = Native.ErrorMerge(
                    arena,
                    ErrorAt(tensor),
                    ScaleAt(tensor),
                    result,
                    resultScale,
                    model.TensorBytes(tensor) / model.Dimension(tensor, 3),
                    model.Dimension(tensor, 3),
                    flags,
                    seeds.High,
                    seeds.Low
                );
                KernelException.Check(status, Passing, layer);
            }
        }

        private int InRegion(int offset)
        {
            return offset < 0 ? MemoryPlan.Nowhere : plan.RegionAt + offset;
        }
    }
}
