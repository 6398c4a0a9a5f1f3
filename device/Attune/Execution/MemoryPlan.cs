using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Execution
{
    /// <summary>
    /// Where everything lies in the arena during one stage of a job, and what it costs. Every byte that the stage touches
    /// is planned, so the arena's high-water mark equals <see cref="Peak"/> when the stage is over; only alignment that is not
    /// evaluated can stay below, since it stops at the last layer that it corrects.
    /// </summary>
    /// <remarks>
    /// Order in the arena: bindings, state (alignment tables, then scatter or trained parameters), kernel scratch, what the
    /// stage works with (sums and corrections, or losses and pending values), activation region. This class plans inference;
    /// adaptation and training derive from it and add their parts.
    /// </remarks>
    public class MemoryPlan
    {
        /// <summary>Value of an offset: the plan has no such place.</summary>
        public const int Nowhere = -1;

        private const int MaximumItems = 22;

        /// <summary>Where sums stop: beyond the largest arena (2^30), so that such a plan is refused, and far from overflow.</summary>
        protected const int Ceiling = (1 << 30) + (1 << 29);
        private readonly string[] itemNames = new string[MaximumItems];
        private readonly int[] itemKinds = new int[MaximumItems];
        private readonly int[] itemBytes = new int[MaximumItems];
        private ActivationLayout inferenceLayout;

        /// <summary>Begins a plan with the bindings.</summary>
        /// <param name="request">What it is for.</param>
        /// <param name="chains">Number of chains that layers run in, the widest of <see cref="QuantizedModel.NarrowestChains"/>.</param>
        protected MemoryPlan(PlanRequest request, int chains)
        {
            Model = request.Model;
            Request = request;
            Chains = chains == 0 ? LayerChains.None(Model) : Model.NarrowestChains().Widest(chains);
            int layers = Model.LayerCount;
            AlignedMultipliersAt = Absent(layers);
            AlignedBiasAt = Absent(layers);
            WeightsAt = Absent(layers);
            BiasAt = Absent(layers);
            MultipliersAt = Absent(layers);
            SumsAt = Absent(layers);
            CorrectionsAt = Absent(layers);
            Add(PlanItem.Bindings, "bindings of " + layers + " layers", layers * BindingField.BindingWords * 4);
            StateAt = End;
            StateEnd = End;
            for (int layer = 0; layer < layers; layer++)
            {
                int scratch = KernelException.Check(
                    Native.LayerScratch(request.Arena.Handle, QuantizedModel.RecordOffset(layer)),
                    "asking for the scratch of " + Model.Describe(layer)
                );
                ScratchBytes = scratch > ScratchBytes ? scratch : ScratchBytes;
            }
        }

        /// <summary>The model.</summary>
        public QuantizedModel Model { get; private set; }

        /// <summary>Layers that run together line by line, where the limit asks for it.</summary>
        public LayerChains Chains { get; private set; }

        /// <summary>Number of itemised parts.</summary>
        public int ItemCount { get; private set; }

        /// <summary>Bytes of the arena that the stage needs.</summary>
        public int Peak
        {
            get { return RegionAt + RegionBytes; }
        }

        /// <summary>First byte of the state that a checkpoint saves.</summary>
        public int StateAt { get; private set; }

        /// <summary>Byte after the state.</summary>
        public int StateEnd { get; private set; }

        /// <summary>Kernel scratch.</summary>
        public int ScratchAt { get; private set; }

        /// <summary>Bytes of kernel scratch.</summary>
        public int ScratchBytes { get; private set; }

        /// <summary>First byte of the activation region.</summary>
        public int RegionAt { get; private set; }

        /// <summary>Bytes of the activation region.</summary>
        public int RegionBytes { get; private set; }

        /// <summary>Per layer: float32 multiplier of each channel once aligned (running means before), or -1.</summary>
        public int[] AlignedMultipliersAt { get; private set; }

        /// <summary>Per layer: int32 bias of each channel once aligned (running variances before), or -1.</summary>
        public int[] AlignedBiasAt { get; private set; }

        /// <summary>Input filter, where it is tuned: int8 weights, or -1.</summary>
        public int InputFilterWeightsAt { get; private set; } = Nowhere;

        /// <summary>Input filter: float32 multiplier of each channel, or -1.</summary>
        public int InputFilterMultipliersAt { get; private set; } = Nowhere;

        /// <summary>Input filter: int32 bias of each channel, or -1.</summary>
        public int InputFilterBiasAt { get; private set; } = Nowhere;

        /// <summary>Per layer: trained copy of the weights, or -1.</summary>
        public int[] WeightsAt { get; private set; }

        /// <summary>Per layer: trained copy of the biases, or -1.</summary>
        public int[] BiasAt { get; private set; }

        /// <summary>Per layer: trained float32 output multipliers, or -1.</summary>
        public int[] MultipliersAt { get; private set; }

        /// <summary>The multipliers of a probe, or -1.</summary>
        public int ProbedMultipliersAt { get; protected set; } = Nowhere;

        /// <summary>Per layer: multipliers of its channels while it is measured (float32), then biases (int32), or -1.</summary>
        public int[] CorrectionsAt { get; private set; }

        /// <summary>Per layer: int64 sums of its channels while it is measured, or -1.</summary>
        public int[] SumsAt { get; private set; }

        /// <summary>What a trainer remembers from step to step, part of the state and zero when training begins, or -1.</summary>
        public int TrainerStateAt { get; protected set; } = Nowhere;

        /// <summary>Bytes of that.</summary>
        public int TrainerStateBytes { get; protected set; }

        /// <summary>What the plan was made for.</summary>
        protected PlanRequest Request { get; private set; }

        /// <summary>The byte after what is planned so far.</summary>
        protected int End { get; private set; }

        /// <summary>Plain inference; layers run in chains where that is needed to stay within the request's limit.</summary>
        public static MemoryPlan ForInference(PlanRequest request)
        {
            MemoryPlan best = null;
            for (int chains = 0; IsWorthTrying(request, best, chains); chains++)
            {
                MemoryPlan plan = new MemoryPlan(request, chains);
                plan.AddScratch();
                plan.AddRegion(PlanItem.InferenceActivations, "activations (inference)", plan.InferenceLayout().Size);
                best = Smaller(best, plan);
            }
            return best;
        }

        /// <summary>Kind of an itemised part, one of <see cref="PlanItem"/>.</summary>
        public int ItemKind(int item)
        {
            return itemKinds[item];
        }

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

        /// <summary>Where the activations lie in inference.</summary>
        public ActivationLayout InferenceLayout()
        {
            if (inferenceLayout == null)
            {
                inferenceLayout = ActivationLayout.ForInference(Model, Model.OutputTensor - 1, Chains);
            }
            return inferenceLayout;
        }

        /// <summary>Whether plans with more chains are to be tried: they are if no plan so far stays within the limit.</summary>
        protected static bool IsWorthTrying(PlanRequest request, MemoryPlan best, int chains)
        {
            return best == null || (best.Peak > request.Limit && chains <= request.Model.NarrowestChains().Count);
        }

        /// <summary>The plan with the smaller peak, the first of equal ones.</summary>
        protected static MemoryPlan Smaller(MemoryPlan best, MemoryPlan plan)
        {
            return best == null || plan.Peak < best.Peak ? plan : best;
        }

        /// <summary>So many offsets of <see cref="Nowhere"/>.</summary>
        protected static int[] Absent(int count)
        {
            int[] offsets = new int[count];
            for (int i = 0; i < count; i++)
            {
                offsets[i] = Nowhere;
            }
            return offsets;
        }

        /// <summary>Plans the next part.</summary>
        protected void Add(int kind, string name, long bytes)
        {
            int taken = bytes > Ceiling - End ? Ceiling - End : (int)bytes;
            if (taken > 0)
            {
                itemKinds[ItemCount] = kind;
                itemNames[ItemCount] = name;
                itemBytes[ItemCount] = taken;
                ItemCount++;
                End += taken;
            }
        }

        /// <summary>Goes back to an earlier <see cref="End"/> and <see cref="ItemCount"/>.</summary>
        protected void Rewind(int end, int items)
        {
            End = end;
            ItemCount = items;
        }

        /// <summary>Moves on to a multiple of so many bytes; the gap belongs to the part before it.</summary>
        protected void AlignTo(int bytes)
        {
            int gap = (bytes - End % bytes) % bytes;
            itemBytes[ItemCount - 1] += gap;
            End += gap;
        }

        /// <summary>Everything planned so far, but for the bindings, is state.</summary>
        protected void EndState()
        {
            StateEnd = End;
        }

        /// <summary>Plans the tables that the request asks for; they are state.</summary>
        protected void AddTables()
        {
            int at = End;
            if (Request.InputFilter)
            {
                int filter = Model.InputFilter;
                InputFilterWeightsAt = at;
                InputFilterMultipliersAt = at + ((Model.WeightCount(filter) + 3) & ~3);
                InputFilterBiasAt = InputFilterMultipliersAt + 4 * Model.Channels(filter);
                at = InputFilterBiasAt + 4 * Model.Channels(filter);
                Add(PlanItem.InputFilter, "input filter: weights, 8 bytes a channel", at - End);
            }
            for (int layer = 0; Request.Aligned != null && layer < Model.LayerCount; layer++)
            {
                if (Request.Aligned[layer])
                {
                    int channels = Model.Channels(layer);
                    AlignedMultipliersAt[layer] = at;
                    AlignedBiasAt[layer] = at + 4 * channels;
                    at += 8 * channels;
                }
            }
            Add(PlanItem.AlignmentTables, "alignment: 8 bytes a channel", at - End);
            EndState();
        }

        /// <summary>Plans kernel scratch.</summary>
        protected void AddScratch()
        {
            AlignTo(16);
            ScratchAt = End;
            Add(PlanItem.KernelScratch, "kernel scratch", ScratchBytes);
            AlignTo(4);
        }

        /// <summary>Plans the activation region, the last part.</summary>
        protected void AddRegion(int kind, string name, int bytes)
        {
            RegionAt = End;
            Add(kind, name, bytes);
            RegionBytes = End - RegionAt;
        }
    }
}
