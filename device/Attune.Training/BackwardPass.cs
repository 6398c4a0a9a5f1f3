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
        private const int Extremes = 2;
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
        private readonly int[] list;
        private float share = 1;

        /// <summary>Passes of a network whose <see cref="TrainingPlan"/> has a backward layout.</summary>
        public BackwardPass(Network network)
        {
            this.network = network;
            plan = (TrainingPlan)network.Plan;
            layout = plan.Backward;
            model = network.Model;
            arena = network.Arena.Handle;
            seeds = new SeedSequence(plan.Options.Seed);
            flags = (plan.Options.NearestErrors ? Nearest : 0) | (plan.IsStandardized ? Extremes : 0);
            masks = new int[model.LayerCount];
            list = new int[plan.ChosenAt < 0 ? 0 : plan.WidestChosen];
            Chosen = MemoryPlan.Nowhere;
            for (int layer = 0; layer < masks.Length; layer++)
            {
                masks[layer] = InRegion(layout.MaskOf(layer));
            }
        }

        /// <summary>The number of the step and of the sample in its batch, from which rounding follows.</summary>
        public int Step { get; set; }

        /// <summary>See <see cref="Step"/>.</summary>
        public int Sample { get; set; }

        /// <summary>Arena offset of the list of channels that the finished error has; -1: it has all.</summary>
        public int Chosen { get; private set; }

        /// <summary>Number of channels that the finished error has.</summary>
        public int ChosenCount { get; private set; }

        /// <summary>The number of the i-th of them; <see cref="Chosen"/> is not -1.</summary>
        public int ChosenChannel(int i)
        {
            return list[i];
        }

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

        /// <summary>Says which share of their channels the sample's errors keep (Deutel et al., dynamic partial updates).</summary>
        /// <param name="lossAt">Arena offset of the sample's loss.</param>
        public void Follow(int lossAt)
        {
            if (plan.LargestLossAt < 0)
            {
                return;
            }
            Arena memory = network.Arena;
            float loss = memory.ReadSingle(lossAt);
            float largest = memory.ReadSingle(plan.LargestLossAt);
            if (loss > largest)
            {
                int[] word = new int[1];
                memory.ReadWords(lossAt, word, 0, 1);
                memory.WriteWords(plan.LargestLossAt, word, 0, 1);
                largest = loss;
            }
            TrainingOptions options = plan.Options;
            float relative = largest > 0 ? loss / largest : 0;
            share = options.LambdaMin + relative * (options.LambdaMax - options.LambdaMin);
            share = relative < 1 && share < options.LambdaMax ? share : options.LambdaMax;
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

        /// <summary>Finishes the error of a layer's output, and keeps the channels that the sample's share allows.</summary>
        /// <param name="layer">The layer.</param>
        /// <param name="biases">Arena offset of float32 gradients of the biases that the error is added to, or -1.</param>
        public void Finish(int layer, int biases)
        {
            bool chooses = plan.ChoosesChannels(layer);
            Chosen = MemoryPlan.Nowhere;
            ChosenCount = model.Channels(layer);
            FinishAll(layer, chooses ? MemoryPlan.Nowhere : biases);
            if (chooses)
            {
                Choose(layer, biases);
            }
        }

        private void FinishAll(int layer, int biases)
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

        private void Choose(int layer, int biases)
        {
            ChosenCount = TrainingOptions.Kept(share, model.Channels(layer));
            Chosen = plan.ChosenAt;
            int status = Native.ErrorChoose(
                arena,
                QuantizedModel.RecordOffset(layer),
                Network.BindingAt(layer),
                ErrorAt(layer + 1),
                ScaleAt(layer + 1),
                ChosenCount,
                Chosen,
                biases
            );
            KernelException.Check(status, Finishing, layer);
            network.Arena.ReadWords(Chosen + 4, list, 0, ChosenCount);
        }

        /// <summary>Adds the multiply-accumulates of one pass over the finished error.</summary>
        public void CountMacs(int layer)
        {
            network.CountMacs(layer, ChosenCount, model.Channels(layer));
        }

        /// <summary>Passes a layer's error on to those of its inputs that need one.</summary>
        public void Pass(int layer)
        {
            for (int number = 0; number < 2; number++)
            {
                if (layout.PassesTo(layer, number))
                {
                    PassTo(layer, number);
                    CountMacs(layer);
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
                plan.RangeOf(layer, number),
                Chosen
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
                    flags & Nearest,
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
