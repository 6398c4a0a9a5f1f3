using Attune.Kernels;
using Attune.Memory;

namespace Attune.Storage
{
    /// <summary>
    /// Two checkpoint files, written alternately and in place: whatever happens while one is written, the other is whole. A
    /// file counts only if its checksums do (docs/FORMATS.md).
    /// </summary>
    /// <remarks>
    /// Overwriting in place leaves the card's allocation table alone: a cut can tear sectors of this one file and nothing
    /// else. Which file a checkpoint goes to depends on the number of regular ones alone, so that a run that was stopped
    /// leaves the same files as one that was not.
    /// </remarks>
    public sealed class CheckpointStore
    {
        /// <summary>Words that a checkpoint holds beside the arena's state.</summary>
        public const int WordCount = 64;

        private const int Magic = 0x31435441;
        private const int Version = 2;
        private const int Block = 512;
        private const int WordsAt = 64;
        private static readonly string[] Names = new string[] { "state-a.atc", "state-b.atc" };
        private readonly IStorage storage;
        private readonly byte[] block = new byte[Block];
        private int sequence;

        /// <summary>The checkpoints of a folder.</summary>
        public CheckpointStore(IStorage storage)
        {
            this.storage = storage;
        }

        /// <summary>The file of the newest checkpoint.</summary>
        public string NewestName
        {
            get { return NameOf(sequence); }
        }

        /// <summary>Saves words and a range of the arena.</summary>
        /// <param name="identity">Checksum of job and model; a checkpoint of another job is not taken up.</param>
        /// <param name="words">At most <see cref="WordCount"/> words.</param>
        /// <param name="arena">The arena.</param>
        /// <param name="stateAt">First byte of the state.</param>
        /// <param name="stateBytes">Bytes of the state.</param>
        /// <param name="regular">Whether it is the next in the run's fixed order, or one between because the run is
        /// stopped; the next regular one takes the place of the latter.</param>
        public void Save(uint identity, int[] words, Arena arena, int stateAt, int stateBytes, bool regular)
        {
            sequence = regular ? (sequence | 1) + 1 : sequence | 1;
            uint crc = 0;
            for (int at = 0; at < stateBytes; at += Block)
            {
                int part = stateBytes - at < Block ? stateBytes - at : Block;
                arena.Read(stateAt + at, block, 0, part);
                crc = Native.Crc32(block, 0, part, crc);
            }
            using (IStorageFile file = storage.OpenWrite(NameOf(sequence)))
            {
                Clear(0);
                Put(0, Magic);
                Put(4, Version);
                Put(8, sequence);
                Put(12, (int)identity);
                Put(16, stateBytes);
                Put(20, (int)crc);
                for (int i = 0; i < words.Length; i++)
                {
                    Put(WordsAt + 4 * i, words[i]);
                }
                Put(508, (int)Native.Crc32(block, 0, 508, 0));
                file.Write(block, 0, Block);
                for (int at = 0; at < stateBytes; at += Block)
                {
                    int part = stateBytes - at < Block ? stateBytes - at : Block;
                    arena.Read(stateAt + at, block, 0, part);
                    Clear(part);
                    file.Write(block, 0, Block);
                }
                if (file.Length > FileBytes(stateBytes))
                {
                    file.Truncate(FileBytes(stateBytes));
                }
            }
        }

        /// <summary>
        /// Finds the newest whole checkpoint of a job. Returns its words, or null; <see cref="ReadState"/> then reads its
        /// state.
        /// </summary>
        /// <param name="identity">Checksum of job and model.</param>
        /// <param name="events">Told of files that cannot be used.</param>
        /// <exception cref="StorageException">A file is of another version, or the card fails.</exception>
        public int[] Find(uint identity, EventFile events)
        {
            int[] best = null;
            string[] problems = new string[Names.Length];
            int[] words = new int[WordCount + 1];
            StorageException unreadable = null;
            for (int i = 0; i < Names.Length; i++)
            {
                try
                {
                    // Once more, since a read can fail where the card does not.
                    problems[i] = Check(Names[i], identity, words) == null ? null : Check(Names[i], identity, words);
                }
                catch (StorageException error)
                {
                    if (error.Fault == CardFault.BadCheckpoint || !storage.Available)
                    {
                        throw error;
                    }
                    unreadable = error;
                    problems[i] = error.Message;
                }
                bool whole = problems[i] == null && words[WordCount] > 0;
                if (whole && (best == null || words[WordCount] > best[WordCount]))
                {
                    best = words;
                    words = new int[WordCount + 1];
                }
            }
            if (best == null && unreadable != null)
            {
                // Beginning again would overwrite what another card reader may still be able to read.
                throw unreadable;
            }
            sequence = best == null ? 0 : best[WordCount];
            for (int i = 0; i < Names.Length; i++)
            {
                if (problems[i] != null)
                {
                    string instead = best == null ? "no other to go on from" : "going on from the other one";
                    events.Add(Names[i] + ": " + problems[i] + "; " + instead);
                }
            }
            return best;
        }

