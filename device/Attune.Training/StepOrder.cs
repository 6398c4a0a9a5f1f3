using Attune.Data;
using Attune.Numbers;

namespace Attune.Training
{
    /// <summary>Which samples a step takes, and at which learning rate.</summary>
    public sealed class StepOrder
    {
        private readonly TrainingOptions options;
        private readonly int sampleCount;
        private readonly SeedSequence seeds;
        private readonly int[] batch;
        private float rate;

        /// <summary>The order of the steps over a source.</summary>
        public StepOrder(TrainingOptions options, ISampleSource samples)
        {
            this.options = options;
            sampleCount = samples.Count;
            seeds = new SeedSequence(options.Seed);
            batch = new int[options.Batch];
        }

        /// <summary>Number of the step.</summary>
        public int Number { get; private set; }

        /// <summary>Samples of the step: a whole batch, or the rest of an epoch.</summary>
        public int Count { get; private set; }

        /// <summary>What the rate of the step is multiplied by; 1 when it begins.</summary>
        public float Scale { get; set; }

        /// <summary>Learning rate of the step: half a cosine from <see cref="TrainingOptions.LearningRate"/> to 0, times
        /// <see cref="Scale"/>.</summary>
        public float Rate
        {
            get { return rate * Scale; }
        }

        /// <summary>Goes to a step.</summary>
        /// <param name="number">Its number, 0..steps-1.</param>
        /// <param name="steps">Steps of the whole run.</param>
        public void Begin(int number, int steps)
        {
            Number = number;
            int stepsPerEpoch = options.StepsPerEpoch(sampleCount);
            int epoch = number / stepsPerEpoch;
            int first = number % stepsPerEpoch * options.Batch;
            Count = sampleCount - first < options.Batch ? sampleCount - first : options.Batch;
            seeds.Next(SeedPurpose.Order, epoch, 0, 0);
            Permutation order = new Permutation(sampleCount, seeds.Low);
            for (int n = 0; n < Count; n++)
            {
                batch[n] = order.At(first + n);
            }
            Scale = 1;
            rate = options.LearningRate * (CosineDecay.Factor(number, steps) / 1073741824f);
        }

        /// <summary>Number of the n-th sample of the step, n = 0..<see cref="Count"/>-1.</summary>
        public int Sample(int n)
        {
            return batch[n];
        }
    }
}
