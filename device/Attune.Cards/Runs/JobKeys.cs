namespace Attune.Runs
{
    /// <summary>
    /// The keys of job.txt, in the order in which a job is written. Parsing, canonical text, command-line options and the table
    /// in docs/FORMATS.md come from here; <see cref="JobKeyList"/> has the entries.
    /// </summary>
    /// <remarks>The list takes some 10 KB of a device's managed heap, so it is made when it is asked for and can be forgotten.</remarks>
    public static class JobKeys
    {
        private static JobKeyList list;

        /// <summary>Number of keys.</summary>
        public static int Count
        {
            get { return Keys().Length; }
        }

        /// <summary>A key by number.</summary>
        public static JobKey At(int number)
        {
            return Keys()[number];
        }

        /// <summary>The key of a name, or null.</summary>
        public static JobKey Find(string name)
        {
            for (int i = 0; i < Keys().Length; i++)
            {
                if (Keys()[i].Name == name)
                {
                    return Keys()[i];
                }
            }
            return null;
        }

        /// <summary>Gives the memory of the list back until a key is asked for again.</summary>
        public static void Forget()
        {
            list = null;
        }

        private static JobKey[] Keys()
        {
            JobKeyList made = list;
            if (made == null)
            {
                made = new JobKeyList();
                list = made;
            }
            return made.Keys;
        }
    }
}
