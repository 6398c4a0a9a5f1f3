using Attune.Numbers;

namespace Attune.Runs
{
    /// <summary>A key of whole numbers.</summary>
    internal sealed class IntegerKey : JobKey
    {
        private readonly int low;
        private readonly int high;
        private readonly IntegerOf get;
        private readonly IntegerTo set;

        public IntegerKey(string name, int low, int high, IntegerOf get, IntegerTo set, string help)
            : base(name, low + ".." + high, help)
        {
            this.low = low;
            this.high = high;
            this.get = get;
            this.set = set;
        }

        public override bool Parse(TrainingJob job, string text)
        {
            long number = DecimalNumber.ParseInteger(text);
            if (number < low || number > high)
            {
                return false;
            }
            set(job, (int)number);
            return true;
        }

        public override string Text(TrainingJob job)
        {
            return "" + get(job);
        }

        protected override bool IsNothing(TrainingJob job)
        {
            return get(job) == 0;
        }
    }
}
