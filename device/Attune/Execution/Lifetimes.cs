using Attune.Model;

namespace Attune.Execution
{
    /// <summary>
    /// Which bytes each activation tensor needs during a phase, and from which layer to which. <see cref="Placement"/> then
    /// finds their places.
    /// </summary>
    /// <remarks>
    /// Entries are the model's tensors, one for accumulators that are kept, and those of <see cref="Place"/>. An entry that
    /// shares the bytes of another (a reshaped tensor) has that one as its root; one that the phase does not need has none.
    /// </remarks>
    public sealed class Lifetimes
    {
        private readonly QuantizedModel model;
        private readonly int[] root;
        private readonly int[] bytes;
        private readonly int[] begin;
        private readonly int[] end;
        private readonly int last;

        /// <summary>The lifetimes of layers 0..last in one forward; the output of the last one stays.</summary>
        /// <param name="model">The model.</param>
        /// <param name="last">The last layer that runs.</param>
        /// <param name="chains">What runs together, line by line.</param>
        public Lifetimes(QuantizedModel model, int last, LayerChains chains)
            : this(model, last, chains, 0) { }

        /// <summary>The same, with entries of the caller's.</summary>
        /// <param name="model">The model.</param>
        /// <param name="last">The last layer that runs.</param>
        /// <param name="chains">What runs together, line by line.</param>
        /// <param name="extras">Number of entries that <see cref="Place"/> may fill.</param>
        public Lifetimes(QuantizedModel model, int last, LayerChains chains, int extras)
        {
            this.model = model;
            this.last = last;
            int count = model.TensorCount;
            int entries = count + 1 + extras;
            root = new int[entries];
            bytes = new int[entries];
            begin = new int[entries];
            end = new int[entries];
            for (int entry = count; entry < entries; entry++)
            {
                root[entry] = -1;
            }
            for (int tensor = 0; tensor < count; tensor++)
            {
                bool alias = tensor > 0 && tensor - 1 <= last && model.Operator(tensor - 1) == Operators.Reshape;
                int lines = chains.Lines(tensor);
                root[tensor] =
                    tensor > last + 1 ? -1
                    : alias ? root[model.Word(tensor - 1, RecordField.Input)]
                    : tensor;
                bytes[tensor] = model.TensorBytes(tensor);
                bytes[tensor] = lines == 0 ? bytes[tensor] : bytes[tensor] / model.Dimension(tensor, 1) * lines;
                begin[tensor] = tensor == 0 ? -1 : chains.First(tensor - 1);
                end[tensor] = tensor - 1;
            }
            for (int layer = 0; layer <= last; layer++)
            {
                int until = chains.Last(layer) < last ? chains.Last(layer) : last;
                Extend(model.Word(layer, RecordField.Input), until);
                if (model.Word(layer, RecordField.Input2) >= 0)
                {
                    Extend(model.Word(layer, RecordField.Input2), until);
                }
            }
            Keep(last + 1);
        }

        /// <summary>The entry of the kept accumulators.</summary>
        public int Accumulators
        {
            get { return model.TensorCount; }
        }

        /// <summary>The first entry of the caller's.</summary>
        public int FirstExtra
        {
            get { return model.TensorCount + 1; }
        }

        /// <summary>Number of entries.</summary>
        public int Count
        {
            get { return root.Length; }
        }

        /// <summary>Per entry: the entry whose bytes it has, itself or an earlier one; -1: it is not needed.</summary>
        internal int[] Root
        {
            get { return root; }
        }

        /// <summary>Per entry: its bytes.</summary>
        internal int[] Bytes
        {
            get { return bytes; }
        }

        /// <summary>Per entry: the layer that writes it, -1: the network's input.</summary>
        internal int[] Begin
        {
            get { return begin; }
        }

        /// <summary>Per entry: the last layer that needs it.</summary>
        internal int[] End
        {
            get { return end; }
        }

        /// <summary>A tensor stays until after the last layer.</summary>
        public void Keep(int tensor)
        {
            Extend(tensor, last + 1);
        }

        /// <summary>
        /// Layers from a cut on run any number of times: the tensors that they read from before stay, and the classifier
        /// writes its int32 accumulators.
        /// </summary>
        /// <param name="cut">First layer that runs again; 0 keeps the network's input.</param>
        public void Repeat(int cut)
        {
            Repeat(cut, -1);
        }

        /// <summary>
        /// A layer runs once and its int32 accumulators stay; its output and the layers after it are computed from them any
        /// number of times.
        /// </summary>
        public void RepeatFromAccumulators(int layer)
        {
            Place(Accumulators, 4 * model.OutputCount(layer), layer, last + 1);
            Repeat(layer + 1, layer + 1);
        }

        /// <summary>The head, if it is the last layer, writes its int32 accumulators.</summary>
        public void AccumulateHead()
        {
            if (last == model.Head)
            {
                bytes[last + 1] *= 4;
            }
        }

        /// <summary>An entry of the caller's needs so many bytes from one time to another; layers are times.</summary>
        public void Place(int entry, int size, int from, int until)
        {
            root[entry] = entry;
            bytes[entry] = size;
            begin[entry] = from;
            end[entry] = until;
        }

        /// <summary>A tensor stays until a time, at least.</summary>
        public void Extend(int tensor, int until)
        {
            int entry = root[tensor];
            end[entry] = end[entry] < until ? until : end[entry];
        }

        private void Repeat(int cut, int recomputed)
        {
            AccumulateHead();
            for (int tensor = 0; tensor < model.TensorCount; tensor++)
            {
                if (begin[tensor] < cut && end[tensor] >= cut && tensor != recomputed)
                {
                    end[tensor] = end[tensor] < last + 1 ? last + 1 : end[tensor];
                }
            }
        }
    }
}
