using Attune.Numbers;

namespace Attune.Runs
{
    /// <summary>A key of numbers from 0 to a million, or to a limit of its own. The job keeps their text as it was given.</summary>
    internal sealed class NumberKey : JobKey
    {
        private readonly NumberOf get;
        private readonly NumberTo set;
        private readonly string preset;
        private readonly bool takesZero;
        private readonly double high;

        public NumberKey(string name, string preset, bool takesZero, NumberOf get, NumberTo set, string help)
            : base(name, takesZero ? "a number from 0 to 1000000" : "a number above 0, up to 1000000", help)
        {
            this.preset = preset;
            this.takesZero = takesZero;
            this.get = get;
            this.set = set;
            high = 1e6;
        }

        /// <summary>A key of numbers from 0 to a limit.</summary>
        public NumberKey(string name, string preset, string high, NumberOf get, NumberTo set, string help)
            : this(name, preset, true, high, get, set, help) { }

        /// <summary>A key of numbers from 0, or above it, to a limit.</summary>
        public NumberKey(
            string name,
            string preset,
            bool takesZero,
            string high,
            NumberOf get,
            NumberTo set,
            string help
        )
            : base(name, (takesZero ? "a number from 0 to " : "a number above 0, up to ") + high, help)
        {
            this.preset = preset;
            this.takesZero = takesZero;
            this.get = get;
            this.set = set;
            this.high = DecimalNumber.Parse(high);
        }

        /// <summary>A key of training that is a share of all, which is what it is without a value.</summary>
        public static JobKey Share(string name, NumberOf get, NumberTo set, string help)
        {
            return new NumberKey(name, "1", false, "1", get, set, help).Trains().IsOptional();
        }

        public override bool Parse(TrainingJob job, string text)
        {
            double number = DecimalNumber.Parse(text);
            // Not a number fails every comparison.
            if (!(number >= 0 && number <= high) || (!takesZero && (float)number <= 0))
            {
                return false;
            }
            set(job, (float)number);
            job.Texts[Index] = text;
            return true;
        }

        public override string Text(TrainingJob job)
        {
            string text = job.Texts[Index];
            return text == null ? preset : text;
        }

        protected override bool IsNothing(TrainingJob job)
        {
            return get(job) == (float)DecimalNumber.Parse(preset);
        }
    }
}
