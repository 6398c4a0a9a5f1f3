using Attune.Kernels;
using Attune.Memory;

namespace Attune.Model
{
    /// <summary>
    /// Which consecutive layers run together, line by line, as a chain (attune.h), and how many lines the tensors between
    /// them then need. A layer outside of every chain runs whole, alone.
    /// </summary>
    public sealed class LayerChains
    {
        /// <summary>Most layers of a chain: ATTUNE_CHAIN_LAYERS.</summary>
        public const int LongestChain = 12;

        private readonly int[] first;
        private readonly int[] last;
        private readonly int[] lines;
        private readonly long[] unfused;

        private LayerChains(int layers)
        {
            first = new int[layers];
            last = new int[layers];
            lines = new int[layers + 1];
            unfused = new long[layers];
            for (int layer = 0; layer < layers; layer++)
            {
                first[layer] = layer;
                last[layer] = layer;
            }
        }

        /// <summary>Number of chains.</summary>
        public int Count { get; private set; }

        /// <summary>Every layer runs whole.</summary>
        public static LayerChains None(QuantizedModel model)
        {
            return new LayerChains(model.LayerCount);
        }

        /// <summary>
        /// The chains that make the widest step of inference as narrow as possible, with as few multiply-accumulates in
        /// chains as that allows.
        /// </summary>
        public static LayerChains Narrowest(QuantizedModel model, int handle)
        {
            return new ChainSearch(model, handle).Run();
        }

        /// <summary>First layer of a layer's chain; a layer that runs whole itself.</summary>
        public int First(int layer)
        {
            return first[layer];
        }

        /// <summary>Last layer of a layer's chain; a layer that runs whole itself.</summary>
        public int Last(int layer)
        {
            return last[layer];
        }

        /// <summary>Whether a layer runs in a chain.</summary>
        public bool InChain(int layer)
        {
            return first[layer] < last[layer];
        }

        /// <summary>Lines that a tensor's buffer holds; 0: the whole tensor.</summary>
        public int Lines(int tensor)
        {
            return lines[tensor];
        }

        /// <summary>The same with only so many of its chains: those whose layers need most when they run whole.</summary>
        public LayerChains Widest(int count)
        {
            LayerChains chains = new LayerChains(first.Length);
            while (chains.Count < count)
            {
                int next = -1;
                for (int layer = 0; layer < first.Length; layer++)
                {
                    bool candidate = first[layer] == layer && InChain(layer) && !chains.InChain(layer);
                    if (candidate && (next < 0 || unfused[layer] > unfused[next]))
                    {
                        next = layer;
                    }
                }
                chains.Add(next, last[next], lines, unfused[next]);
            }
            return chains;
        }

        private void Add(int from, int to, int[] chainLines, long wholeBytes)
        {
            for (int layer = from; layer <= to; layer++)
            {
                first[layer] = from;
                last[layer] = to;
                lines[layer + 1] = layer < to ? chainLines[layer + 1] : 0;
            }
            unfused[from] = wholeBytes;
            Count++;
        }

        /// <summary>Shortest paths over the places between layers: first the widest step, then the fused work.</summary>
        private sealed class ChainSearch
        {
            private readonly QuantizedModel model;
            private readonly int handle;
            private readonly int layers;
            private readonly int[] root;
            private readonly int[] lastUse;

            public ChainSearch(QuantizedModel model, int handle)
            {
                this.model = model;
                this.handle = handle;
                layers = model.LayerCount;
                root = new int[layers + 1];
                lastUse = new int[layers + 1];
            }

            public LayerChains Run()
            {
                FindUses();
                long[][] bytes = new long[layers][];
                int[][][] lines = new int[layers][][];
                for (int from = 0; from < layers; from++)
                {
                    bytes[from] = new long[LongestChain];
                    lines[from] = new int[LongestChain][];
                    bool allowed = true;
                    for (int count = 1; count <= LongestChain; count++)
                    {
                        allowed = allowed && from + count <= layers && (count == 1 || Check(from, count) != 0);
                        bool possible = allowed && IsClosed(from, count);
                        lines[from][count - 1] = possible ? LinesOf(from, count) : null;
                        bytes[from][count - 1] = possible ? StepBytes(from, count, lines[from][count - 1]) : -1;
                    }
                }
                long bound = Search(bytes, long.MaxValue, null);
                int[] lengths = new int[layers + 1];
                Search(bytes, bound, lengths);
                LayerChains found = new LayerChains(layers);
                for (int end = layers; end > 0; end -= lengths[end])
                {
                    int from = end - lengths[end];
                    if (lengths[end] > 1)
                    {
                        long whole = 0;
                        for (int layer = from; layer < end; layer++)
                        {
                            whole = bytes[layer][0] > whole ? bytes[layer][0] : whole;
                        }
                        int[] held = lines[from][lengths[end] - 1];
                        for (int i = 0; i < held.Length; i++)
                        {
                            found.lines[from + i + 1] = held[i];
                        }
                        found.Add(from, end - 1, found.lines, whole);
                    }
                }
                return found;
            }

