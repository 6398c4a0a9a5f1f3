using Attune.Kernels;
using Attune.Model;
using Attune.Training;

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
    public sealed class MemoryPlan
    {
        private const int MaximumItems = 16;

        /// <summary>Where sums stop: beyond the largest arena (2^30), so that such a plan is refused, and far from overflow.</summary>
        private const int Ceiling = (1 << 30) + (1 << 29);
        private const int ProbesPerReplay = 8;
        private static readonly string AskingForPatches = "asking for the memory of the input filter";
        private readonly QuantizedModel model;
        private readonly int lastAligned;
        private readonly string[] itemNames = new string[MaximumItems];
        private readonly int[] itemBytes = new int[MaximumItems];
        private readonly int[] probeBytes;
        private readonly ActivationLayout[] inputLayouts;
        private readonly ActivationLayout[] probeLayouts;
        private ActivationLayout inferenceLayout;
        private ActivationLayout entropyLayout;
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

        /// <summary>Per layer: float32 M' of each channel once aligned (running means before), or -1.</summary>
        public int[] RescaleAt { get; private set; }

        /// <summary>Per layer: int32 b' of each channel once aligned (running variances before), or -1.</summary>
        public int[] BiasTableAt { get; private set; }

        /// <summary>Alignment, per layer: float32 scatter of the samples' means and variances (2), or -1.</summary>
        public int[] SpreadAt { get; private set; }

        /// <summary>Per layer: trained copy of the weights, or -1.</summary>
        public int[] WeightsAt { get; private set; }

        /// <summary>Per layer: trained copy of the biases, or -1.</summary>
        public int[] BiasAt { get; private set; }

        /// <summary>Which layers are trained.</summary>
        public bool[] Trained { get; private set; }

        /// <summary>Per trained layer: probes perturb nodes instead of weights.</summary>
        public bool[] UsesNodes { get; private set; }

        /// <summary>Per trained layer: float32 values that a sample leaves behind: a loss difference for each probe, or
        /// the derivatives of a classifier whose gradient is taken in closed form.</summary>
        public int[] Differences { get; private set; }

        /// <summary>Per trained layer: the first layer that each of its probes runs: the one behind it where its clean
        /// accumulators are kept, the layer itself where its input is, else an earlier one.</summary>
        public int[] Cut { get; private set; }

        /// <summary>Alignment, per layer: M' of its channels while it is measured (float32), then b' (int32), or -1.</summary>
        public int[] TileAt { get; private set; }

        /// <summary>Alignment, per layer: int64 sums of its channels, or -1.</summary>
        public int[] SumsAt { get; private set; }

        /// <summary>Alignment: where the sums of all layers lie.</summary>
        public int AllSumsAt { get; private set; }

        /// <summary>Training: int32 lines that each layer of a running chain has computed.</summary>
        public int ProgressAt { get; private set; }

        /// <summary>Training: float32 clean losses, one a sample of a step.</summary>
        public int CleanAt { get; private set; }

        /// <summary>Training: float32 loss differences.</summary>
        public int DeltasAt { get; private set; }

        /// <summary>Training: steps of the trained weights that wait for the end of a global update, or -1.</summary>
        public int PendingAt { get; private set; }

        /// <summary>Input filter, where it is tuned: int8 weights, or -1.</summary>
        public int FilterWeightsAt { get; private set; } = -1;

        /// <summary>Input filter: float32 M' of each channel, or -1.</summary>
        public int FilterRescaleAt { get; private set; } = -1;

        /// <summary>Input filter: int32 b' of each channel, or -1.</summary>
        public int FilterBiasAt { get; private set; } = -1;

        /// <summary>Tuning the input filter: the output of its median, behind a sample at <see cref="RegionAt"/>.</summary>
        public int PatchInputAt { get; private set; }

        /// <summary>Tuning the input filter: sums of patches.</summary>
        public int PatchSumsAt { get; private set; }

        /// <summary>Bytes of the sums of patches.</summary>
        public int PatchSumsBytes { get; private set; }

        /// <summary>Tuning the input filter: scratch of its solution.</summary>
        public int FilterScratchAt { get; private set; }

        /// <summary>Most channels that are measured at the same time: of a layer, or of the layers of a chain.</summary>
        public int WidestChannels { get; private set; }

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

        /// <summary>Whether alignment can measure and correct a layer: it has weights and source statistics, and is not
        /// the classifier.</summary>
        public static bool CanAlign(QuantizedModel model, int layer)
        {
            return model.CalibrationSamples > 0 && model.CanTrain(layer) && layer != model.Head;
        }

        /// <summary>The last layer that alignment corrects, -1: none.</summary>
        /// <param name="model">The model.</param>
        /// <param name="depth">Per cent of the layers that can be aligned, from the first on, rounded up.</param>
        private static int LastAligned(QuantizedModel model, int depth)
        {
            int all = 0;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                all += CanAlign(model, layer) ? 1 : 0;
            }
            int last = -1;
            int count = 0;
            for (int layer = 0; layer < model.LayerCount && 100 * count < depth * all; layer++)
            {
                if (CanAlign(model, layer))
                {
                    count++;
                    last = layer;
                }
            }
            return last;
        }

        private bool Aligns(int layer)
        {
            return layer <= lastAligned && CanAlign(model, layer);
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

        /// <summary>Alignment, each layer whole.</summary>
        public static MemoryPlan ForAlignment(QuantizedModel model, Arena arena)
        {
            return ForAlignment(model, arena, int.MaxValue);
        }

        /// <summary>Alignment of all layers that can be aligned, and inference in between, within a limit as above.</summary>
        public static MemoryPlan ForAlignment(QuantizedModel model, Arena arena, int limit)
        {
            return ForAlignment(model, arena, limit, false, TrainingJob.WholeDepth);
        }

        /// <summary>The same, with the state of an input filter if the job tunes one, within the job's limit.</summary>
        public static MemoryPlan ForAlignment(QuantizedModel model, Arena arena, TrainingJob job)
        {
            return ForAlignment(model, arena, job.ArenaBytes, FilterTuner.Tunes(model, job), job.AlignDepth);
        }

        /// <summary>Tuning of the input filter: patches and their solution, and, where candidates are compared, alignment
        /// and inference up to the loss.</summary>
        public static MemoryPlan ForFilter(QuantizedModel model, Arena arena, TrainingJob job)
        {
            bool chooses = job.InputFilter == FilterChoice.Automatic;
            if (job.InputFilter == FilterChoice.Repair)
            {
                return ForAlignment(model, arena, job);
            }
            MemoryPlan best = null;
            for (int chains = 0; IsWorthTrying(model, best, job.ArenaBytes, chains); chains++)
            {
                MemoryPlan plan = new MemoryPlan(model, arena.Handle, GroupsOf(model, chains), job.AlignDepth);
                plan.AddTables(true);
                if (chooses)
                {
                    plan.AddSpreads();
                }
                plan.AddScratch();
                plan.AddMeasurements();
                int region = plan.PatchBytes(arena.Handle);
                if (chooses)
                {
                    int inference = plan.InferenceBytes();
                    int entropy = plan.EntropyLayout().Size;
                    region = inference > region ? inference : region;
                    region = entropy > region ? entropy : region;
                }
                plan.AddRegion(region, "patches and their covariance, or activations");
                best = Smaller(best, plan);
            }
            return best;
        }

        private static MemoryPlan ForAlignment(
            QuantizedModel model,
            Arena arena,
            int limit,
            bool filters,
            int depth
        )
        {
            MemoryPlan best = null;
            for (int chains = 0; IsWorthTrying(model, best, limit, chains); chains++)
            {
                MemoryPlan plan = new MemoryPlan(model, arena.Handle, GroupsOf(model, chains), depth);
                plan.AddTables(filters);
                plan.AddSpreads();
                plan.AddScratch();
                plan.AddMeasurements();
                plan.AddRegion(plan.InferenceBytes(), "activations (inference)");
                best = Smaller(best, plan);
            }
            return best;
        }

        /// <summary>Zeroth-order training of some layers.</summary>
        /// <param name="model">The model.</param>
        /// <param name="arena">The arena that holds it.</param>
        /// <param name="job">Batch, queries, parts, perturbation and update rule; its arena size is the limit that decides
        /// what is kept, what is computed again and which layers run in chains.</param>
        /// <param name="trained">One entry a layer.</param>
        /// <param name="evaluates">Whether the trained network's accuracy is measured within the same plan.</param>
        public static MemoryPlan ForTraining(
            QuantizedModel model,
            Arena arena,
            TrainingJob job,
            bool[] trained,
            bool evaluates = true
        )
        {
            MemoryPlan best = null;
            for (int chains = 0; IsWorthTrying(model, best, job.ArenaBytes, chains); chains++)
            {
                LayerGroups groups = GroupsOf(model, chains);
                MemoryPlan plan = new MemoryPlan(model, arena.Handle, groups, job.AlignDepth);
                plan.FillTraining(job, trained, evaluates);
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

        /// <summary>Where the activations lie in a forward up to the accumulators of the class scores.</summary>
        public ActivationLayout EntropyLayout()
        {
            if (entropyLayout == null)
            {
                entropyLayout = ActivationLayout.ForProbes(model, LastLayer(model), 0, Groups);
            }
            return entropyLayout;
        }

        /// <summary>Where the activations lie while a trained layer is probed.</summary>
        public ActivationLayout ProbeLayout(int layer)
        {
            int last = LastLayer(model);
            for (int other = layer + 1; probeLayouts[layer] == null && other <= last; other++)
            {
                bool same = !KeepsNodes(layer) && !KeepsNodes(other) && Cut[other] == Cut[layer];
                probeLayouts[layer] = same ? probeLayouts[other] : null;
            }
            if (probeLayouts[layer] == null)
            {
                probeLayouts[layer] = KeepsNodes(layer)
                    ? ActivationLayout.ForNodes(model, last, layer, Groups)
                    : ActivationLayout.ForProbes(model, last, Cut[layer], Groups);
            }
            return probeLayouts[layer];
        }

        /// <summary>Whether a layer's clean accumulators are kept, so that its node probes need not run it again.</summary>
        public bool KeepsNodes(int layer)
        {
            return Cut[layer] > layer;
        }

        /// <summary>Where the activations lie while a layer's gradient is formed from its input.</summary>
        public ActivationLayout InputLayout(int layer)
        {
            if (inputLayouts[layer] == null)
            {
                inputLayouts[layer] = ActivationLayout.ForInput(model, layer, Groups);
            }
            return inputLayouts[layer];
        }

        /// <summary>Bytes that one filter's gradient needs: nodes of one line, weight gradients, bias gradient.</summary>
        public int FilterGradientBytes(int layer)
        {
            int nodes = UsesNodes[layer] ? model.Dimension(layer + 1, 2) : 0;
            return 4 * (nodes + (WeightsAt[layer] >= 0 ? model.FilterSize(layer) : 0) + 1);
        }

        /// <summary>First byte of the region that a layer's gradient can use.</summary>
        public int GradientStart(int layer)
        {
            return UsesNodes[layer] ? (InputLayout(layer).Size + 3) & ~3 : 0;
        }

        /// <summary>Whether the input of a layer lies inside a chain, so that it can only be had line by line.</summary>
        public bool ReadsChain(int layer)
        {
            return model.Word(layer, RecordField.Input) > Groups.First(layer);
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

        private void Rewind(int to, int items)
        {
            end = to;
            ItemCount = items;
        }

        private void AddScratch()
        {
            Align(16);
            ScratchAt = end;
            Add("kernel scratch", ScratchBytes);
            Align(4);
        }

        private void AddTables(bool filters)
        {
            int at = end;
            if (filters)
            {
                int filter = model.InputFilter;
                FilterWeightsAt = at;
                FilterRescaleAt = at + ((model.WeightCount(filter) + 3) & ~3);
                FilterBiasAt = FilterRescaleAt + 4 * model.Channels(filter);
                at = FilterBiasAt + 4 * model.Channels(filter);
                Add("input filter: weights, 8 bytes a channel", at - end);
            }
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                if (Aligns(layer))
                {
                    int channels = model.Channels(layer);
                    RescaleAt[layer] = at;
                    BiasTableAt[layer] = at + 4 * channels;
                    at += 8 * channels;
                }
            }
            Add("alignment: 8 bytes a channel", at - end);
            StateEnd = end;
        }

        /// <summary>Behind the tables, because only alignment needs them.</summary>
        private void AddSpreads()
        {
            int at = end;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                if (Aligns(layer))
                {
                    SpreadAt[layer] = at;
                    at += 8;
                }
            }
            Add("scatter between samples: 8 bytes an aligned layer", at - end);
            StateEnd = end;
        }

        /// <summary>Sums and corrections of the layers that are measured at the same time.</summary>
        private void AddMeasurements()
        {
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                int channels = ChannelsBefore(layer) + (Aligns(layer) ? model.Channels(layer) : 0);
                WidestChannels = channels > WidestChannels ? channels : WidestChannels;
            }
            Align(8);
            AllSumsAt = end;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                if (Aligns(layer))
                {
                    SumsAt[layer] = end + 16 * ChannelsBefore(layer);
                    TileAt[layer] = end + 16 * WidestChannels + 8 * ChannelsBefore(layer);
                }
            }
            Add("sums of the layer or chain being measured", 16 * WidestChannels);
            Add("corrections of the layer or chain being measured", 8 * WidestChannels);
        }

        /// <summary>Channels that are measured together with a layer and come before its own.</summary>
        private int ChannelsBefore(int layer)
        {
            int sum = 0;
            for (int other = Groups.First(layer); other < layer; other++)
            {
                sum += Aligns(other) ? model.Channels(other) : 0;
            }
            return sum;
        }

        private void FillTraining(TrainingJob job, bool[] trained, bool evaluates)
        {
            if (job.Align)
            {
                AddTables(FilterTuner.Tunes(model, job));
            }
            AddTrained(job, trained);
            AddScratch();
            if (Groups.ChainCount > 0)
            {
                ProgressAt = end;
                Add("progress of a chain", 4 * LayerGroups.LongestChain);
            }
            int beforeLosses = end;
            int items = ItemCount;
            AddLosses(job, false);
            ChooseRegion(job, evaluates);
            if (!job.Sequential && Peak > job.ArenaBytes)
            {
                int peak = Peak;
                Rewind(beforeLosses, items);
                AddLosses(job, true);
                ChooseRegion(job, evaluates);
                if (Peak >= peak)
                {
                    Rewind(beforeLosses, items);
                    AddLosses(job, false);
                    ChooseRegion(job, evaluates);
                }
            }
        }

        private void AddTrained(TrainingJob job, bool[] trained)
        {
            long at = end;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                Trained[layer] = trained[layer] && model.CanTrain(layer) && layer <= LastLayer(model);
                if (Trained[layer] && job.Parts != Parts.Biases)
                {
                    WeightsAt[layer] = (int)at;
                    at += (model.WeightCount(layer) + 3) & ~3;
                }
            }
            Add("trained weights", at - end);
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                if (Trained[layer] && job.Parts != Parts.Weights && model.Word(layer, RecordField.Bias) >= 0)
                {
                    BiasAt[layer] = (int)at;
                    at += 4 * model.Channels(layer);
                }
                Trained[layer] = WeightsAt[layer] >= 0 || BiasAt[layer] >= 0;
                bool exact = Trained[layer] && job.ExactHead && layer == model.Head;
                UsesNodes[layer] =
                    exact
                    || (
                        Trained[layer]
                        && job.Perturbation != Perturbation.Weights
                        && (job.Perturbation == Perturbation.Nodes || ProbedEntries(layer) >= model.OutputCount(layer))
                    );
                Differences[layer] = exact ? model.Channels(layer) : job.QueriesOf(layer);
            }
            Add("trained biases", at - end);
            StateEnd = end;
        }

        /// <summary>Entries that a weight probe of a layer perturbs.</summary>
        private int ProbedEntries(int layer)
        {
            return (WeightsAt[layer] >= 0 ? model.WeightCount(layer) : 0)
                + (BiasAt[layer] >= 0 ? model.Channels(layer) : 0);
        }

        private void AddLosses(TrainingJob job, bool pending)
        {
            long all = 0;
            int most = 0;
            long steps = 0;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                if (Trained[layer])
                {
                    int queries = Differences[layer];
                    all += queries;
                    most = queries > most ? queries : most;
                    steps += WeightsAt[layer] >= 0 ? (model.WeightCount(layer) + 3) & ~3 : 0;
                    steps += BiasAt[layer] >= 0 ? 4 * model.Channels(layer) : 0;
                }
            }
            CleanAt = end;
            Add("clean losses of " + job.Batch + " samples", 4 * job.Batch);
            DeltasAt = end;
            bool one = job.Sequential || pending;
            Add(
                "loss differences of " + (one ? "one layer" : "all trained layers"),
                4L * job.Batch * (one ? most : all)
            );
            PendingAt = pending ? end : -1;
            Add("pending values (one byte a weight)", pending ? steps : 0);
        }

        private void AddRegion(int bytes, string name)
        {
            RegionAt = end;
            Add(name, bytes);
            RegionBytes = end - RegionAt;
        }

        /// <summary>Bytes of the region for measuring patches and solving the filter; fixes the places in it.</summary>
        private int PatchBytes(int handle)
        {
            int record = QuantizedModel.RecordOffset(model.InputFilter);
            PatchInputAt = end + ((model.TensorBytes(0) + 3) & ~3);
            PatchSumsAt = (PatchInputAt + model.TensorBytes(1) + 7) & ~7;
            PatchSumsBytes = KernelException.Check(Native.PatchesBytes(handle, record), AskingForPatches);
            FilterScratchAt = PatchSumsAt + PatchSumsBytes;
            int scratch = KernelException.Check(Native.FilterScratch(handle, record), AskingForPatches);
            return FilterScratchAt + scratch - end;
        }

        private int InferenceBytes()
        {
            return InferenceLayout().Size;
        }

        /// <summary>
        /// The region in which every phase of a step runs. A probe starts as late as the limit allows: behind its layer if that
        /// is probed by nodes and its accumulators can be kept, at the layer if the tensors that cross there can be, else at
        /// an earlier, narrower place.
        /// </summary>
        private void ChooseRegion(TrainingJob job, bool evaluates)
        {
            int last = LastLayer(model);
            int room = job.ArenaBytes - end;
            int region = evaluates ? InferenceBytes() : 0;
            for (int layer = 0; layer <= last; layer++)
            {
                if (Trained[layer])
                {
                    int probes = ChooseCut(layer, last, room);
                    region = probes > region ? probes : region;
                }
            }
            for (int layer = 0; layer <= last; layer++)
            {
                if (Trained[layer])
                {
                    int gradient = GradientEnd(layer, room, Differences[layer]);
                    region = gradient > region ? gradient : region;
                }
            }
            AddRegion(region, "activations and gradients");
        }

        private int ChooseCut(int layer, int last, int room)
        {
            int best = -1;
            int cut = Groups.First(layer);
            if (UsesNodes[layer] && !Groups.InChain(layer))
            {
                best = ActivationLayout.ForNodes(model, last, layer, Groups).Size;
                Cut[layer] = layer + 1;
            }
            while (cut >= 0 && (best < 0 || best > room))
            {
                int size = ProbeBytes(last, cut);
                if (best < 0 || size < best)
                {
                    best = size;
                    Cut[layer] = cut;
                }
                cut = cut > 0 ? Groups.First(cut - 1) : -1;
            }
            return best;
        }

        /// <summary>Bytes of the layout of probes from a cut on; computed once, because many layers ask for the same.</summary>
        private int ProbeBytes(int last, int cut)
        {
            if (probeBytes[cut] == 0)
            {
                probeBytes[cut] = ActivationLayout.ForProbes(model, last, cut, Groups).Size;
            }
            return probeBytes[cut];
        }

        /// <summary>
        /// Region bytes that a layer's gradient asks for: at least one filter, and if there is room so many that forwards
        /// run again for further tiles stay few beside the probes.
        /// </summary>
        private int GradientEnd(int layer, int room, int queries)
        {
            int start = GradientStart(layer);
            int bytes = FilterGradientBytes(layer);
            if (!UsesNodes[layer])
            {
                return start + bytes;
            }
            int tiles = queries / ProbesPerReplay;
            tiles = tiles < 1 ? 1 : tiles;
            int filters = (model.Channels(layer) + tiles - 1) / tiles;
            int fitting = (room - start) / bytes;
            filters = fitting < filters ? fitting : filters;
            return start + (filters < 1 ? 1 : filters) * bytes;
        }
    }
}
