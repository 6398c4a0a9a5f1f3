using Attune.Data;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Numbers;

namespace Attune.Training
{
    /// <summary>
    /// Training samples, each changed by chance after it is loaded: mirrored, moved, louder or softer. What happens to a sample
    /// depends on the seed, the step and the sample's number alone, so that loading it again in a step gives the same bytes.
    /// </summary>
    public sealed class AugmentedSamples : ISampleSource
    {
        private static readonly string Augmenting = "augmenting sample ";
        private readonly ISampleSource samples;
        private readonly StepOrder order;
        private readonly TrainingOptions options;
        private readonly SeedSequence seeds;
        private readonly int height;
        private readonly int width;
        private readonly int channels;
        private readonly int zeroPoint;

        private AugmentedSamples(ISampleSource samples, StepOrder order, QuantizedModel model, TrainingOptions options)
        {
            this.samples = samples;
            this.order = order;
            this.options = options;
            seeds = new SeedSequence(options.Seed);
            height = model.Dimension(0, 1);
            width = model.Dimension(0, 2);
            channels = model.Dimension(0, 3);
            zeroPoint = model.InputZero;
        }

        /// <inheritdoc/>
        public int Count
        {
            get { return samples.Count; }
        }

        /// <inheritdoc/>
        public int Classes
        {
            get { return samples.Classes; }
        }

        /// <inheritdoc/>
        public int SampleBytes
        {
            get { return samples.SampleBytes; }
        }

        /// <summary>The samples as a trainer is to see them: augmented, or themselves where the options ask for nothing.</summary>
        /// <param name="samples">The samples.</param>
        /// <param name="order">Knows the step.</param>
        /// <param name="model">Its input is the shape of a sample.</param>
        /// <param name="options">Amounts, which go with that shape, and seed.</param>
        public static ISampleSource Of(
            ISampleSource samples,
            StepOrder order,
            QuantizedModel model,
            TrainingOptions options
        )
        {
            return options.Augments ? new AugmentedSamples(samples, order, model, options) : samples;
        }

        /// <inheritdoc/>
        public int Load(int index, Arena arena, int offset)
        {
            int label = samples.Load(index, arena, offset);
            seeds.Next(SeedPurpose.Augmentation, order.Number, index, 0);
            int status = Native.Augment(
                arena.Handle,
                offset,
                height,
                width,
                channels,
                zeroPoint,
                options.Flip ? 1 : 0,
                options.Shift,
                options.TimeShift,
                options.Gain,
                seeds.Low,
                seeds.High
            );
            KernelException.Check(status, Augmenting, index);
            return label;
        }
    }
}