            private void FindUses()
            {
                for (int tensor = 0; tensor <= layers; tensor++)
                {
                    bool alias = tensor > 0 && model.Operator(tensor - 1) == Operators.Reshape;
                    root[tensor] = alias ? root[model.Word(tensor - 1, RecordField.Input)] : tensor;
                    lastUse[tensor] = tensor - 1;
                }
                for (int layer = 0; layer < layers; layer++)
                {
                    Use(model.Word(layer, RecordField.Input), layer);
                    Use(model.Word(layer, RecordField.Input2), layer);
                }
                Use(model.OutputTensor, layers);
                Use(model.LogitsTensor, layers);
            }

            private void Use(int tensor, int layer)
            {
                if (tensor >= 0 && lastUse[root[tensor]] < layer)
                {
                    lastUse[root[tensor]] = layer;
                }
            }

            private int Check(int from, int count)
            {
                int offset = QuantizedModel.RecordOffset(from);
                return KernelException.Check(Native.ChainCheck(handle, offset, count), "looking for chains of layers");
            }

            /// <summary>Whether nothing after these layers reads a tensor that only passes between them.</summary>
            private bool IsClosed(int from, int count)
            {
                for (int layer = from; layer < from + count - 1; layer++)
                {
                    if (lastUse[layer + 1] >= from + count || root[layer + 1] != layer + 1)
                    {
                        return false;
                    }
                }
                return true;
            }

            /// <summary>Lines that the output of each layer of a chain but the last must hold.</summary>
            private int[] LinesOf(int from, int count)
            {
                int[] held = new int[count - 1];
                for (int i = 0; i < held.Length; i++)
                {
                    held[i] = KernelException.Check(
                        Native.ChainLines(handle, QuantizedModel.RecordOffset(from), count, i),
                        "sizing a chain of layers"
                    );
                }
                return held;
            }

            /// <summary>Bytes of all tensors that exist while some layers run.</summary>
            private long StepBytes(int from, int count, int[] held)
            {
                int output = from + count;
                long sum = root[output] == output ? model.TensorBytes(output) : 0;
                for (int tensor = 0; tensor <= from; tensor++)
                {
                    sum += root[tensor] == tensor && lastUse[tensor] >= from ? model.TensorBytes(tensor) : 0;
                }
                for (int i = 0; i < held.Length; i++)
                {
                    int tensor = from + i + 1;
                    sum += (long)held[i] * (model.TensorBytes(tensor) / model.Dimension(tensor, 1));
                }
                return sum;
            }

            /// <summary>
            /// Without lengths: the smallest possible width of the widest step. With them: fills in, for each end, the length of
            /// the chain that ends there on the way with the least fused work within that width.
            /// </summary>
            private long Search(long[][] bytes, long bound, int[] lengths)
            {
                long[] best = new long[layers + 1];
                for (int end = 1; end <= layers; end++)
                {
                    best[end] = -1;
                    for (int count = 1; count <= LongestChain && count <= end; count++)
                    {
                        int from = end - count;
                        long step = bytes[from][count - 1];
                        if (step < 0 || step > bound || best[from] < 0)
                        {
                            continue;
                        }
                        long value =
                            lengths != null ? best[from] + (count > 1 ? Macs(from, end) : 0)
                            : step > best[from] ? step
                            : best[from];
                        if (best[end] < 0 || value < best[end])
                        {
                            best[end] = value;
                            if (lengths != null)
                            {
                                lengths[end] = count;
                            }
                        }
                    }
                }
                return best[layers];
            }

            private long Macs(int from, int end)
            {
                long sum = 0;
                for (int layer = from; layer < end; layer++)
                {
                    sum += model.Macs(layer) + 1;
                }
                return sum;
            }
        }
    }
}
