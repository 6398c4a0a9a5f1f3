namespace Attune.Runs
{
    /// <summary>A key whose value has a form of its own.</summary>
    internal sealed class TextKey : JobKey
    {
        private readonly TextOf get;
        private readonly TextTo set;

        public TextKey(string name, string takes, TextOf get, TextTo set, string help)
            : base(name, takes, help)
        {
            this.get = get;
            this.set = set;
        }

        public override bool Parse(TrainingJob job, string text)
        {
            return set(job, text);
        }

        public override string Text(TrainingJob job)
        {
            return get(job);
        }

        protected override bool IsNothing(TrainingJob job)
        {
            return get(job) == null;
        }
    }
}
