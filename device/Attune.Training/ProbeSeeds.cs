using Attune.Numbers;

namespace Attune.Training
{
    /// <summary>The seed of each probe of a step: measured and, later, formed into a gradient from the same seed.</summary>
    public sealed class ProbeSeeds
    {
        private readonly SeedSequence seeds;
        private readonly StepOrder order;

        /// <summary>Seeds for the steps of an order.</summary>
        public ProbeSeeds(TrainingOptions options, StepOrder order)
        {
            this.order = order;
            seeds = new SeedSequence(options.Seed);
        }

        /// <summary>First half of the seed.</summary>
        public uint Low
        {
            get { return seeds.Low; }
        }

        /// <summary>Second half of the seed.</summary>
        public uint High
        {
            get { return seeds.High; }
        }

        /// <summary>Goes to a probe of the current step.</summary>
        /// <param name="layer">The layer.</param>
        /// <param name="n">Sample of the batch.</param>
        /// <param name="query">Number of the probe.</param>
        public void Next(int layer, int n, int query)
        {
            seeds.Next(SeedPurpose.Probe, order.Number, n, (layer << 16) | query);
        }
    }
}
