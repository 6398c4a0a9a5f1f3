using Attune.Model;

namespace Attune.Execution
{
    /// <summary>
    /// Where every activation tensor lies inside the activation region during a phase. Offsets are relative to the region
    /// and multiples of 4.
    /// </summary>
    public sealed class ActivationLayout
    {
        private readonly Placement placement;
        private readonly int accumulators;

        /// <summary>Places the tensors of a phase.</summary>
        public ActivationLayout(Lifetimes lifetimes)
        {
            placement = Placement.Of(lifetimes);
            accumulators = lifetimes.Accumulators;
        }

        /// <summary>Bytes of the region up to the last one that the layout uses.</summary>
        public int Size
        {
            get { return placement.Size; }
        }

        /// <summary>Offset of the kept accumulators of <see cref="ForNodes"/>.</summary>
        public int KeptOffset
        {
            get { return placement.Offset(accumulators); }
        }

        /// <summary>Offset of a tensor, or of another entry, in the region, or -1 if the layout does not hold it.</summary>
        public int Offset(int entry)
        {
            return placement.Offset(entry);
        }

        /// <summary>The largest part of <see cref="Size"/> bytes that no entry needs at a time.</summary>
        /// <param name="time">The time; layers are times.</param>
        /// <param name="without">Entries that do not count.</param>
        public RegionPart LargestFree(int time, int[] without)
        {
            return placement.LargestFree(time, without);
        }

        /// <summary>Plain inference of layers 0..last, each whole; the output of the last one stays.</summary>
        public static ActivationLayout ForInference(QuantizedModel model, int last)
        {
            return ForInference(model, last, LayerChains.None(model));
        }

        /// <summary>Plain inference of layers 0..last, some in chains; the output of the last one stays.</summary>
        public static ActivationLayout ForInference(QuantizedModel model, int last, LayerChains chains)
        {
            return new ActivationLayout(new Lifetimes(model, last, chains));
        }

        /// <summary>
        /// Repeated partial forwards: layers 0..cut-1 run once; the tensors that later layers read from them stay until
        /// the end, so that layers cut..last can run any number of times.
        /// </summary>
        /// <param name="model">The model.</param>
        /// <param name="last">Last layer that runs; if it is the head it writes int32 accumulators.</param>
        /// <param name="cut">First layer that runs again, the first of its chain; 0 keeps the network's input.</param>
        /// <param name="chains">What runs together.</param>
        public static ActivationLayout ForProbes(QuantizedModel model, int last, int cut, LayerChains chains)
        {
            Lifetimes lifetimes = new Lifetimes(model, last, chains);
            lifetimes.Repeat(cut);
            return new ActivationLayout(lifetimes);
        }

        /// <summary>
        /// Repeated partial forwards after a layer that runs once: its int32 accumulators are kept, its output and the layers
        /// after it are computed from them any number of times.
        /// </summary>
        /// <param name="model">The model.</param>
        /// <param name="last">Last layer that runs; if it is the head it writes int32 accumulators.</param>
        /// <param name="layer">The layer, not in a chain.</param>
        /// <param name="chains">What runs together.</param>
        public static ActivationLayout ForNodes(QuantizedModel model, int last, int layer, LayerChains chains)
        {
            Lifetimes lifetimes = new Lifetimes(model, last, chains);
            lifetimes.RepeatFromAccumulators(layer);
            return new ActivationLayout(lifetimes);
        }

        /// <summary>
        /// The layers up to the one that writes a layer's input run once; then only that input is needed, line by line if it
        /// is inside a chain.
        /// </summary>
        /// <param name="model">The model.</param>
        /// <param name="layer">The layer whose input is kept.</param>
        /// <param name="chains">What runs together.</param>
        public static ActivationLayout ForInput(QuantizedModel model, int layer, LayerChains chains)
        {
            int input = model.Word(layer, RecordField.Input);
            return new ActivationLayout(new Lifetimes(model, input - 1, chains));
        }
    }
}
