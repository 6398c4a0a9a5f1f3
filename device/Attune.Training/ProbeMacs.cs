using Attune.Model;

namespace Attune.Training
{
    /// <summary>What a step costs whose gradients come from forward passes, by the plan's gradient sources.</summary>
    public static class ProbeMacs
    {
        /// <summary>Multiply-accumulates of a step with a whole batch, exactly those that the engine counts.</summary>
        public static long Of(TrainingPlan plan)
        {
            QuantizedModel model = plan.Model;
            TrainingOptions options = plan.Options;
            int last = model.LossLayer;
            long eachSample = 0;
            long once = 0;
            bool first = true;
            for (int layer = last; layer >= 0; layer--)
            {
                if (!plan.IsProbed(layer))
                {
                    continue;
                }
                int cut = plan.Cut[layer];
                bool clean = first || plan.IsLayerByLayer;
                int probes = plan.Source[layer] == GradientSource.Exact ? 0 : options.QueriesOf(layer);
                eachSample += Range(model, 0, cut - 1);
                eachSample += (probes + (clean ? 1 : 0)) * Range(model, cut, last);
                first = false;
                if (plan.FormsNodes(layer))
                {
                    long input = Range(model, 0, model.Word(layer, RecordField.Input) - 1);
                    int channels = model.Channels(layer);
                    int tile = plan.TileFilters(layer);
                    // One sample's input stays for all tiles; several take each other's place.
                    bool repeats = options.Batch > 1 || plan.ReadsChain(layer);
                    eachSample += repeats ? (channels + tile - 1) / tile * input : 0;
                    once += repeats ? 0 : input;
                }
            }
            return eachSample * options.Batch + once;
        }

        /// <summary>Multiply-accumulates of layers from..to.</summary>
        private static long Range(QuantizedModel model, int from, int to)
        {
            long macs = 0;
            for (int layer = from; layer <= to; layer++)
            {
                macs += model.Macs(layer);
            }
            return macs;
        }
    }
}
