using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// Where everything lies while one sample runs forward and its errors backward. Layers up to the last one run first, then
    /// each passes its error on, from the last one down. Values stay as long as a backward rule or a weight gradient reads
    /// them; of the others, masks of one bit remain.
    /// </summary>
    public sealed class BackwardLayout
    {
        /// <summary>Bytes of weight gradients that a layout has room for, or those of one filter. Where more is free anyway, more
        /// are formed at a time, which takes fewer instructions.</summary>
        private const int PreferredTile = 4096;

        /// <summary>The kernels form gradients of so many filters together.</summary>
        private const int FilterGroup = 16;

        /// <summary>What aligns scratch to 16 bytes wherever it lies.</summary>
        private const int ScratchSlack = 12;

        private readonly QuantizedModel model;
        private readonly TrainingPlan plan;
        private readonly int last;
        private readonly bool[] carries;
        private readonly bool[] reaches;
        private readonly int[] lastReader;
        private readonly Lifetimes lifetimes;
        private readonly int[] tileFilters;
        private readonly int[] tileOffset;

        /// <summary>The layout for the layers of a plan whose gradients come from back-propagation.</summary>
        public BackwardLayout(TrainingPlan plan, int arena)
        {
            this.plan = plan;
            model = plan.Model;
            last = model.LossLayer;
            carries = new bool[model.TensorCount];
            reaches = new bool[model.TensorCount];
            lastReader = new int[model.TensorCount];
            lifetimes = new Lifetimes(model, last, plan.Chains, model.TensorCount + 4 * model.LayerCount);
            lifetimes.AccumulateHead();
            FollowErrors();
            IsPossible = true;
            WithoutRule = -1;
            for (int layer = last; layer >= 0; layer--)
            {
                if (Passes(layer))
                {
                    PlaceLayer(layer, arena);
                }
            }
            Activations = new ActivationLayout(lifetimes);
            tileFilters = new int[model.LayerCount];
            tileOffset = new int[model.LayerCount];
            for (int layer = last; layer >= 0; layer--)
            {
                if (GradientOf(layer) >= 0 && plan.WeightsAt[layer] >= 0)
                {
                    PlaceTile(layer);
                }
            }
        }

        /// <summary>Where the activations lie.</summary>
        public ActivationLayout Activations { get; private set; }

        /// <summary>The last layer that an error would have to pass but has no backward rule, or -1.</summary>
        public int WithoutRule { get; private set; }

        /// <summary>Whether errors pass every layer, and every value that is read backward is there: a chain keeps only some
        /// lines of what is inside.</summary>
        public bool IsPossible { get; private set; }

        /// <summary>Whether a layer takes an error from its output.</summary>
        public bool Passes(int layer)
        {
            return layer <= last && carries[layer + 1] && reaches[layer + 1];
        }

        /// <summary>Whether a layer passes its error on to an input.</summary>
        /// <param name="layer">The layer.</param>
        /// <param name="number">Number of the input, 0 or 1.</param>
        public bool PassesTo(int layer, int number)
        {
            int tensor = InputOf(layer, number);
            return Passes(layer) && tensor >= 0 && carries[tensor];
        }

        /// <summary>The tensor that a layer reads as input 0 or 1, or -1.</summary>
        public int InputOf(int layer, int number)
        {
            return model.Word(layer, number == 0 ? RecordField.Input : RecordField.Input2);
        }

        /// <summary>Whether a layer is the first to write the error of its input: others add to it.</summary>
        public bool IsFirst(int layer, int number)
        {
            bool twice = number == 1 && InputOf(layer, 0) == InputOf(layer, 1);
            return lastReader[InputOf(layer, number)] == layer && !twice;
        }

        /// <summary>Offset in the region of a tensor's error.</summary>
        public int ErrorOf(int tensor)
        {
            return Activations.Offset(ErrorEntry(tensor));
        }

        /// <summary>Offset in the region of what a layer adds to the error of an input.</summary>
        public int AddedBy(int layer)
        {
            return Activations.Offset(AddedEntry(layer));
        }

        /// <summary>Offset in the region of a layer's mask, or -1.</summary>
        public int MaskOf(int layer)
        {
            return Activations.Offset(MaskEntry(layer));
        }

        /// <summary>Offset in the region of the scratch of a layer's backward step; align it to 16 bytes in the arena.</summary>
        public int ScratchOf(int layer)
        {
            return Activations.Offset(ScratchEntry(layer));
        }

        /// <summary>Offset in the region of a layer's gradient of the biases, float32; -1: it has sums.</summary>
        public int GradientOf(int layer)
        {
            return Activations.Offset(GradientEntry(layer));
        }

        /// <summary>Offset in the region of the float32 gradient of <see cref="TileFilters"/> filters; the backward step of the
        /// layer may use the same bytes before.</summary>
        public int TileOf(int layer)
        {
            return tileOffset[layer];
        }

        /// <summary>Filters whose weight gradients are formed at a time.</summary>
        public int TileFilters(int layer)
        {
            return tileFilters[layer];
        }

        /// <summary>Filters that the layout has room for in any case.</summary>
        private int LeastFilters(int layer)
        {
            int filters = PreferredTile / (4 * model.FilterSize(layer));
            filters = filters < 1 ? 1 : filters;
            return filters < model.Channels(layer) ? filters : model.Channels(layer);
        }

        /// <summary>The tile of a layer takes the largest part of the region that is free once the error has passed.</summary>
        private void PlaceTile(int layer)
        {
            int[] over = new int[] { ScratchEntry(layer), AddedEntry(layer) };
            RegionPart free = Activations.LargestFree(Backward(layer), over);
            int filters = free.Bytes / (4 * model.FilterSize(layer));
            filters = filters < model.Channels(layer) ? filters : model.Channels(layer);
            filters -= filters < model.Channels(layer) && filters > FilterGroup ? filters % FilterGroup : 0;
            int least = LeastFilters(layer);
            tileFilters[layer] = filters > least ? filters : least;
            tileOffset[layer] = filters > least ? free.Offset : GradientOf(layer) + 4 * model.Channels(layer);
        }

        private int ErrorEntry(int tensor)
        {
            return lifetimes.FirstExtra + tensor;
        }

        private int AddedEntry(int layer)
        {
            return ErrorEntry(model.TensorCount) + layer;
        }

        private int MaskEntry(int layer)
        {
            return AddedEntry(model.LayerCount) + layer;
        }

        private int ScratchEntry(int layer)
        {
            return MaskEntry(model.LayerCount) + layer;
        }

        private int GradientEntry(int layer)
        {
            return ScratchEntry(model.LayerCount) + layer;
        }

        /// <summary>When a layer passes its error on; layers forward are times 0..last.</summary>
        private int Backward(int layer)
        {
            return 2 * last + 1 - layer;
        }

        /// <summary>Which tensors depend on a trained parameter, which ones the loss depends on, and who writes their
        /// errors.</summary>
        private void FollowErrors()
        {
            for (int layer = 0; layer <= last; layer++)
            {
                int second = InputOf(layer, 1);
                carries[layer + 1] =
                    plan.Source[layer] == GradientSource.BackPropagation
                    || carries[InputOf(layer, 0)]
                    || (second >= 0 && carries[second]);
            }
            reaches[last + 1] = true;
            for (int layer = last; layer >= 0; layer--)
            {
                for (int number = 0; number < 2; number++)
                {
                    int tensor = InputOf(layer, number);
                    if (reaches[layer + 1] && tensor >= 0)
                    {
                        lastReader[tensor] = reaches[tensor] ? lastReader[tensor] : layer;
                        reaches[tensor] = true;
                    }
                }
            }
        }

        private void PlaceLayer(int layer, int arena)
        {
            int now = Backward(layer);
            int tensor = layer + 1;
            int writtenAt = tensor == last + 1 ? now : Backward(lastReader[tensor]);
            lifetimes.Place(ErrorEntry(tensor), model.TensorBytes(tensor), writtenAt, now);
            if (HasMask(layer))
            {
                int row = model.Dimension(tensor, 2) * model.Dimension(tensor, 3);
                int lines = model.Dimension(tensor, 0) * model.Dimension(tensor, 1);
                lifetimes.Place(MaskEntry(layer), 4 * lines * ((row + 31) / 32), plan.Chains.First(layer), now);
            }
            int scratch = 0;
            int added = 0;
            for (int number = 0; number < 2; number++)
            {
                if (PassesTo(layer, number))
                {
                    int needed = ScratchBytes(layer, number, arena);
                    scratch = needed > scratch ? needed : scratch;
                    int bytes = model.TensorBytes(InputOf(layer, number));
                    added = !IsFirst(layer, number) && bytes > added ? bytes : added;
                }
            }
            if (scratch > 0)
            {
                lifetimes.Place(ScratchEntry(layer), scratch + ScratchSlack, now, now);
                KeepReads(layer, arena, now);
            }
            if (added > 0)
            {
                lifetimes.Place(AddedEntry(layer), added, now, now);
            }
            if (plan.Source[layer] == GradientSource.BackPropagation)
            {
                PlaceGradient(layer, now);
            }
        }

        private void PlaceGradient(int layer, int now)
        {
            bool weights = plan.WeightsAt[layer] >= 0;
            if (weights)
            {
                Keep(InputOf(layer, 0), now);
            }
            if (!plan.SumsGradients)
            {
                int tile = weights ? LeastFilters(layer) * model.FilterSize(layer) : 0;
                lifetimes.Place(GradientEntry(layer), 4 * (model.Channels(layer) + tile), now, now);
            }
        }

        private bool HasMask(int layer)
        {
            bool narrow = model.Word(layer, RecordField.ActMin) > -128 || model.Word(layer, RecordField.ActMax) < 127;
            return layer != model.Head && (narrow || model.Word(layer, RecordField.Activation) != 0);
        }

        private int ScratchBytes(int layer, int number, int arena)
        {
            bool chooses = plan.ChoosesChannels(layer);
            int most = chooses ? TrainingOptions.Kept(plan.Options.LambdaMax, model.Channels(layer)) : 0;
            int status = Native.ErrorScratch(arena, QuantizedModel.RecordOffset(layer), number, most);
            if (status == KernelStatus.ErrorMode)
            {
                WithoutRule = WithoutRule < 0 ? layer : WithoutRule;
                IsPossible = false;
                return 0;
            }
            return KernelException.Check(status, "asking for the backward scratch of " + model.Describe(layer));
        }

        /// <summary>The values that a backward rule reads stay.</summary>
        private void KeepReads(int layer, int arena, int now)
        {
            int reads = KernelException.Check(
                Native.ErrorReads(arena, QuantizedModel.RecordOffset(layer)),
                "asking what goes backward through " + model.Describe(layer)
            );
            if ((reads & 1) != 0)
            {
                Keep(InputOf(layer, 0), now);
            }
            if ((reads & 2) != 0 && InputOf(layer, 1) >= 0)
            {
                Keep(InputOf(layer, 1), now);
            }
            if ((reads & 4) != 0)
            {
                Keep(layer + 1, now);
            }
        }

        private void Keep(int tensor, int until)
        {
            IsPossible = IsPossible && plan.Chains.Lines(tensor) == 0;
            lifetimes.Extend(tensor, until);
        }
    }
}
