using Attune.Model;

namespace Attune.Training
{
    /// <summary>What a step of back-propagation costs.</summary>
    public static class BackwardMacs
    {
        /// <summary>Multiply-accumulates of a step with a whole batch: a forward of each sample, then for each layer that an
        /// error passes as many as its forward has, and as many again for the gradient of its weights. Partial updates: the most that
        /// it may have.</summary>
        public static long Of(TrainingPlan plan)
        {
            QuantizedModel model = plan.Model;
            if (!plan.PropagatesBack())
            {
                return 0;
            }
            TrainingOptions options = plan.Options;
            long macs = 0;
            for (int layer = 0; layer <= model.LossLayer; layer++)
            {
                int times = 0;
                for (int number = 0; number < 2; number++)
                {
                    times += plan.Backward.PassesTo(layer, number) ? 1 : 0;
                }
                bool trained = plan.Source[layer] == GradientSource.BackPropagation;
                times += trained && plan.WeightsAt[layer] >= 0 ? 1 : 0;
                int channels = model.Channels(layer);
                bool chooses = plan.ChoosesChannels(layer);
                int kept = chooses ? TrainingOptions.Kept(options.LambdaMax, channels) : channels;
                macs += model.Macs(layer) + times * (model.Macs(layer) * kept / channels);
            }
            return macs * plan.Options.Batch;
        }
    }
}
