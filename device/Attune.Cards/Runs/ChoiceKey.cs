namespace Attune.Runs
{
    /// <summary>A key of named choices.</summary>
    internal sealed class ChoiceKey : JobKey
    {
        private static readonly int[] YesAndNo = new int[] { 1, 0 };
        private readonly string[] names;
        private readonly int[] values;
        private readonly IntegerOf get;
        private readonly IntegerTo set;

        public ChoiceKey(string name, string[] names, int[] values, IntegerOf get, IntegerTo set, string help)
            : base(name, Join(names), help)
        {
            this.names = names;
            this.values = values;
            this.get = get;
            this.set = set;
        }

        /// <summary>A key of two choices, 1 and 0.</summary>
        public static ChoiceKey Switch(string name, string yes, string no, IntegerOf get, IntegerTo set, string help)
        {
            return new ChoiceKey(name, new string[] { yes, no }, YesAndNo, get, set, help);
        }

        public override bool Parse(TrainingJob job, string text)
        {
            for (int i = 0; i < names.Length; i++)
            {
                if (names[i] == text)
                {
                    set(job, values[i]);
                    return true;
                }
            }
            return false;
        }

        public override string Text(TrainingJob job)
        {
            int value = get(job);
            for (int i = 0; i < names.Length; i++)
            {
                if (values[i] == value)
                {
                    return names[i];
                }
            }
            return null;
        }

        protected override bool IsNothing(TrainingJob job)
        {
            return get(job) == 0;
        }

        private static string Join(string[] names)
        {
            string text = "";
            for (int i = 0; i < names.Length; i++)
            {
                text +=
                    (
                        i == 0 ? ""
                        : i == names.Length - 1 ? " or "
                        : ", "
                    ) + names[i];
            }
            return text;
        }
    }
}
