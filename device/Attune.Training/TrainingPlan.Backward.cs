using System;
using Attune.Execution;
using Attune.Model;
using Attune.Numbers;

namespace Attune.Training
{
    /// <content>What back-propagation and optimizers need.</content>
    public sealed partial class TrainingPlan
    {
        private int[] averages;

        /// <summary>Where a sample's errors lie; null if no gradient comes from back-propagation.</summary>
        public BackwardLayout Backward { get; private set; }

        /// <summary>Per tensor of errors: how much coarser they have been than the error behind, float32 for each input of a
        /// layer; see <see cref="RangeOf"/>.</summary>
        public int RangesAt { get; private set; }

        /// <summary>Mean clean loss of the first samples, float32; see <see cref="TrainingOptions.FullRateLoss"/>.</summary>
        public int MeanLossAt { get; private set; }

        /// <summary>float32: the largest loss of a sample so far; -1 where errors have all channels.</summary>
        public int LargestLossAt { get; private set; } = Nowhere;

        /// <summary>int32: number of the channels of an error that are kept, then the channels; -1 where all are.</summary>
        public int ChosenAt { get; private set; } = Nowhere;

        /// <summary>The most channels that <see cref="ChosenAt"/> has room for.</summary>
        public int WidestChosen { get; private set; }

        /// <summary>float32 scales of errors, one a tensor, then one for what a layer adds to an error.</summary>
        public int ScalesAt { get; private set; }

        /// <summary>Whether gradients of back-propagation are summed over a batch, or kept for the next step; else each sample's is
        /// used at once.</summary>
        public bool SumsGradients
        {
            get { return Options.Batch > 1 || Options.Carries; }
        }

        /// <summary>Per layer: float32 sums of the gradient of its weights over a batch, or -1.</summary>
        public int[] WeightSumsAt { get; private set; }

        /// <summary>Per layer: float32 sums of the gradient of its biases over a batch, or -1.</summary>
        public int[] BiasSumsAt { get; private set; }

        /// <summary>Whether a layer's gradient comes from forwards of its own: probes, or the exact head.</summary>
        public bool IsProbed(int layer)
        {
            return IsTrained(layer) && Source[layer] != GradientSource.BackPropagation;
        }

        /// <summary>Whether steps of weights are standardised gradients.</summary>
        public bool IsStandardized
        {
            get { return Method is IStandardizedMethod; }
        }

        /// <summary>Where the averages of a layer's gradient lie: float32, a mean for each filter, then a deviation.</summary>
        public int AveragesOf(int layer)
        {
            return averages[layer];
        }

        /// <summary>Whether any layer <see cref="IsProbed"/>.</summary>
        public bool Probes()
        {
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                if (IsProbed(layer))
                {
                    return true;
                }
            }
            return false;
        }

        /// <summary>Arena offset of the range of what a layer passes to input 0 or 1.</summary>
        public int RangeOf(int layer, int number)
        {
            return RangesAt + 4 * (2 * layer + number);
        }

        /// <summary>Whether a layer's errors keep only some of their channels. Those of the class scores keep all: the label's
        /// alone would raise one score and lower none.</summary>
        public bool ChoosesChannels(int layer)
        {
            return Options.UpdatesPartly && Model.HasWeights(layer) && layer < Model.LossLayer;
        }

        /// <summary>Whether any gradient comes from back-propagation.</summary>
        public bool PropagatesBack()
        {
            return CountSource(GradientSource.BackPropagation) > 0;
        }

        /// <summary>A plan whose errors pass all layers that they must.</summary>
        private static TrainingPlan Passable(TrainingPlan plan)
        {
            int stop = plan.Backward == null ? -1 : plan.Backward.WithoutRule;
            if (stop < 0)
            {
                return plan;
            }
            QuantizedModel model = plan.Model;
            int[] behind = new int[model.LayerCount];
            int count = 0;
            for (int layer = stop + 1; layer <= model.LossLayer; layer++)
            {
                if (model.CanTrain(layer))
                {
                    behind[count++] = layer;
                }
            }
            int[] numbers = new int[count];
            Array.Copy(behind, numbers, count);
            throw new ModelException(
                model.Describe(stop)
                    + " has no backward rule; use "
                    + (count > 0 ? "layers = " + NumberList.Format(numbers) + ", which lie behind it, or " : "")
                    + "method = zo"
            );
        }

