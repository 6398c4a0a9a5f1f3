using Attune.Model;
using Attune.Training;

namespace Attune.Memory
{
    /// <content>Zeroth-order training.</content>
    public sealed partial class MemoryPlan
    {
        private const int ProbesPerReplay = 8;
        private readonly int[] probeBytes;
        private readonly ActivationLayout[] inputLayouts;
        private readonly ActivationLayout[] probeLayouts;

        /// <summary>Per layer: trained copy of the weights, or -1.</summary>
        public int[] WeightsAt { get; private set; }

        /// <summary>Per layer: trained copy of the biases, or -1.</summary>
        public int[] BiasAt { get; private set; }

        /// <summary>Per layer: trained float32 multipliers, or -1.</summary>
        public int[] ScaleAt { get; private set; }

        /// <summary>Training of scales: the multipliers of a probe.</summary>
        public int ProbedScaleAt { get; private set; }

        /// <summary>Training of scales: most channels of a trained layer.</summary>
        public int WidestScales { get; private set; }

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

        /// <summary>Training: int32 lines that each layer of a running chain has computed.</summary>
        public int ProgressAt { get; private set; }

        /// <summary>Training: float32 clean losses, one a sample of a step.</summary>
        public int CleanAt { get; private set; }

        /// <summary>Training: float32 loss differences.</summary>
        public int DeltasAt { get; private set; }

        /// <summary>Training: steps of the trained weights that wait for the end of a global update, or -1.</summary>
        public int PendingAt { get; private set; }

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

        private void Rewind(int to, int items)
        {
            end = to;
            ItemCount = items;
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
            ProbedScaleAt = end;
            Add("scales of a probe", 4 * WidestScales);
            int beforeLosses = end;
            int items = ItemCount;
            AddLosses(job, false);
            ChooseRegion(job, evaluates);
            if (!job.Sequential && job.Parts != Parts.Scales && Peak > job.ArenaBytes)
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
                if (Trained[layer] && (job.Parts == Parts.Both || job.Parts == Parts.Weights))
                {
                    WeightsAt[layer] = (int)at;
                    at += (model.WeightCount(layer) + 3) & ~3;
                }
            }
            Add("trained weights", at - end);
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                bool biases = job.Parts == Parts.Both || job.Parts == Parts.Biases;
                if (Trained[layer] && biases && model.Word(layer, RecordField.Bias) >= 0)
                {
                    BiasAt[layer] = (int)at;
                    at += 4 * model.Channels(layer);
                }
                if (Trained[layer] && job.Parts == Parts.Scales)
                {
                    ScaleAt[layer] = (int)at;
                    at += 4 * model.Channels(layer);
                    WidestScales = model.Channels(layer) > WidestScales ? model.Channels(layer) : WidestScales;
                }
                bool probed = WeightsAt[layer] >= 0 || BiasAt[layer] >= 0;
                Trained[layer] = probed || ScaleAt[layer] >= 0;
                bool exact = probed && job.ExactHead && layer == model.Head;
                UsesNodes[layer] =
                    exact
                    || (
                        probed
                        && job.Perturbation != Perturbation.Weights
                        && (job.Perturbation == Perturbation.Nodes || ProbedEntries(layer) >= model.OutputCount(layer))
                    );
                Differences[layer] = exact ? model.Channels(layer) : job.QueriesOf(layer);
            }
            Add(job.Parts == Parts.Scales ? "trained scales" : "trained biases", at - end);
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
