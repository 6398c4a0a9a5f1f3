using Attune.Data;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Execution
{
    /// <summary>A model laid out in an arena by a <see cref="MemoryPlan"/>, ready to run.</summary>
    public sealed class Network
    {
        private static readonly string Probing = "probing layer ";
        private static readonly string ReadingScores = "reading the class scores";
        private readonly int[] binding = new int[BindingField.BindingWords];
        private readonly byte[] score = new byte[1];
        private readonly LayerChains chains;
        private readonly int handle;
        private readonly int head;
        private long[] macsUpTo;
        private int[] masks;

        /// <summary>Lays the model out. Trained copies and tables are not filled.</summary>
        public Network(Arena arena, QuantizedModel model, MemoryPlan plan)
        {
            Arena = arena;
            Model = model;
            Plan = plan;
            chains = plan.Chains;
            handle = arena.Handle;
            head = model.Head;
            Parameters = new Parameters(arena, model, plan);
        }

        /// <summary>The arena.</summary>
        public Arena Arena { get; private set; }

        /// <summary>The model.</summary>
        public QuantizedModel Model { get; private set; }

        /// <summary>Where everything lies.</summary>
        public MemoryPlan Plan { get; private set; }

        /// <summary>Which parameters are in force. A change reaches a layer when it is bound again.</summary>
        public Parameters Parameters { get; private set; }

        /// <summary>Where the activations lie now.</summary>
        public ActivationLayout Layout { get; private set; }

        /// <summary>Multiply-accumulates run so far.</summary>
        public long MacsRun { get; set; }

        /// <summary>Arena offset of a layer's binding.</summary>
        public static int BindingAt(int layer)
        {
            return layer * BindingField.BindingWords * 4;
        }

        /// <summary>Arena offset of a tensor in the current layout.</summary>
        public int TensorAt(int tensor)
        {
            return Plan.RegionAt + Layout.Offset(tensor);
        }

        /// <summary>Uses a layout for the activations from now on.</summary>
        public void Use(ActivationLayout layout)
        {
            Use(layout, null);
        }

        /// <summary>Uses a layout, and has layers write masks (<see cref="RunMode.Mask"/>) from now on.</summary>
        /// <param name="layout">The layout.</param>
        /// <param name="masks">Per layer: arena offset of its mask, or -1; null: no layer writes one.</param>
        public void Use(ActivationLayout layout, int[] masks)
        {
            Layout = layout;
            this.masks = masks;
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                Bind(layer);
            }
        }

        /// <summary>Writes a layer's binding after its parameters have moved.</summary>
        public void Bind(int layer)
        {
            int input = Model.Word(layer, RecordField.Input);
            int second = Model.Word(layer, RecordField.Input2);
            binding[BindingField.Input] = Place(input);
            binding[BindingField.Input2] = second >= 0 ? Place(second) : -1;
            binding[BindingField.Output] = Place(layer + 1);
            binding[BindingField.Scratch] = Plan.ScratchAt;
            // In a chain, only the layers being measured have a place for sums.
            bool sums = Parameters.Measured[layer] || !chains.InChain(layer);
            binding[BindingField.Statistics] =
                masks != null ? masks[layer]
                : sums ? Plan.SumsAt[layer]
                : MemoryPlan.Nowhere;
            binding[BindingField.Weights] = Parameters.WeightsAt(layer);
            binding[BindingField.Rescale] = Parameters.MultipliersAt(layer);
            binding[BindingField.Bias] = Parameters.BiasAt(layer);
            binding[BindingField.Threshold] = Parameters.ThresholdOf(layer);
            binding[BindingField.InputLines] = chains.Lines(input);
            binding[BindingField.Input2Lines] = second >= 0 ? chains.Lines(second) : 0;
            binding[BindingField.OutputLines] = chains.Lines(layer + 1);
            Arena.WriteWords(BindingAt(layer), binding, 0, binding.Length);
        }

        /// <summary>Binds the input filter alone: the median from input to output, the convolution to that output.</summary>
        public void BindInputFilter(int input, int output)
        {
            int filter = Model.InputFilter;
            for (int field = 0; field < binding.Length; field++)
            {
                binding[field] = -1;
            }
            binding[BindingField.InputLines] =
                binding[BindingField.Input2Lines] =
                binding[BindingField.OutputLines] =
                    0;
            binding[BindingField.Threshold] = Parameters.Threshold;
            binding[BindingField.Input] = input;
            binding[BindingField.Output] = output;
            Arena.WriteWords(BindingAt(filter - 1), binding, 0, binding.Length);
            binding[BindingField.Input] = output;
            Arena.WriteWords(BindingAt(filter), binding, 0, binding.Length);
        }

        /// <summary>Runs one layer.</summary>
        /// <param name="layer">Its number.</param>
        /// <param name="mode">Sum of <see cref="RunMode"/>.</param>
        /// <param name="seedLow">The probe's seed.</param>
        /// <param name="seedHigh">The probe's seed.</param>
        public void RunLayer(int layer, int mode, uint seedLow, uint seedHigh)
        {
            int status = Native.LayerRun(
                handle,
                QuantizedModel.RecordOffset(layer),
                BindingAt(layer),
                mode,
                seedLow,
                seedHigh
            );
            if (status < 0)
            {
                throw new KernelException(
                    status,
                    "running " + Model.Describe(layer) + ": " + KernelException.Reason(status)
                );
            }
        }

        /// <summary>Uses the layout of inference.</summary>
        public void UseInference()
        {
            Use(Plan.InferenceLayout());
        }

        /// <summary>Runs layers first..last without probes. first is the first layer of its chain.</summary>
        public void Run(int first, int last)
        {
            Run(first, last, -1, 0, 0, 0);
        }

        /// <summary>
        /// Runs layers first..last; the modes (ProbeWeights, ProbeBiases, ProbeNodes, with the seed) act on the layer
        /// `probed`, -1: none. RunMode.Accumulators acts on the head.
        /// </summary>
        public void Run(int first, int last, int probed, int mode, uint seedLow, uint seedHigh)
        {
            int probe = mode & ~RunMode.Accumulators;
            int layer = first;
            while (layer <= last)
            {
                int end = chains.Last(layer);
                if (end == layer)
                {
                    int modes = (layer == probed ? probe : 0) | (layer == head ? mode & RunMode.Accumulators : 0);
                    modes |= masks != null && masks[layer] >= 0 ? RunMode.Mask : 0;
                    RunLayer(layer, modes, seedLow, seedHigh);
                }
                else
                {
                    end = end < last ? end : last;
                    int modes = probe | (masks != null ? RunMode.Mask : 0);
                    RunChain(layer, end, Model.Dimension(end + 1, 1), -1, probed, modes, seedLow, seedHigh);
                }
                layer = end + 1;
            }
            CountMacs(first, last);
        }

        /// <summary>Runs a layer once to keep its accumulators where the layout says.</summary>
        public void RunKept(int layer)
        {
            int output = BindingAt(layer) + 4 * BindingField.Output;
            binding[0] = Plan.RegionAt + Layout.KeptOffset;
            Arena.WriteWords(output, binding, 0, 1);
            RunLayer(layer, RunMode.Accumulators, 0, 0);
            binding[0] = TensorAt(layer + 1);
            Arena.WriteWords(output, binding, 0, 1);
            CountMacs(layer, layer);
        }

        /// <summary>Computes a layer's output from its kept accumulators; mode: <see cref="RunMode.ProbeNodes"/> with the seed, or 0.</summary>
        public void ProbeKept(int layer, int mode, uint seedLow, uint seedHigh)
        {
            int status = Native.NodesRun(
                Arena.Handle,
                QuantizedModel.RecordOffset(layer),
                BindingAt(layer),
                Plan.RegionAt + Layout.KeptOffset,
                mode | (layer == Model.Head ? RunMode.Accumulators : 0),
                seedLow,
                seedHigh
            );
            KernelException.Check(status, Probing, layer);
        }

        /// <summary>Runs layers first..last of a chain, line by line, until the last has so many lines.</summary>
        /// <param name="first">First layer of the chain.</param>
        /// <param name="last">A layer of the chain.</param>
        /// <param name="lines">Lines of its output.</param>
        /// <param name="progress">Arena offset of the lines that each layer has so far, or -1: from the beginning.</param>
        /// <param name="probed">The layer that the probe acts on; one outside: none.</param>
        /// <param name="mode">Modes of the probe, or <see cref="RunMode.Statistics"/> of the layers being measured.</param>
        /// <param name="seedLow">The probe's seed.</param>
        /// <param name="seedHigh">The probe's seed.</param>
        public void RunChain(
            int first,
            int last,
            int lines,
            int progress,
            int probed,
            int mode,
            uint seedLow,
            uint seedHigh
        )
        {
            int status = Native.ChainRun(
                Arena.Handle,
                QuantizedModel.RecordOffset(first),
                BindingAt(first),
                last - first + 1,
                lines,
                progress,
                probed >= first && probed <= last ? probed - first : -1,
                mode,
                seedLow,
                seedHigh
            );
            if (status < 0)
            {
                throw new KernelException(
                    status,
                    "running layers " + first + " to " + last + " as a chain: " + KernelException.Reason(status)
                );
            }
        }

        /// <summary>Adds the multiply-accumulates of layers first..last to <see cref="MacsRun"/>.</summary>
        public void CountMacs(int first, int last)
        {
            if (macsUpTo == null)
            {
                macsUpTo = new long[Model.LayerCount + 1];
                for (int layer = 0; layer < Model.LayerCount; layer++)
                {
                    macsUpTo[layer + 1] = macsUpTo[layer] + Model.Macs(layer);
                }
            }
            MacsRun += macsUpTo[last + 1] - macsUpTo[first];
        }

        /// <summary>Adds those of a layer that works for some of its output channels.</summary>
        public void CountMacs(int layer, long channels, int all)
        {
            MacsRun += Model.Macs(layer) * channels / all;
        }

        /// <summary>Puts a sample into the network's input. Returns its label.</summary>
        public int Load(ISampleSource samples, int index)
        {
            return samples.Load(index, Arena, TensorAt(0));
        }

        /// <summary>Number of samples first..first+count-1 whose class is their label.</summary>
        public int CountCorrect(ISampleSource samples, int first, int count)
        {
            UseInference();
            int correct = 0;
            for (int index = first; index < first + count; index++)
            {
                correct += IsCorrect(samples, index) ? 1 : 0;
            }
            return correct;
        }

        /// <summary>Whether a sample's class is its label; needs the layout of inference.</summary>
        public bool IsCorrect(ISampleSource samples, int index)
        {
            int label = Load(samples, index);
            return Classify() == label;
        }

        /// <summary>
        /// Runs inference on the loaded sample; needs the layout of inference. Returns the class of the largest score, the
        /// first of equal ones; of a single score, class 1 if it is above 0, else class 0.
        /// </summary>
        public int Classify()
        {
            int last = Model.LogitsTensor - 1;
            Run(0, last);
            int scores = TensorAt(Model.LogitsTensor);
            int count = Model.TensorBytes(Model.LogitsTensor);
            if (count == 1)
            {
                Arena.Read(scores, score, 0, 1);
                return (sbyte)score[0] > Model.Word(last, RecordField.OutputZero) ? 1 : 0;
            }
            return KernelException.Check(Native.ArgmaxS8(Arena.Handle, scores, count), ReadingScores);
        }

        private int Place(int tensor)
        {
            int offset = Layout.Offset(tensor);
            return offset >= 0 ? Plan.RegionAt + offset : -1;
        }
    }
}