        private int CountSource(GradientSource source)
        {
            int count = 0;
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                count += Source[layer] == source ? 1 : 0;
            }
            return count;
        }

        /// <summary>What back-propagation needs beside the region.</summary>
        private void AddBackward()
        {
            if (!PropagatesBack())
            {
                return;
            }
            ScalesAt = End;
            Add(PlanItem.ErrorScales, "scales of errors", 4 * (Model.TensorCount + 1));
            if (Options.UpdatesPartly)
            {
                int widest = 0;
                for (int layer = 0; layer <= Model.LossLayer; layer++)
                {
                    int channels = ChoosesChannels(layer) ? Model.Channels(layer) : 0;
                    widest = channels > widest ? channels : widest;
                }
                WidestChosen = widest;
                ChosenAt = End;
                Add(PlanItem.ChosenChannels, "channels of partial updates", 4 * (1 + widest));
            }
            AddSums(!Options.Carries);
        }

        /// <summary>Plans the sums of gradients: state of the run if they carry something to the next step.</summary>
        private void AddSums(bool here)
        {
            if (!here)
            {
                return;
            }
            long at = End;
            for (int layer = 0; SumsGradients && layer < Model.LayerCount; layer++)
            {
                if (Source[layer] != GradientSource.BackPropagation)
                {
                    continue;
                }
                if (WeightsAt[layer] >= 0)
                {
                    WeightSumsAt[layer] = (int)at;
                    at += 4L * Model.WeightCount(layer);
                }
                BiasSumsAt[layer] = (int)at;
                at += 4 * Model.Channels(layer);
                at = at > Ceiling ? Ceiling : at;
            }
            string name = Options.Carries ? ", with rests of rounding" : "";
            Add(PlanItem.GradientSums, "gradients summed over " + Options.Batch + " samples" + name, at - End);
        }

        /// <summary>What a trainer keeps from step to step.</summary>
        private void AddTrainerState()
        {
            TrainerStateAt = End;
            AddMoments();
            AddAverages();
            if (PropagatesBack())
            {
                AddRanges();
                MeanLossAt = End;
                Add(PlanItem.MeanLoss, "mean loss", Options.FullRateLoss > 0 ? 4 : 0);
                AddSums(Options.Carries);
            }
            TrainerStateBytes = End - TrainerStateAt;
        }

        /// <summary>Plans what the optimizer keeps of each weight and bias that moves.</summary>
        private void AddMoments()
        {
            long at = End;
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                moments[layer] = (int)at;
                at += 4L * Options.Moments * MovingEntries(layer);
            }
            string name = "moments (" + 4 * Options.Moments + " bytes a weight or bias)";
            Add(PlanItem.Moments, name, at - End);
        }

        /// <summary>Plans what errors leave behind for those of the next step.</summary>
        private void AddRanges()
        {
            RangesAt = End;
            int ranges = 8 * Model.LayerCount;
            LargestLossAt = Options.UpdatesPartly ? End + ranges : Nowhere;
            Add(PlanItem.ErrorRanges, "ranges of errors", Options.UpdatesPartly ? ranges + 4 : ranges);
        }

        /// <summary>Plans the averages of standardised gradients.</summary>
        private void AddAverages()
        {
            long at = End;
            averages = new int[Model.LayerCount];
            for (int layer = 0; IsStandardized && layer < Model.LayerCount; layer++)
            {
                averages[layer] = (int)at;
                at += WeightsAt[layer] >= 0 ? 8 * Model.Channels(layer) : 0;
            }
            Add(PlanItem.GradientAverages, "averages of gradients", at - End);
        }

        /// <summary>Weights and biases of a layer that have a trained copy.</summary>
        private int MovingEntries(int layer)
        {
            return (WeightsAt[layer] >= 0 ? Model.WeightCount(layer) : 0)
                + (BiasAt[layer] >= 0 ? Model.Channels(layer) : 0);
        }
    }
}
