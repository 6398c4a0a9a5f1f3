using Attune.Execution;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// The plan of training some layers: trained copies, losses, and a region in which every phase of a step runs. Gradients
    /// have no place of their own: they use the activation region while no activation but a layer's input is needed.
    /// </summary>
    public sealed partial class TrainingPlan : MemoryPlan
    {
        private const int ProbesPerReplay = 8;
        private readonly int[] deltas;
        private readonly int[] moments;
        private readonly int[] probeBytes;
        private readonly ActivationLayout[] inputLayouts;
        private readonly ActivationLayout[] probeLayouts;

        private TrainingPlan(PlanRequest request, int chains, ITrainingMethod method, TrainingOptions options)
            : base(request, chains)
        {
            int layers = Model.LayerCount;
            Method = method;
            Options = options;
            Source = new GradientSource[layers];
            Differences = new int[layers];
            Cut = new int[layers];
            deltas = new int[layers];
            moments = new int[layers];
            probeBytes = new int[layers];
            WeightSumsAt = Absent(layers);
            BiasSumsAt = Absent(layers);
            inputLayouts = new ActivationLayout[layers];
            probeLayouts = new ActivationLayout[layers];
        }

        /// <summary>The method.</summary>
        public ITrainingMethod Method { get; private set; }

        /// <summary>The options that the plan was made with.</summary>
        public TrainingOptions Options { get; private set; }

        /// <summary>Per layer: where its gradient comes from.</summary>
        public GradientSource[] Source { get; private set; }

        /// <summary>Training of multipliers: most channels of a trained layer.</summary>
        public int WidestMultipliers { get; private set; }

        /// <summary>Per trained layer: float32 values that a sample leaves behind: a loss difference for each probe, or
        /// the derivatives of a classifier whose gradient is taken in closed form.</summary>
        public int[] Differences { get; private set; }

        /// <summary>Per trained layer: the first layer that each of its probes runs: the one after it where its clean
        /// accumulators are kept, the layer itself where its input is, else an earlier one.</summary>
        public int[] Cut { get; private set; }

        /// <summary>int32 lines that each layer of a running chain has computed.</summary>
        public int ProgressAt { get; private set; }

        /// <summary>float32 clean losses, one a sample of a step.</summary>
        public int CleanAt { get; private set; }

        /// <summary>Steps of the trained weights that wait for the end of a global update, or -1.</summary>
        public int PendingAt { get; private set; }

        /// <summary>Whether a step measures and updates layer by layer, so that the losses of one layer are kept at a time.</summary>
        public bool IsLayerByLayer
        {
            get { return Options.Sequential || PendingAt >= 0; }
        }

        /// <summary>A plan of training.</summary>
        /// <param name="request">Its limit decides what is kept, what is computed again and which layers run in chains.</param>
        /// <param name="method">Says where each layer's gradient comes from.</param>
        /// <param name="options">Batch, queries, parts, perturbation and update rule.</param>
        /// <param name="layers">One entry a layer: whether its parameters may move.</param>
        /// <exception cref="ModelException">An error would have to pass a layer that has no backward rule.</exception>
        public static TrainingPlan Of(
            PlanRequest request,
            ITrainingMethod method,
            TrainingOptions options,
            bool[] layers
        )
        {
            TrainingPlan whole = Of(request, method, options, layers, 0);
            bool movable = method is IBorderMethod || options.Layers == LayerChoice.Deep;
            if (!movable || whole.Peak <= request.Limit)
            {
                return Passable(whole);
            }
            // The later the border, the less memory: the first that fits lies between one that does not and one that does.
            int tooEarly = 0;
            int border = request.Model.LayerCount;
            TrainingPlan best = Of(request, method, options, layers, border);
            while (best.Peak <= request.Limit && border - tooEarly > 1)
            {
                int middle = (tooEarly + border) / 2;
                TrainingPlan plan = Of(request, method, options, layers, middle);
                bool fits = plan.Peak <= request.Limit;
                best = fits ? plan : best;
                border = fits ? middle : border;
                tooEarly = fits ? tooEarly : middle;
            }
            return Passable(best);
        }

        private static TrainingPlan Of(
            PlanRequest request,
            ITrainingMethod method,
            TrainingOptions options,
            bool[] layers,
            int border
        )
        {
            TrainingPlan best = null;
            for (int chains = 0; IsWorthTrying(request, best, chains); chains++)
            {
                TrainingPlan plan = new TrainingPlan(request, chains, method, options);
                plan.Fill(layers, border);
                best = (TrainingPlan)Smaller(best, plan);
            }
            return best;
        }

        /// <summary>Whether any parameter of a layer moves.</summary>
        public bool IsTrained(int layer)
        {
            return Source[layer] != GradientSource.None;
        }

        /// <summary>Whether any layer is trained.</summary>
        public bool TrainsAny()
        {
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                if (IsTrained(layer))
                {
                    return true;
                }
            }
            return false;
        }

        /// <summary>Whether a layer's gradient is formed from its input and derivatives by its pre-activations.</summary>
        public bool FormsNodes(int layer)
        {
            return Source[layer] == GradientSource.NodeProbes || Source[layer] == GradientSource.Exact;
        }

        /// <summary>Where the activations lie while a trained layer is probed.</summary>
        public ActivationLayout ProbeLayout(int layer)
        {
            int last = Model.LossLayer;
            for (int other = layer + 1; probeLayouts[layer] == null && other <= last; other++)
            {
                bool same = !KeepsNodes(layer) && !KeepsNodes(other) && Cut[other] == Cut[layer];
                probeLayouts[layer] = same ? probeLayouts[other] : null;
            }
            if (probeLayouts[layer] == null)
            {
                probeLayouts[layer] = KeepsNodes(layer)
                    ? ActivationLayout.ForNodes(Model, last, layer, Chains)
                    : ActivationLayout.ForProbes(Model, last, Cut[layer], Chains);
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
                inputLayouts[layer] = ActivationLayout.ForInput(Model, layer, Chains);
            }
            return inputLayouts[layer];
        }

        /// <summary>Bytes that one filter's gradient needs: nodes of one line, weight gradients, bias gradient.</summary>
        public int FilterGradientBytes(int layer)
        {
            int nodes = FormsNodes(layer) ? Model.Dimension(layer + 1, 2) : 0;
            return 4 * (nodes + (WeightsAt[layer] >= 0 ? Model.FilterSize(layer) : 0) + 1);
        }

        /// <summary>First byte of the region that a layer's gradient can use.</summary>
        public int GradientStart(int layer)
        {
            return FormsNodes(layer) ? (InputLayout(layer).Size + 3) & ~3 : 0;
        }

        /// <summary>Filters whose gradients are formed at a time.</summary>
        public int TileFilters(int layer)
        {
            int filters = (RegionBytes - GradientStart(layer)) / FilterGradientBytes(layer);
            return filters < Model.Channels(layer) ? filters : Model.Channels(layer);
        }

        /// <summary>Whether the input of a layer lies inside a chain, so that it can only be had line by line.</summary>
        public bool ReadsChain(int layer)
        {
            return Model.Word(layer, RecordField.Input) > Chains.First(layer);
        }

        /// <summary>Where the loss differences of a layer lie.</summary>
        public int DeltasOf(int layer)
        {
            return deltas[layer];
        }

        /// <summary>Where the optimizer's moments of a layer lie: float32, one a moving weight, then one a moving bias.</summary>
        public int MomentsOf(int layer)
        {
            return moments[layer];
        }

        /// <summary>Where Adam's squares of a layer lie, in the order of <see cref="MomentsOf"/>; -1: there are none.</summary>
        public int SquaresOf(int layer)
        {
            return Options.Optimizer == Optimizer.Adam ? moments[layer] + 4 * MovingEntries(layer) : Nowhere;
        }

        /// <summary>Bytes of a layer's values that wait: one a weight, padded to words, then four a bias.</summary>
        public int PendingBytes(int layer)
        {
            return PendingWeightBytes(layer) + (BiasAt[layer] >= 0 ? 4 * Model.Channels(layer) : 0);
        }

        /// <summary>Bytes of a layer's weights that wait.</summary>
        public int PendingWeightBytes(int layer)
        {
            return WeightsAt[layer] >= 0 ? (Model.WeightCount(layer) + 3) & ~3 : 0;
        }

        private void Fill(bool[] layers, int border)
        {
            AddTables();
            AddTrained(layers, border);
            TrainerStateAt = End;
            AddMoments();
            if (PropagatesBack())
            {
                RangesAt = End;
                Add(PlanItem.ErrorRanges, "ranges of errors", 8 * Model.LayerCount);
                AddSums(Options.Carries);
            }
            TrainerStateBytes = End - TrainerStateAt;
            EndState();
            AddScratch();
            AddBackward();
            if (Chains.Count > 0)
            {
                ProgressAt = End;
                Add(PlanItem.ChainProgress, "progress of a chain", 4 * LayerChains.LongestChain);
            }
            ProbedMultipliersAt = End;
            Add(PlanItem.ProbedMultipliers, "output multipliers of a probe", 4 * WidestMultipliers);
            int beforeLosses = End;
            int items = ItemCount;
            AddLosses(false);
            ChooseRegion();
            if (!Options.Sequential && !Options.MovesMultipliers && !PropagatesBack() && Peak > Request.Limit)
            {
                int peak = Peak;
                Rewind(beforeLosses, items);
                AddLosses(true);
                ChooseRegion();
                if (Peak >= peak)
                {
                    Rewind(beforeLosses, items);
                    AddLosses(false);
                    ChooseRegion();
                }
            }
        }

        private GradientSource SourceBefore(int layer)
        {
            IBorderMethod bordered = Method as IBorderMethod;
            return bordered == null ? GradientSource.None : bordered.SourceBefore(Model, Options, layer);
        }

        /// <summary>Names the source of each layer's gradient and plans the trained copies.</summary>
        private void AddTrained(bool[] layers, int border)
        {
            long at = End;
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                bool moves = layers[layer] && Model.CanTrain(layer) && layer <= Model.LossLayer;
                moves = moves && (Options.MovesMultipliers || Options.MovingEntries(Model, layer) > 0);
                Source[layer] =
                    !moves ? GradientSource.None
                    : layer >= border ? Method.SourceOf(Model, Options, layer)
                    : SourceBefore(layer);
                bool exact = Source[layer] == GradientSource.Exact;
                bool propagated = Source[layer] == GradientSource.BackPropagation;
                Differences[layer] =
                    propagated ? 0
                    : exact ? Model.Channels(layer)
                    : Options.QueriesOf(layer);
                if (IsTrained(layer) && Options.MovesWeights(Model, layer))
                {
                    WeightsAt[layer] = (int)at;
                    at += (Model.WeightCount(layer) + 3) & ~3;
                }
            }
            Add(PlanItem.TrainedWeights, "trained weights", at - End);
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                int channels = Model.Channels(layer);
                if (IsTrained(layer) && Options.MovesBiases && Model.Word(layer, RecordField.Bias) >= 0)
                {
                    BiasAt[layer] = (int)at;
                    at += 4 * channels;
                }
                if (IsTrained(layer) && Options.MovesMultipliers)
                {
                    MultipliersAt[layer] = (int)at;
                    at += 4 * channels;
                    WidestMultipliers = channels > WidestMultipliers ? channels : WidestMultipliers;
                }
            }
            string name = Options.MovesMultipliers ? "trained output multipliers" : "trained biases";
            Add(PlanItem.TrainedChannels, name, at - End);
        }

        private void AddLosses(bool pending)
        {
            long all = 0;
            int most = 0;
            long steps = 0;
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                if (IsTrained(layer))
                {
                    int values = Differences[layer];
                    all += values;
                    most = values > most ? values : most;
                    steps += PendingBytes(layer);
                }
            }
            int batch = Options.Batch;
            CleanAt = End;
            Add(PlanItem.CleanLosses, "clean losses of " + batch + " samples", 4 * batch);
            bool one = Options.Sequential || pending;
            int at = End;
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                deltas[layer] = at;
                at += one || !IsTrained(layer) ? 0 : 4 * batch * Differences[layer];
            }
            string whose = one ? "one layer" : "all trained layers";
            Add(PlanItem.LossDifferences, "loss differences of " + whose, 4L * batch * (one ? most : all));
            PendingAt = pending ? End : Nowhere;
            Add(PlanItem.PendingValues, "pending values (one byte a weight)", pending ? steps : 0);
        }

        /// <summary>
        /// The region in which every phase of a step runs. A probe starts as late as the limit allows: after its layer if that
        /// is probed by nodes and its accumulators can be kept, at the layer if the tensors that cross there can be, else at
        /// an earlier, narrower place.
        /// </summary>
        private void ChooseRegion()
        {
            int last = Model.LossLayer;
            int room = Request.Limit - End;
            int region = Request.Evaluates ? InferenceLayout().Size : 0;
            for (int layer = 0; layer <= last; layer++)
            {
                if (IsProbed(layer))
                {
                    int probes = ChooseCut(layer, last, room);
                    region = probes > region ? probes : region;
                }
            }
            for (int layer = 0; layer <= last; layer++)
            {
                if (IsProbed(layer))
                {
                    int gradient = GradientEnd(layer, room, Differences[layer]);
                    region = gradient > region ? gradient : region;
                }
            }
            if (PropagatesBack())
            {
                Backward = new BackwardLayout(this, Request.Arena.Handle);
                int backward = Backward.IsPossible ? Backward.Activations.Size : Ceiling;
                region = backward > region ? backward : region;
            }
            AddRegion(PlanItem.Activations, "activations and gradients", region);
        }

        private int ChooseCut(int layer, int last, int room)
        {
            int best = -1;
            int cut = Chains.First(layer);
            if (FormsNodes(layer) && !Chains.InChain(layer))
            {
                best = ActivationLayout.ForNodes(Model, last, layer, Chains).Size;
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
                cut = cut > 0 ? Chains.First(cut - 1) : -1;
            }
            return best;
        }

        /// <summary>Bytes of the layout of probes from a cut on; computed once, because many layers ask for the same.</summary>
        private int ProbeBytes(int last, int cut)
        {
            if (probeBytes[cut] == 0)
            {
                probeBytes[cut] = ActivationLayout.ForProbes(Model, last, cut, Chains).Size;
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
            if (!FormsNodes(layer))
            {
                return start + bytes;
            }
            int tiles = queries / ProbesPerReplay;
            tiles = tiles < 1 ? 1 : tiles;
            int filters = (Model.Channels(layer) + tiles - 1) / tiles;
            int fitting = (room - start) / bytes;
            filters = fitting < filters ? fitting : filters;
            return start + (filters < 1 ? 1 : filters) * bytes;
        }
    }
}
