using Attune.Model;

namespace Attune.Memory
{
    /// <summary>
    /// Where every activation tensor lies inside the activation region, by lifetime: two tensors share bytes only if they
    /// are never needed at the same time. Offsets are relative to the region and multiples of 4.
    /// </summary>
    public sealed class ActivationLayout
    {
        /// <summary>No arena is larger.</summary>
        private const int LargestRegion = 1 << 30;
        private readonly int[] offsets;

        private ActivationLayout(int[] offsets, int size)
        {
            this.offsets = offsets;
            Size = size;
        }

        /// <summary>Bytes of the region up to the last one that the layout uses.</summary>
        public int Size { get; private set; }

        /// <summary>Offset of the kept accumulators of <see cref="ForNodes"/>.</summary>
        public int KeptOffset
        {
            get { return offsets[offsets.Length - 1]; }
        }

        /// <summary>Offset of a tensor in the region, or -1 if the layout does not hold it.</summary>
        public int Offset(int tensor)
        {
            return offsets[tensor];
        }

        /// <summary>Plain inference of layers 0..last, each whole; the output of the last one stays.</summary>
        public static ActivationLayout ForInference(QuantizedModel model, int last)
        {
            return ForInference(model, last, LayerGroups.Whole(model));
        }

        /// <summary>Plain inference of layers 0..last in groups; the output of the last one stays.</summary>
        public static ActivationLayout ForInference(QuantizedModel model, int last, LayerGroups groups)
        {
            return Build(model, last, 0, false, -1, -1, groups);
        }

        /// <summary>
        /// Repeated partial forwards: layers 0..cut-1 run once; the tensors that later layers read from them stay until
        /// the end, so that layers cut..last can run any number of times.
        /// </summary>
        /// <param name="model">The model.</param>
        /// <param name="last">Last layer that runs; if it is the head it writes int32 accumulators.</param>
        /// <param name="cut">First layer that runs again, the first of its group; 0 keeps the network's input.</param>
        /// <param name="groups">What runs together.</param>
        public static ActivationLayout ForProbes(QuantizedModel model, int last, int cut, LayerGroups groups)
        {
            return Build(model, last, cut, true, -1, -1, groups);
        }

        /// <summary>
        /// Repeated partial forwards behind a layer that runs once: its int32 accumulators are kept, its output and the layers
        /// behind it are computed from them any number of times.
        /// </summary>
        /// <param name="model">The model.</param>
        /// <param name="last">Last layer that runs; if it is the head it writes int32 accumulators.</param>
        /// <param name="layer">The layer, not in a chain.</param>
        /// <param name="groups">What runs together.</param>
        public static ActivationLayout ForNodes(QuantizedModel model, int last, int layer, LayerGroups groups)
        {
            return Build(model, last, layer + 1, true, -1, layer, groups);
        }

        /// <summary>
        /// The layers up to the one that writes a layer's input run once; then only that input is needed, line by line if it
        /// is inside a chain.
        /// </summary>
        /// <param name="model">The model.</param>
        /// <param name="layer">The layer whose input is kept.</param>
        /// <param name="groups">What runs together.</param>
        public static ActivationLayout ForInput(QuantizedModel model, int layer, LayerGroups groups)
        {
            int input = model.Word(layer, RecordField.Input);
            return Build(model, input - 1, 0, false, input, -1, groups);
        }

