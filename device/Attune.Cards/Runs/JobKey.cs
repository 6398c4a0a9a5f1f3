namespace Attune.Runs
{
    /// <summary>Reads a whole number of a job.</summary>
    public delegate int IntegerOf(TrainingJob job);

    /// <summary>Sets a whole number of a job.</summary>
    public delegate void IntegerTo(TrainingJob job, int value);

    /// <summary>Reads a number of a job.</summary>
    public delegate float NumberOf(TrainingJob job);

    /// <summary>Sets a number of a job.</summary>
    public delegate void NumberTo(TrainingJob job, float value);

    /// <summary>Reads a text of a job; null: nothing is to be written.</summary>
    public delegate string TextOf(TrainingJob job);

    /// <summary>Sets a job's value from a text. False if the text is none.</summary>
    public delegate bool TextTo(TrainingJob job, string text);

    /// <summary>A key of job.txt: what it takes, where its value goes, how it is written. <see cref="JobKeys"/> has them all.</summary>
    public abstract class JobKey
    {
        private readonly string takes;

        /// <summary>A key.</summary>
        /// <param name="name">As in "name = value".</param>
        /// <param name="takes">Its values in words, for messages and documents; null: the names of the methods.</param>
        /// <param name="help">What it is, for command lines and documents.</param>
        protected JobKey(string name, string takes, string help)
        {
            Name = name;
            this.takes = takes;
            Help = help;
        }

        /// <summary>Its name, as in "name = value".</summary>
        public string Name { get; private set; }

        /// <summary>Its values in words.</summary>
        public string Takes
        {
            get { return takes != null ? takes : TrainingJob.MethodNames; }
        }

        /// <summary>What it is.</summary>
        public string Help { get; private set; }

        /// <summary>Whether it says something of training, which a job that does not train has no use for.</summary>
        public bool OfTraining { get; private set; }

        /// <summary>Whether it is written only where it says something else than nothing.</summary>
        public bool Optional { get; private set; }

        /// <summary>Whether the run's bytes do not depend on it, so that a run may go on when it changes.</summary>
        public bool Indifferent { get; private set; }

        /// <summary>Place in <see cref="JobKeys"/>.</summary>
        internal int Index { get; set; }

        /// <summary>Marks a key of training.</summary>
        public JobKey Trains()
        {
            OfTraining = true;
            return this;
        }

        /// <summary>Marks an optional key.</summary>
        public JobKey IsOptional()
        {
            Optional = true;
            return this;
        }

        /// <summary>Marks a key on which the run's bytes do not depend.</summary>
        public JobKey IsIndifferent()
        {
            Indifferent = true;
            return this;
        }

        /// <summary>Sets a job's value from its text. False if the text is none.</summary>
        public abstract bool Parse(TrainingJob job, string text);

        /// <summary>A job's value as the text that <see cref="Parse"/> reads back; null: it has none.</summary>
        public abstract string Text(TrainingJob job);

        /// <summary>What a job file has of the key; null: nothing is to be written.</summary>
        public string Format(TrainingJob job)
        {
            return Optional && IsNothing(job) ? null : Text(job);
        }

        /// <summary>Whether a job's value is zero, off, or whatever says nothing.</summary>
        protected abstract bool IsNothing(TrainingJob job);
    }
}
