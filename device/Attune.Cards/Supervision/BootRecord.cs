using Attune.Data;
using Attune.Kernels;
using Attune.Numbers;

namespace Attune.Supervision
{
    /// <summary>
    /// Counts boots and remembers, over a reset, which sample was being worked on: a program that dies leaves its mark, and
    /// the next boot finds it. Two copies, written alternately, each valid only if its CRC-32 is.
    /// </summary>
    /// <remarks>
    /// A copy has nine words: magic, sequence number, boots, deaths at the same mark (bits 0..15) with stage (16..23) and
    /// what is on (24..31: nothing, a run, a pause), unit, file (bits 24..31) with sample (0..23), name of the mark of the last
    /// death, steps within the unit, CRC-32. Without backup memory everything is forgotten at a reset, and no crash loop is
    /// recognised.
    /// </remarks>
    public sealed class BootRecord : ISampleMark
    {
        /// <summary>Bytes of backup memory that the two copies take.</summary>
        public const int Bytes = 2 * CopyBytes;

        private const int CopyBytes = 36;
        private const int Checked = CopyBytes - 4;
        private const uint Magic = 0x32425441;
        private const int Idle = 0;
        private const int Running = 1;
        private const int Pausing = 2;
        private readonly IBackupMemory memory;
        private readonly byte[] copy = new byte[CopyBytes];
        private readonly bool kept;
        private int sequence;
        private int state;
        private int stage;
        private int unit;
        private int file;
        private int sample;
        private uint lastDeath;
        private int steps;

        /// <summary>Reads what the boot before has left.</summary>
        /// <param name="memory">At least <see cref="Bytes"/>, or it is not used.</param>
        public BootRecord(IBackupMemory memory)
        {
            this.memory = memory;
            kept = memory.Size >= Bytes;
            int newest = -1;
            for (int i = 0; kept && i < 2; i++)
            {
                memory.Read(CopyBytes * i, copy);
                bool whole =
                    (uint)LittleEndian.Get(copy, 0) == Magic
                    && (uint)LittleEndian.Get(copy, Checked) == Native.Crc32(copy, 0, Checked, 0);
                // The numbers wrap around; of two copies one is the other's successor.
                if (whole && (newest < 0 || LittleEndian.Get(copy, 4) - sequence > 0))
                {
                    newest = i;
                    sequence = LittleEndian.Get(copy, 4);
                }
            }
            if (newest >= 0)
            {
                memory.Read(CopyBytes * newest, copy);
                Take();
            }
            Died = state == Running;
            DiedInPause = state == Pausing;
            DiedStage = stage;
            DiedUnit = unit;
            DiedFile = file;
            DiedSample = sample;
            uint mark = Died ? Mark() : 0;
            Deaths =
                !Died ? 0
                : mark == lastDeath ? Deaths + 1
                : 1;
            lastDeath = mark;
            Boots++;
            Begin();
        }

        /// <summary>Boots since the backup memory was empty, this one included.</summary>
        public int Boots { get; private set; }

        /// <summary>Whether the boot before ended without <see cref="Finish"/>.</summary>
        public bool Died { get; private set; }

        /// <summary>
        /// Whether the boot before ended in its pause. Nothing runs then that could die: the reset came from outside.
        /// </summary>
        public bool DiedInPause { get; private set; }

        /// <summary>Boots in a row that ended so with the same mark, down to the same step within the unit.</summary>
        public int Deaths { get; private set; }

        /// <summary>Stage of the mark that was found.</summary>
        public int DiedStage { get; private set; }

        /// <summary>Unit of the mark that was found.</summary>
        public int DiedUnit { get; private set; }

        /// <summary>File of the mark that was found, one of <see cref="SkipList"/>'s; 0: no sample had been loaded.</summary>
        public int DiedFile { get; private set; }

        /// <summary>Sample of the mark that was found.</summary>
        public int DiedSample { get; private set; }

        /// <summary>Says which unit of which stage comes now; reaches the memory with the next sample.</summary>
        public void At(int stage, int unit)
        {
            this.stage = stage;
            this.unit = unit;
            steps = 0;
        }

        /// <summary>Says that the unit has got on. A program dies at the same step each time; a reset from outside does not.</summary>
        public void Step()
        {
            steps++;
            Save();
        }

        /// <summary>Begins a pause, in which a reset tells that resets come from outside.</summary>
        public void Pause()
        {
            state = Pausing;
            Save();
        }

        /// <summary>The pause is over.</summary>
        public void Resume()
        {
            state = Running;
            Save();
        }

        /// <inheritdoc/>
        public void Loading(int file, int sample)
        {
            this.file = file;
            this.sample = sample;
            steps++;
            Save();
        }

        /// <summary>Forgets the deaths, after something has been done about them.</summary>
        public void Forgive()
        {
            Deaths = 0;
            lastDeath = 0;
            Save();
        }

        /// <summary>The program ends in order: what follows is no death.</summary>
        public void Finish()
        {
            state = Idle;
            Deaths = 0;
            lastDeath = 0;
            Save();
        }

        private void Begin()
        {
            state = Running;
            stage = 0;
            unit = 0;
            file = 0;
            sample = 0;
            steps = 0;
            Save();
        }

        private void Take()
        {
            Boots = LittleEndian.Get(copy, 8);
            uint word = (uint)LittleEndian.Get(copy, 12);
            Deaths = (int)(word & 0xFFFF);
            stage = (int)((word >> 16) & 0xFF);
            state = (int)(word >> 24);
            unit = LittleEndian.Get(copy, 16);
            uint place = (uint)LittleEndian.Get(copy, 20);
            file = (int)(place >> 24);
            sample = (int)(place & 0xFFFFFF);
            lastDeath = (uint)LittleEndian.Get(copy, 24);
            steps = LittleEndian.Get(copy, 28);
        }

        private void Save()
        {
            if (!kept)
            {
                return;
            }
            sequence++;
            LittleEndian.Put(copy, 0, (int)Magic);
            LittleEndian.Put(copy, 4, sequence);
            LittleEndian.Put(copy, 8, Boots);
            LittleEndian.Put(copy, 12, (int)((Deaths > 0xFFFF ? 0xFFFF : Deaths) | (stage << 16) | (state << 24)));
            LittleEndian.Put(copy, 16, unit);
            LittleEndian.Put(copy, 20, (int)((file << 24) | sample));
            LittleEndian.Put(copy, 24, (int)lastDeath);
            LittleEndian.Put(copy, 28, steps);
            LittleEndian.Put(copy, Checked, (int)Native.Crc32(copy, 0, Checked, 0));
            memory.Write(CopyBytes * (sequence & 1), copy);
        }

        /// <summary>A number for stage, unit, file, sample and step; never 0.</summary>
        private uint Mark()
        {
            LittleEndian.Put(copy, 0, stage);
            LittleEndian.Put(copy, 4, unit);
            LittleEndian.Put(copy, 8, (int)((file << 24) | sample));
            LittleEndian.Put(copy, 12, steps);
            uint mark = Native.Crc32(copy, 0, 16, 0);
            return mark == 0 ? 1 : mark;
        }
    }
}
