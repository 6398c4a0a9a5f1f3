namespace Attune.Adaptation
{
    /// <summary>What an input filter does: sums of <see cref="Denoise"/> and <see cref="Repair"/>.</summary>
    public static class InputFilterChoice
    {
        /// <summary>The model as it is.</summary>
        public const int Off = 0;

        /// <summary>The convolution takes away white noise.</summary>
        public const int Denoise = 1;

        /// <summary>The switching median replaces values that stand out.</summary>
        public const int Repair = 2;

        /// <summary>First repaired, then denoised.</summary>
        public const int Both = 3;

        /// <summary>The device chooses.</summary>
        public const int Automatic = 4;

        private static readonly string[] Names = new string[] { "off", "denoise", "repair", "both", "auto" };

        /// <summary>Name of a choice, as job.txt has it.</summary>
        public static string Name(int choice)
        {
            return Names[choice];
        }

        /// <summary>The choice of a name, or -1.</summary>
        public static int Find(string name)
        {
            for (int choice = 0; choice < Names.Length; choice++)
            {
                if (Names[choice] == name)
                {
                    return choice;
                }
            }
            return -1;
        }
    }
}
