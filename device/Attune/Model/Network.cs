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

        private readonly int[] binding = new int[BindingField.BindingWords];
        private readonly int[] copy = new int[64];
        private long[] macsUpTo;

        /// <summary>Lays the model out. Trained copies and tables are not filled.</summary>
        public Network(Arena arena, QuantizedModel model, MemoryPlan plan)
        {
            Arena = arena;
            Model = model;
            Plan = plan;
            Aligned = new bool[model.LayerCount];
        }

        /// <summary>The arena.</summary>
        public Arena Arena { get; private set; }

        /// <summary>The model.</summary>
        public QuantizedModel Model { get; private set; }

        /// <summary>Where everything lies.</summary>
        public MemoryPlan Plan { get; private set; }

        /// <summary>Layers whose M' and b' in the alignment tables are in force.</summary>
        public bool[] Aligned { get; private set; }

        /// <summary>Layer whose corrections are in the tile, in force while it is being aligned; -1: none.</summary>
        public int TileLayer { get; set; } = -1;

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
            bool tile = layer == TileLayer;
            bool aligned = Aligned[layer];
            binding[BindingField.Input] = Place(input);
            binding[BindingField.Input2] = second >= 0 ? Place(second) : -1;
            binding[BindingField.Output] = Place(layer + 1);
            binding[BindingField.Scratch] = Plan.ScratchAt;
            binding[BindingField.Statistics] = Plan.SumsAt;
            binding[BindingField.Weights] = Plan.WeightsAt[layer];
            binding[BindingField.Rescale] =
                tile ? Plan.TileAt
                : aligned ? Plan.RescaleAt[layer]
                : -1;
            binding[BindingField.Bias] =
                Plan.BiasAt[layer] >= 0 ? Plan.BiasAt[layer]
                : tile ? Plan.TileAt + 4 * Model.Channels(layer)
                : aligned ? Plan.BiasTableAt[layer]
                : -1;
            Arena.WriteWords(BindingAt(layer), binding, 0, binding.Length);
        }

        /// <summary>
        /// Fills the trained copies: weights from the model, biases from the alignment tables where those are in force.
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
                Arena.Handle,
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

        /// <summary>Runs layers first..last without probes.</summary>
        public void Run(int first, int last)
        {
            for (int layer = first; layer <= last; layer++)
            {
                RunLayer(layer, 0, 0, 0);
            }
            CountMacs(first, last);
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
            Use(ActivationLayout.ForInference(Model, Model.OutputTensor - 1));
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
                "reading the class scores"
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

        private int Place(int tensor)
        {
            int offset = Layout.Offset(tensor);
            return offset >= 0 ? Plan.RegionAt + offset : -1;
        }
    }
}
