using System;
using Attune.Data;
using Attune.Kernels;
using Attune.Memory;

namespace Attune.Model
{
    /// <summary>A model laid out in an arena by a <see cref="MemoryPlan"/>, ready to run.</summary>
    public sealed class Network
    {
        /// <summary>Run modes, as in attune.h.</summary>
        public const int ProbeWeights = 1;

        /// <summary>Bias probe.</summary>
        public const int ProbeBiases = 2;

        /// <summary>Node probe.</summary>
        public const int ProbeNodes = 4;

        /// <summary>Statistics of the pre-activations.</summary>
        public const int Statistics = 8;

        /// <summary>int32 accumulators as output.</summary>
        public const int Accumulators = 16;

        private static readonly string Probing = "probing layer ";
        private static readonly string ReadingScores = "reading the class scores";
        private readonly int[] binding = new int[BindingField.BindingWords];
        private readonly int[] copy = new int[64];
        private readonly LayerGroups groups;
        private readonly int handle;
        private readonly int head;
        private long[] macsUpTo;

        /// <summary>Lays the model out. Trained copies and tables are not filled.</summary>
        public Network(Arena arena, QuantizedModel model, MemoryPlan plan)
        {
            Arena = arena;
            Model = model;
            Plan = plan;
            groups = plan.Groups;
            handle = arena.Handle;
            head = model.Head;
            Aligned = new bool[model.LayerCount];
            Measured = new bool[model.LayerCount];
        }

        /// <summary>The arena.</summary>
        public Arena Arena { get; private set; }

        /// <summary>The model.</summary>
        public QuantizedModel Model { get; private set; }

        /// <summary>Where everything lies.</summary>
        public MemoryPlan Plan { get; private set; }

        /// <summary>Layers whose M' and b' in the alignment tables are in force.</summary>
        public bool[] Aligned { get; private set; }

        /// <summary>Layers whose corrections so far, in their tiles, are in force while they are being measured.</summary>
        public bool[] Measured { get; private set; }

        /// <summary>Whether the input filter's convolution has its weights, multipliers and biases from the state.</summary>
        public bool Filtered { get; set; }

        /// <summary>Threshold of the input filter's median, 0..255; -1: the model's.</summary>
        public int Threshold { get; set; } = -1;

        /// <summary>The layer whose multipliers are those of a probe, -1: none.</summary>
        public int ProbedScales { get; set; } = -1;

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
            Layout = layout;
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
            bool tile = Measured[layer];
            bool aligned = Aligned[layer];
            binding[BindingField.Input] = Place(input);
            binding[BindingField.Input2] = second >= 0 ? Place(second) : -1;
            binding[BindingField.Output] = Place(layer + 1);
            binding[BindingField.Scratch] = Plan.ScratchAt;
            // In a chain, only the layers being measured have a place for sums.
            binding[BindingField.Statistics] = tile || !Plan.Groups.InChain(layer) ? Plan.SumsAt[layer] : -1;
            binding[BindingField.Weights] = Plan.WeightsAt[layer];
            binding[BindingField.Rescale] =
                tile ? Plan.TileAt[layer]
                : layer == ProbedScales ? Plan.ProbedScaleAt
                : Plan.ScaleAt[layer] >= 0 ? Plan.ScaleAt[layer]
                : aligned ? Plan.RescaleAt[layer]
                : -1;
            binding[BindingField.Bias] =
                Plan.BiasAt[layer] >= 0 ? Plan.BiasAt[layer]
                : tile ? Plan.TileAt[layer] + 4 * Model.Channels(layer)
                : aligned ? Plan.BiasTableAt[layer]
                : -1;
            binding[BindingField.Threshold] = layer == Model.InputFilter - 1 ? Threshold : -1;
            if (Filtered && layer == Model.InputFilter)
            {
                binding[BindingField.Weights] = Plan.FilterWeightsAt;
                binding[BindingField.Rescale] = Plan.FilterRescaleAt;
                binding[BindingField.Bias] = Plan.FilterBiasAt;
            }
            binding[BindingField.InputLines] = Plan.Groups.Lines(input);
            binding[BindingField.Input2Lines] = second >= 0 ? Plan.Groups.Lines(second) : 0;
            binding[BindingField.OutputLines] = Plan.Groups.Lines(layer + 1);
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
            binding[BindingField.Threshold] = Threshold;
            binding[BindingField.Input] = input;
            binding[BindingField.Output] = output;
            Arena.WriteWords(BindingAt(filter - 1), binding, 0, binding.Length);
            binding[BindingField.Input] = output;
            Arena.WriteWords(BindingAt(filter), binding, 0, binding.Length);
        }

