using Attune.Kernels;
using Attune.Model;
using Attune.Training;

namespace Attune.Memory
{
    /// <content>Alignment and the input filter.</content>
    public sealed partial class MemoryPlan
    {
        private static readonly string AskingForPatches = "asking for the memory of the input filter";
        private readonly int lastAligned;
        private ActivationLayout entropyLayout;

        /// <summary>Per layer: float32 M' of each channel once aligned (running means before), or -1.</summary>
        public int[] RescaleAt { get; private set; }

        /// <summary>Per layer: int32 b' of each channel once aligned (running variances before), or -1.</summary>
        public int[] BiasTableAt { get; private set; }

        /// <summary>Alignment, per layer: float32 scatter of the samples' means and variances (2), or -1.</summary>
        public int[] SpreadAt { get; private set; }

        /// <summary>Alignment, per layer: M' of its channels while it is measured (float32), then b' (int32), or -1.</summary>
        public int[] TileAt { get; private set; }

        /// <summary>Alignment, per layer: int64 sums of its channels, or -1.</summary>
        public int[] SumsAt { get; private set; }

        /// <summary>Alignment: where the sums of all layers lie.</summary>
        public int AllSumsAt { get; private set; }

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

        /// <summary>Alignment of all layers that can be aligned, and inference in between, each layer whole.</summary>
        public static MemoryPlan ForAlignment(QuantizedModel model, Arena arena)
        {
            return ForAlignment(model, arena, int.MaxValue, false, TrainingJob.WholeDepth);
        }

        /// <summary>Alignment of a job's part of the layers, and inference, within the job's limit; with the state of an input
        /// filter if the job tunes one.</summary>
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

        private static MemoryPlan ForAlignment(QuantizedModel model, Arena arena, int limit, bool filters, int depth)
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

        /// <summary>Where the activations lie in a forward up to the accumulators of the class scores.</summary>
        public ActivationLayout EntropyLayout()
        {
            if (entropyLayout == null)
            {
                entropyLayout = ActivationLayout.ForProbes(model, LastLayer(model), 0, Groups);
            }
            return entropyLayout;
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
    }
}