        private static ActivationLayout Build(
            QuantizedModel model,
            int last,
            int cut,
            bool pinned,
            int kept,
            int repeated,
            LayerGroups groups
        )
        {
            int count = model.TensorCount;
            // Behind the tensors: the accumulators of the repeated layer.
            int[] root = new int[count + 1];
            int[] bytes = new int[count + 1];
            int[] begin = new int[count + 1];
            int[] end = new int[count + 1];
            root[count] = repeated >= 0 ? count : -1;
            bytes[count] = repeated >= 0 ? 4 * model.OutputCount(repeated) : 0;
            begin[count] = repeated;
            end[count] = last + 1;
            for (int tensor = 0; tensor < count; tensor++)
            {
                bool alias = tensor > 0 && tensor - 1 <= last && model.Operator(tensor - 1) == Operators.Reshape;
                root[tensor] = alias ? root[model.Word(tensor - 1, RecordField.Input)] : tensor;
                int lines = groups.Lines(tensor);
                bytes[tensor] = model.TensorBytes(tensor);
                bytes[tensor] = lines == 0 ? bytes[tensor] : bytes[tensor] / model.Dimension(tensor, 1) * lines;
                begin[tensor] = tensor == 0 ? -1 : groups.First(tensor - 1);
                end[tensor] = tensor - 1;
            }
            if (pinned && last == model.Head)
            {
                bytes[last + 1] *= 4;
            }
            for (int layer = 0; layer <= last; layer++)
            {
                int until = groups.Last(layer) < last ? groups.Last(layer) : last;
                Extend(end, root[model.Word(layer, RecordField.Input)], until);
                if (model.Word(layer, RecordField.Input2) >= 0)
                {
                    Extend(end, root[model.Word(layer, RecordField.Input2)], until);
                }
            }
            Extend(end, root[last + 1], last + 1);
            if (kept >= 0)
            {
                Extend(end, root[kept], last + 1);
            }
            for (int tensor = 0; pinned && tensor < count; tensor++)
            {
                if (begin[tensor] < cut && end[tensor] >= cut && (repeated < 0 || tensor != repeated + 1))
                {
                    Extend(end, tensor, last + 1);
                }
            }
            int[] bySize = Place(root, bytes, begin, end, last, true);
            int[] byTime = Place(root, bytes, begin, end, last, false);
            int sizeBySize = Measure(bySize, root, bytes);
            int sizeByTime = Measure(byTime, root, bytes);
            return sizeByTime < sizeBySize
                ? new ActivationLayout(byTime, sizeByTime)
                : new ActivationLayout(bySize, sizeBySize);
        }

        private static void Extend(int[] end, int tensor, int layer)
        {
            if (end[tensor] < layer)
            {
                end[tensor] = layer;
            }
        }

        /// <summary>Greedy placement: each tensor, in order, at the lowest offset where nothing conflicts.</summary>
        private static int[] Place(int[] root, int[] bytes, int[] begin, int[] end, int last, bool bySize)
        {
            int count = root.Length;
            int[] offset = new int[count];
            int[] order = new int[count];
            int waiting = 0;
            for (int tensor = 0; tensor < count; tensor++)
            {
                offset[tensor] = -1;
                if (root[tensor] == tensor && (tensor <= last + 1 || tensor == count - 1))
                {
                    int at = waiting++;
                    while (bySize && at > 0 && bytes[order[at - 1]] < bytes[tensor])
                    {
                        order[at] = order[at - 1];
                        at--;
                    }
                    order[at] = tensor;
                }
            }
            // The first so many of the order are placed; those are kept sorted by offset.
            for (int placed = 0; placed < waiting; placed++)
            {
                int tensor = order[placed];
                offset[tensor] = LowestGap(offset, bytes, begin, end, tensor, order, placed);
                int at = placed;
                while (at > 0 && offset[order[at - 1]] > offset[tensor])
                {
                    order[at] = order[at - 1];
                    at--;
                }
                order[at] = tensor;
            }
            for (int tensor = 0; tensor <= last + 1; tensor++)
            {
                offset[tensor] = offset[root[tensor]];
            }
            return offset;
        }

        private static int LowestGap(
            int[] offset,
            int[] bytes,
            int[] begin,
            int[] end,
            int tensor,
            int[] sorted,
            int placed
        )
        {
            int at = 0;
            int size = bytes[tensor];
            int from = begin[tensor];
            int until = end[tensor];
            for (int i = 0; i < placed; i++)
            {
                int other = sorted[i];
                int start = offset[other];
                if (start - at >= size)
                {
                    break;
                }
                if (begin[other] <= until && from <= end[other] && at < start + bytes[other])
                {
                    at = (start + bytes[other] + 3) & ~3;
                }
            }
            if (at > LargestRegion - size)
            {
                throw new ModelException(
                    "the tensors that are needed at the same time as tensor "
                        + tensor
                        + " have more than "
                        + LargestRegion
                        + " bytes; use a smaller model"
                );
            }
            return at;
        }

        private static int Measure(int[] offset, int[] root, int[] bytes)
        {
            int size = 0;
            for (int tensor = 0; tensor < offset.Length; tensor++)
            {
                if (offset[tensor] >= 0 && root[tensor] == tensor && offset[tensor] + bytes[tensor] > size)
                {
                    size = offset[tensor] + bytes[tensor];
                }
            }
            return size;
        }
    }
}
