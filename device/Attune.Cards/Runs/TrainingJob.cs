using System.Text;
using Attune.Adaptation;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>
    /// Everything that decides a run, as read from job.txt: lines of "key = value", # starts a comment, keys not
    /// given keep their defaults. <see cref="JobKeys"/> has the keys.
    /// </summary>
    public sealed class TrainingJob
    {
        private const string AlignName = "align";
        private const string AlignPrefix = AlignName + "+";
        private const string AutomaticName = "auto";

        /// <summary>The first two bytes of text in UTF-16 that says so.</summary>
        private const int LittleEndianMark = 0xFFFE;
        private const int BigEndianMark = 0xFEFF;

        /// <summary>Align to unlabelled samples first.</summary>
        public bool Align = true;

        /// <summary>How to train (after alignment, if both); null: nothing is trained.</summary>
        public ITrainingMethod Method = TrainingMethods.At(0);

        /// <summary>Name of the board profile; informative.</summary>
        public string Board = "stm32f746";

        /// <summary>Bytes of arena that the run may use.</summary>
        public int ArenaBytes = 262144;

        /// <summary>Undo the training unless it leaves more validation samples correct than there were before it, and the
        /// alignment if it leaves fewer.</summary>
        public bool Rollback = true;

        /// <summary>Steps between checkpoints.</summary>
        public int CheckpointSteps = 20;

        /// <summary>Take the model's checksum again before a result is written: hours may have passed since the start, at
        /// which it is always taken.</summary>
        public bool VerifyModel = true;

        /// <summary>When a device may train; the result does not depend on it.</summary>
        public readonly NightWindow Night = new NightWindow();

        /// <summary>How to align, and what the input filter does.</summary>
        public readonly AlignmentOptions Alignment = new AlignmentOptions();

        /// <summary>How to train.</summary>
        public readonly TrainingOptions Training = new TrainingOptions();

        /// <summary>Per key: the text of a number as it was given; null: not given.</summary>
        internal readonly string[] Texts = new string[JobKeys.Count];

        /// <summary>Per key: whether it was set.</summary>
        private readonly bool[] given = new bool[JobKeys.Count];

        /// <summary>Whether the plan chooses how to train (<see cref="AutomaticChoice"/>); until then <see cref="Method"/> stands
        /// for it.</summary>
        public bool Automatic { get; private set; }

        /// <summary>Whether anything is trained.</summary>
        public bool Trains
        {
            get { return Method != null; }
        }

        /// <summary>Name of what is done, as "method" has it: align, zo, align+zo.</summary>
        public string MethodName
        {
            get
            {
                string name =
                    !Trains ? AlignName
                    : Automatic ? AutomaticName
                    : Method.Name;
                return Trains && Align ? AlignPrefix + name : name;
            }
        }

        /// <summary>The names that "method" takes, in words.</summary>
        public static string MethodNames
        {
            get
            {
                string text = AlignName;
                for (int i = 0; i < TrainingMethods.Count; i++)
                {
                    string name = TrainingMethods.At(i).Name;
                    text += ", " + name + ", " + AlignPrefix + name;
                }
                return text + ", " + AutomaticName + " or " + AlignPrefix + AutomaticName;
            }
        }

        /// <summary>A key that was set although method = auto chooses it, or null.</summary>
        public string Superfluous
        {
            get
            {
                for (int i = 0; Automatic && i < given.Length; i++)
                {
                    if (given[i] && AutomaticChoice.Decides(JobKeys.At(i).Name))
                    {
                        return JobKeys.At(i).Name;
                    }
                }
                return null;
            }
        }

        /// <summary>Reads the bytes of a job file: UTF-8, with or without a byte order mark.</summary>
        /// <exception cref="JobException">It is UTF-16, or a line is wrong; names the line, the key and what it takes.</exception>
        public static TrainingJob Parse(byte[] bytes)
        {
            int first = bytes.Length < 2 ? 0 : (bytes[0] << 8) | bytes[1];
            bool wide = first == LittleEndianMark || first == BigEndianMark;
            for (int i = 0; i < bytes.Length && !wide; i++)
            {
                // No text in UTF-8 has a zero byte, and no job in UTF-16 is without one.
                wide = bytes[i] == 0;
            }
            if (wide)
            {
                throw new JobException("job.txt: is not UTF-8 text but UTF-16 or binary; save it again as UTF-8");
            }
            bool marked = first == 0xEFBB && bytes.Length > 2 && bytes[2] == 0xBF;
            int start = marked ? 3 : 0;
            return Parse(Encoding.UTF8.GetString(bytes, start, bytes.Length - start));
        }

        /// <summary>Reads the text of a job file.</summary>
        /// <exception cref="JobException">Names the line, the key and what it takes.</exception>
        public static TrainingJob Parse(string text)
        {
            TrainingJob job = new TrainingJob();
            // Lines end with a line feed, or all with a carriage return.
            string[] lines = text.Split(text.IndexOf('\n') < 0 ? '\r' : '\n');
            for (int i = 0; i < lines.Length; i++)
            {
                string line = lines[i];
                int comment = line.IndexOf('#');
                line = (comment >= 0 ? line.Substring(0, comment) : line).Trim();
                if (line.Length == 0)
                {
                    continue;
                }
                int equals = line.IndexOf('=');
                if (equals <= 0)
                {
                    throw new JobException("job.txt line " + (i + 1) + ": expected 'key = value'");
                }
                string problem = job.Set(line.Substring(0, equals).Trim(), line.Substring(equals + 1).Trim());
                if (problem != null)
                {
                    throw new JobException("job.txt line " + (i + 1) + ": " + problem);
                }
            }
            if (job.Night.Half)
            {
                throw new JobException("job.txt: night-from and night-to go together; give both or none");
            }
            if (job.Superfluous != null)
            {
                throw new JobException("job.txt: " + job.Superfluous + ": method = auto chooses it; leave it out");
            }
            return job;
        }

        /// <summary>Sets one key. Returns null, or what is wrong.</summary>
        public string Set(string name, string value)
        {
            JobKey key = JobKeys.Find(name);
            if (key == null)
            {
                return "there is no key '" + name + "'";
            }
            given[key.Index] = true;
            return key.Parse(this, value) ? null : name + " = '" + value + "': takes " + key.Takes;
        }

        /// <summary>The job as text that <see cref="Parse(string)"/> reads back.</summary>
        public string Write()
        {
            return Text(true);
        }

        /// <summary>What decides a run's bytes, as text in one form: the job without checks and the hours that it may run in.</summary>
        public string Canonical()
        {
            return Text(false);
        }

        /// <summary>Sets what is done from a name. False if there is no such method; then nothing changes.</summary>
        internal bool SetMethod(string name)
        {
            bool both = name.IndexOf(AlignPrefix) == 0;
            string alone = both ? name.Substring(AlignPrefix.Length) : name;
            bool automatic = alone == AutomaticName;
            ITrainingMethod method = automatic ? TrainingMethods.At(0) : TrainingMethods.Find(alone);
            if (method == null && name != AlignName)
            {
                return false;
            }
            Automatic = automatic;
            Align = both || method == null;
            Method = method;
            return true;
        }

        private string Text(bool all)
        {
            string text = "";
            for (int i = 0; i < JobKeys.Count; i++)
            {
                JobKey key = JobKeys.At(i);
                bool written = (all || !key.Indifferent) && !(Automatic && AutomaticChoice.Decides(key.Name));
                string value = written ? key.Format(this) : null;
                text += value == null ? "" : key.Name + " = " + value + "\n";
            }
            return text;
        }
    }
}
