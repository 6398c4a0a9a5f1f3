using Attune.Kernels;
using Attune.Model;

namespace Attune.Memory
{
    /// <summary>
    /// Where everything lies in the arena during one stage of a job, and what it costs. Every byte that the stage touches
    /// is planned, so the arena's high-water mark equals <see cref="Peak"/> when the stage is over; only alignment that is not
    /// evaluated can stay below, since it stops at the last layer that it corrects.
    /// </summary>
    /// <remarks>
    /// Order in the arena: bindings, state (alignment tables, then scatter or trained weights and biases), kernel scratch, what the
    /// stage works with (alignment tile and sums, or loss differences and pending values), activation region. Gradients
    /// have no place of their own: they use the activation region while no activation but a layer's input is needed.
    /// </remarks>
    public sealed partial class MemoryPlan
    {
        private const int MaximumItems = 16;

        /// <summary>Where sums stop: beyond the largest arena (2^30), so that such a plan is refused, and far from overflow.</summary>
        private const int Ceiling = (1 << 30) + (1 << 29);
        private readonly QuantizedModel model;
        private readonly string[] itemNames = new string[MaximumItems];
        private readonly int[] itemBytes = new int[MaximumItems];
        private ActivationLayout inferenceLayout;
        private int end;

        private MemoryPlan(QuantizedModel model, int handle, LayerGroups groups, int alignDepth)
        {
            this.model = model;
            lastAligned = LastAligned(model, alignDepth);
            Groups = groups;
            int layers = model.LayerCount;
            RescaleAt = Absent(layers);
            BiasTableAt = Absent(layers);
            SpreadAt = Absent(layers);
            WeightsAt = Absent(layers);
            BiasAt = Absent(layers);
            ScaleAt = Absent(layers);
            SumsAt = Absent(layers);
            TileAt = Absent(layers);
            Trained = new bool[layers];
            UsesNodes = new bool[layers];
            Differences = new int[layers];
            Cut = new int[layers];
            probeBytes = new int[layers];
            inputLayouts = new ActivationLayout[layers];
            probeLayouts = new ActivationLayout[layers];
            Add("bindings of " + layers + " layers", layers * BindingField.BindingWords * 4);
            StateAt = end;
            StateEnd = end;
            for (int layer = 0; layer < layers; layer++)
            {
                int scratch = KernelException.Check(
                    Native.LayerScratch(handle, QuantizedModel.RecordOffset(layer)),
                    "asking for the scratch of " + model.Describe(layer)
                );
                ScratchBytes = scratch > ScratchBytes ? scratch : ScratchBytes;
            }
        }

        /// <summary>Layers that run together line by line, where the limit asks for it.</summary>
        public LayerGroups Groups { get; private set; }

        /// <summary>Number of itemised parts.</summary>
        public int ItemCount { get; private set; }

        /// <summary>Bytes of the arena that the stage needs.</summary>
        public int Peak
        {
            get { return RegionAt + RegionBytes; }
        }

        /// <summary>First byte of the state that a checkpoint saves.</summary>
        public int StateAt { get; private set; }

        /// <summary>Byte behind the state.</summary>
        public int StateEnd { get; private set; }

        /// <summary>Kernel scratch.</summary>
        public int ScratchAt { get; private set; }

        /// <summary>Bytes of kernel scratch.</summary>
        public int ScratchBytes { get; private set; }

        /// <summary>First byte of the activation region.</summary>
        public int RegionAt { get; private set; }

        /// <summary>Bytes of the activation region.</summary>
        public int RegionBytes { get; private set; }

        /// <summary>Name of an itemised part.</summary>
        public string ItemName(int item)
        {
            return itemNames[item];
        }

        /// <summary>Bytes of an itemised part.</summary>
        public int ItemBytes(int item)
        {
            return itemBytes[item];
        }

        /// <summary>Plain inference, each layer whole.</summary>
        public static MemoryPlan ForInference(QuantizedModel model, Arena arena)
        {
            return ForInference(model, arena, int.MaxValue);
        }

        /// <summary>Plain inference; layers run in chains where that is needed to stay within a limit in bytes.</summary>
        public static MemoryPlan ForInference(QuantizedModel model, Arena arena, int limit)
        {
            MemoryPlan best = null;
            for (int chains = 0; IsWorthTrying(model, best, limit, chains); chains++)
            {
                MemoryPlan plan = new MemoryPlan(model, arena.Handle, GroupsOf(model, chains), 0);
                plan.AddScratch();
                plan.AddRegion(plan.InferenceBytes(), "activations (inference)");
                best = Smaller(best, plan);
            }
            return best;
        }

        /// <summary>Where the activations lie in inference.</summary>
        public ActivationLayout InferenceLayout()
        {
            if (inferenceLayout == null)
            {
                inferenceLayout = ActivationLayout.ForInference(model, model.OutputTensor - 1, Groups);
            }
            return inferenceLayout;
        }

        /// <summary>Layers that run in training: up to the one that gives the loss.</summary>
        public static int LastLayer(QuantizedModel model)
        {
            return model.Head >= 0 ? model.Head : model.LogitsTensor - 1;
        }

        /// <summary>Whether plans with more chains are to be tried: they are if no plan so far stays within the limit.</summary>
        private static bool IsWorthTrying(QuantizedModel model, MemoryPlan best, int limit, int chains)
        {
            return best == null || (best.Peak > limit && chains <= model.NarrowestGroups().ChainCount);
        }

        private static LayerGroups GroupsOf(QuantizedModel model, int chains)
        {
            return chains == 0 ? LayerGroups.Whole(model) : model.NarrowestGroups().Widest(chains);
        }

        private static MemoryPlan Smaller(MemoryPlan best, MemoryPlan plan)
        {
            return best == null || plan.Peak < best.Peak ? plan : best;
        }

        private static int[] Absent(int count)
        {
            int[] offsets = new int[count];
            for (int i = 0; i < count; i++)
            {
                offsets[i] = -1;
            }
            return offsets;
        }

        private void Add(string name, long bytes)
        {
            int taken = bytes > Ceiling - end ? Ceiling - end : (int)bytes;
            if (taken > 0)
            {
                itemNames[ItemCount] = name;
                itemBytes[ItemCount] = taken;
                ItemCount++;
                end += taken;
            }
        }

        /// <summary>Moves on to a multiple of so many bytes; the gap belongs to the part before it.</summary>
        private void Align(int bytes)
        {
            int gap = (bytes - end % bytes) % bytes;
            itemBytes[ItemCount - 1] += gap;
            end += gap;
        }

        private void AddScratch()
        {
            Align(16);
            ScratchAt = end;
            Add("kernel scratch", ScratchBytes);
            Align(4);
        }

        private void AddRegion(int bytes, string name)
        {
            RegionAt = end;
            Add(name, bytes);
            RegionBytes = end - RegionAt;
        }

        private int InferenceBytes()
        {
            return InferenceLayout().Size;
        }
    }
}
