using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Adaptation
{
    /// <summary>
    /// The plan of alignment, or of tuning the input filter, which aligns too. The request's <see cref="PlanRequest.Aligned"/>
    /// are the layers that are corrected.
    /// </summary>
    public sealed class AlignmentPlan : MemoryPlan
    {
        private static readonly string AskingForPatches = "asking for the memory of the input filter";
        private ActivationLayout entropyLayout;

        private AlignmentPlan(PlanRequest request, int chains)
            : base(request, chains)
        {
            SpreadAt = Absent(Model.LayerCount);
        }

        /// <summary>Per layer: float32 scatter of the samples' means and variances (2), or -1.</summary>
        public int[] SpreadAt { get; private set; }

        /// <summary>Where the sums of all layers lie.</summary>
        public int AllSumsAt { get; private set; }

        /// <summary>Most channels that are measured at the same time: of a layer, or of the layers of a chain.</summary>
        public int WidestChannels { get; private set; }

        /// <summary>Tuning the input filter: the output of its median, after a sample at <see cref="MemoryPlan.RegionAt"/>.</summary>
        public int PatchInputAt { get; private set; }

        /// <summary>Tuning the input filter: sums of patches.</summary>
        public int PatchSumsAt { get; private set; }

        /// <summary>Bytes of the sums of patches.</summary>
        public int PatchSumsBytes { get; private set; }

        /// <summary>Tuning the input filter: scratch of its solution.</summary>
        public int FilterScratchAt { get; private set; }

        /// <summary>Alignment of all layers that can be aligned, each layer whole, without a limit.</summary>
        public static AlignmentPlan OfAllLayers(QuantizedModel model, Arena arena)
        {
            AlignmentOptions options = new AlignmentOptions();
            options.Depth = AlignmentOptions.WholeDepth;
            PlanRequest request = new PlanRequest(model, arena);
            request.Aligned = options.Layers(model);
            return ForAlignment(request);
        }

        /// <summary>Alignment, and inference in between.</summary>
        public static AlignmentPlan ForAlignment(PlanRequest request)
        {
            AlignmentPlan best = null;
            for (int chains = 0; IsWorthTrying(request, best, chains); chains++)
            {
                AlignmentPlan plan = new AlignmentPlan(request, chains);
                plan.AddTables();
                plan.AddSpreads();
                plan.AddScratch();
                plan.AddMeasurements();
                plan.AddRegion(PlanItem.InferenceActivations, "activations (inference)", plan.InferenceLayout().Size);
                best = (AlignmentPlan)Smaller(best, plan);
            }
            return best;
        }

        /// <summary>
        /// Tuning of the input filter: patches and their solution, and, where candidates are compared, alignment and inference
        /// up to the loss.
        /// </summary>
        /// <param name="request">Has tables of the input filter.</param>
        /// <param name="choice">What the input filter is to do, one of <see cref="InputFilterChoice"/>.</param>
        public static AlignmentPlan ForInputFilter(PlanRequest request, int choice)
        {
            if (choice == InputFilterChoice.Repair)
            {
                return ForAlignment(request);
            }
            bool chooses = choice == InputFilterChoice.Automatic;
            AlignmentPlan best = null;
            for (int chains = 0; IsWorthTrying(request, best, chains); chains++)
            {
                AlignmentPlan plan = new AlignmentPlan(request, chains);
                plan.AddTables();
                if (chooses)
                {
                    plan.AddSpreads();
                }
                plan.AddScratch();
                plan.AddMeasurements();
                int region = plan.PlacePatches(request.Arena.Handle);
                if (chooses)
                {
                    int inference = plan.InferenceLayout().Size;
                    int entropy = plan.EntropyLayout().Size;
                    region = inference > region ? inference : region;
                    region = entropy > region ? entropy : region;
                }
                plan.AddRegion(PlanItem.Activations, "patches and their covariance, or activations", region);
                best = (AlignmentPlan)Smaller(best, plan);
            }
            return best;
        }

        /// <summary>Where the activations lie in a forward up to the accumulators of the class scores.</summary>
        public ActivationLayout EntropyLayout()
        {
            if (entropyLayout == null)
            {
                entropyLayout = ActivationLayout.ForProbes(Model, Model.LossLayer, 0, Chains);
            }
            return entropyLayout;
        }

        private bool Aligns(int layer)
        {
            return AlignedMultipliersAt[layer] >= 0;
        }

        /// <summary>After the tables, because only alignment needs them.</summary>
        private void AddSpreads()
        {
            int at = End;
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                if (Aligns(layer))
                {
                    SpreadAt[layer] = at;
                    at += 8;
                }
            }
            Add(PlanItem.Scatter, "scatter between samples: 8 bytes an aligned layer", at - End);
            EndState();
        }

        /// <summary>Sums and corrections of the layers that are measured at the same time.</summary>
        private void AddMeasurements()
        {
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                int channels = ChannelsBefore(layer) + (Aligns(layer) ? Model.Channels(layer) : 0);
                WidestChannels = channels > WidestChannels ? channels : WidestChannels;
            }
            AlignTo(8);
            AllSumsAt = End;
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                if (Aligns(layer))
                {
                    SumsAt[layer] = End + 16 * ChannelsBefore(layer);
                    CorrectionsAt[layer] = End + 16 * WidestChannels + 8 * ChannelsBefore(layer);
                }
            }
            Add(PlanItem.Sums, "sums of the layer or chain being measured", 16 * WidestChannels);
            Add(PlanItem.Corrections, "corrections of the layer or chain being measured", 8 * WidestChannels);
        }

        /// <summary>Channels that are measured together with a layer and come before its own.</summary>
        private int ChannelsBefore(int layer)
        {
            int sum = 0;
            for (int other = Chains.First(layer); other < layer; other++)
            {
                sum += Aligns(other) ? Model.Channels(other) : 0;
            }
            return sum;
        }

        /// <summary>Finds the places for measuring patches and solving the filter in the region. Returns its bytes.</summary>
        private int PlacePatches(int handle)
        {
            int record = QuantizedModel.RecordOffset(Model.InputFilter);
            PatchInputAt = End + ((Model.TensorBytes(0) + 3) & ~3);
            PatchSumsAt = (PatchInputAt + Model.TensorBytes(1) + 7) & ~7;
            PatchSumsBytes = KernelException.Check(Native.PatchesBytes(handle, record), AskingForPatches);
            FilterScratchAt = PatchSumsAt + PatchSumsBytes;
            int scratch = KernelException.Check(Native.FilterScratch(handle, record), AskingForPatches);
            return FilterScratchAt + scratch - End;
        }
    }
}