        /// <summary>Reads the state of the checkpoint that <see cref="Find"/> returned into the arena.</summary>
        public void ReadState(Arena arena, int stateAt, int stateBytes)
        {
            using (IStorageFile file = storage.OpenRead(NewestName))
            {
                file.Read(block, 0, Block);
                if (Get(16) != stateBytes)
                {
                    throw new StorageException(
                        CardFault.BadCheckpoint,
                        NewestName
                            + ": holds "
                            + Get(16)
                            + " bytes of state instead of "
                            + stateBytes
                            + "; delete it to start again"
                    );
                }
                uint expected = (uint)Get(20);
                uint crc = 0;
                for (int at = 0; at < stateBytes; at += Block)
                {
                    int part = stateBytes - at < Block ? stateBytes - at : Block;
                    file.Read(block, 0, Block);
                    crc = Native.Crc32(block, 0, part, crc);
                    arena.Write(stateAt + at, block, 0, part);
                }
                if (crc != expected)
                {
                    throw new StorageException(
                        CardFault.CardError,
                        NewestName + ": read differently than a moment ago; check the card"
                    );
                }
            }
        }

        /// <summary>Removes both files.</summary>
        public void Delete()
        {
            storage.Delete(Names[0]);
            storage.Delete(Names[1]);
            sequence = 0;
        }

        /// <summary>
        /// Reads a file's words, and its sequence number as the last one: 0 if there is no file. Returns what is wrong with
        /// it, or null.
        /// </summary>
        private string Check(string name, uint identity, int[] words)
        {
            words[WordCount] = 0;
            if (!storage.Exists(name))
            {
                return null;
            }
            using (IStorageFile file = storage.OpenRead(name))
            {
                if (file.Length < Block)
                {
                    return "has only " + file.Length + " bytes";
                }
                file.Read(block, 0, Block);
                if (Get(0) != Magic || (uint)Get(508) != Native.Crc32(block, 0, 508, 0))
                {
                    return "checksum of its header differs";
                }
                if (Get(4) != Version)
                {
                    throw new StorageException(
                        CardFault.BadCheckpoint,
                        name + ": version " + Get(4) + ", this program reads " + Version + "; delete it to start again"
                    );
                }
                if ((uint)Get(12) != identity)
                {
                    return "belongs to another job, model or samples";
                }
                int stateBytes = Get(16);
                uint expected = (uint)Get(20);
                if (stateBytes < 0 || file.Length < FileBytes(stateBytes))
                {
                    return "has only " + file.Length + " bytes";
                }
                for (int i = 0; i < WordCount; i++)
                {
                    words[i] = Get(WordsAt + 4 * i);
                }
                int number = Get(8);
                uint crc = 0;
                for (int at = 0; at < stateBytes; at += Block)
                {
                    file.Read(block, 0, Block);
                    crc = Native.Crc32(block, 0, stateBytes - at < Block ? stateBytes - at : Block, crc);
                }
                if (crc != expected)
                {
                    return "checksum differs";
                }
                words[WordCount] = number;
                return null;
            }
        }

        /// <summary>Regular checkpoints 2, 4, 6... alternate; the odd number behind one goes to the other file.</summary>
        private static string NameOf(int sequence)
        {
            return Names[((sequence + 1) >> 1) & 1];
        }

        private static long FileBytes(int stateBytes)
        {
            return Block + ((long)stateBytes + Block - 1) / Block * Block;
        }

        /// <summary>Clears the block from an index on.</summary>
        private void Clear(int from)
        {
            for (int i = from; i < Block; i++)
            {
                block[i] = 0;
            }
        }

        private void Put(int at, int value)
        {
            block[at] = (byte)value;
            block[at + 1] = (byte)(value >> 8);
            block[at + 2] = (byte)(value >> 16);
            block[at + 3] = (byte)(value >> 24);
        }

        private int Get(int at)
        {
            return block[at] | (block[at + 1] << 8) | (block[at + 2] << 16) | (block[at + 3] << 24);
        }
    }
}