        /// <summary>
        /// Fills the trained copies: weights from the model, biases and multipliers from the alignment tables where those are in
        /// force.
        /// </summary>
        public void ResetParameters()
        {
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                if (Plan.WeightsAt[layer] >= 0)
                {
                    Arena.CopyFromModel(
                        Model.Word(layer, RecordField.Weights),
                        Plan.WeightsAt[layer],
                        Model.WeightCount(layer)
                    );
                }
                if (Plan.BiasAt[layer] >= 0)
                {
                    int channels = Model.Channels(layer);
                    if (Aligned[layer])
                    {
                        CopyWords(Plan.BiasTableAt[layer], Plan.BiasAt[layer], channels);
                    }
                    else
                    {
                        Arena.CopyFromModel(Model.Word(layer, RecordField.Bias), Plan.BiasAt[layer], 4 * channels);
                    }
                }
                if (Plan.ScaleAt[layer] >= 0 && Aligned[layer])
                {
                    CopyWords(Plan.RescaleAt[layer], Plan.ScaleAt[layer], Model.Channels(layer));
                }
                else if (Plan.ScaleAt[layer] >= 0)
                {
                    CopyMultipliers(layer);
                }
            }
        }

        /// <summary>Runs one layer.</summary>
        /// <param name="layer">Its number.</param>
        /// <param name="mode">Sum of the modes above.</param>
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

        /// <summary>Runs layers first..last without probes. first is the first layer of its group.</summary>
        public void Run(int first, int last)
        {
            Run(first, last, -1, 0, 0, 0);
        }

        /// <summary>
        /// Runs layers first..last; the modes (ProbeWeights, ProbeBiases, ProbeNodes, with the seed) act on the layer
        /// `probed`, -1: none. Accumulators acts on the head.
        /// </summary>
        public void Run(int first, int last, int probed, int mode, uint seedLow, uint seedHigh)
        {
            int probe = mode & ~Accumulators;
            int layer = first;
            while (layer <= last)
            {
                int end = groups.Last(layer);
                if (end == layer)
                {
                    int modes = (layer == probed ? probe : 0) | (layer == head ? mode & Accumulators : 0);
                    RunLayer(layer, modes, seedLow, seedHigh);
                }
                else
                {
                    end = end < last ? end : last;
                    RunChain(layer, end, Model.Dimension(end + 1, 1), -1, probed, probe, seedLow, seedHigh);
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
            RunLayer(layer, Accumulators, 0, 0);
            binding[0] = TensorAt(layer + 1);
            Arena.WriteWords(output, binding, 0, 1);
            CountMacs(layer, layer);
        }

        /// <summary>Computes a layer's output from its kept accumulators; mode: ProbeNodes with the seed, or 0.</summary>
        public void ProbeKept(int layer, int mode, uint seedLow, uint seedHigh)
        {
            int status = Native.NodesRun(
                Arena.Handle,
                QuantizedModel.RecordOffset(layer),
                BindingAt(layer),
                Plan.RegionAt + Layout.KeptOffset,
                mode | (layer == Model.Head ? Accumulators : 0),
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
        /// <param name="mode">Modes of the probe, or <see cref="Statistics"/> of the layers being measured.</param>
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

        /// <summary>Puts a sample into the network's input. Returns its label.</summary>
        public int Load(ISampleSource samples, int index)
        {
            return samples.Load(index, Arena, TensorAt(0));
        }

        /// <summary>Number of samples first..first+count-1 whose largest class score has the label's number.</summary>
        public int CountCorrect(ISampleSource samples, int first, int count)
        {
            UseInference();
            int correct = 0;
            for (int index = first; index < first + count; index++)
            {
                int label = Load(samples, index);
                correct += Classify() == label ? 1 : 0;
            }
            return correct;
        }

        /// <summary>
        /// Runs inference on the loaded sample; needs the layout of inference. Returns the class of the largest score, the
        /// first of equal ones.
        /// </summary>
        public int Classify()
        {
            Run(0, Model.LogitsTensor - 1);
            int scores = TensorAt(Model.LogitsTensor);
            return KernelException.Check(
                Native.ArgmaxS8(Arena.Handle, scores, Model.TensorBytes(Model.LogitsTensor)),
                ReadingScores
            );
        }

        private void CopyWords(int from, int to, int count)
        {
            for (int at = 0; at < count; at += copy.Length)
            {
                int part = count - at < copy.Length ? count - at : copy.Length;
                Arena.ReadWords(from + 4 * at, copy, 0, part);
                Arena.WriteWords(to + 4 * at, copy, 0, part);
            }
        }

        /// <summary>The model's multipliers of a layer as float32, rounded to 24 significant bits.</summary>
        private void CopyMultipliers(int layer)
        {
            int multipliers = Model.Word(layer, RecordField.Multipliers);
            int shifts = Model.Word(layer, RecordField.Shifts);
            int[] words = new int[2];
            for (int channel = 0; channel < Model.Channels(layer); channel++)
            {
                Arena.ReadModelWords(multipliers + 4 * channel, words, 0, 1);
                Arena.ReadModelWords(shifts + 4 * channel, words, 1, 1);
                float value = words[0];
                for (int exponent = words[1] - 31; exponent != 0; exponent += exponent < 0 ? 1 : -1)
                {
                    value *= words[1] < 31 ? 0.5f : 2f;
                }
                byte[] bytes = BitConverter.GetBytes(value);
                Arena.Write(Plan.ScaleAt[layer] + 4 * channel, bytes, 0, 4);
            }
        }

        private int Place(int tensor)
        {
            int offset = Layout.Offset(tensor);
            return offset >= 0 ? Plan.RegionAt + offset : -1;
        }
    }
}
