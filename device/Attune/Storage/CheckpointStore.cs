using Attune.Kernels;
using Attune.Memory;

namespace Attune.Storage
{
    /// <summary>
    /// Two checkpoint files, written alternately: whatever happens while one is written, the other is whole. A file
    /// counts only if its checksums do (docs/FORMATS.md).
    /// </summary>
    public sealed class CheckpointStore
    {
        /// <summary>Words that a checkpoint holds beside the arena's state.</summary>
        public const int WordCount = 64;

        private const int Magic = 0x31435441;
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

        /// <summary>Saves words and a range of the arena over the older of the two files.</summary>
        /// <param name="identity">Checksum of job and model; a checkpoint of another job is not taken up.</param>
        /// <param name="words">At most <see cref="WordCount"/> words.</param>
        /// <param name="arena">The arena.</param>
        /// <param name="stateAt">First byte of the state.</param>
        /// <param name="stateBytes">Bytes of the state.</param>
        public void Save(uint identity, int[] words, Arena arena, int stateAt, int stateBytes)
        {
            sequence++;
            uint crc = 0;
            for (int at = 0; at < stateBytes; at += Block)
            {
                int part = stateBytes - at < Block ? stateBytes - at : Block;
                arena.Read(stateAt + at, block, 0, part);
                crc = Native.Crc32(block, 0, part, crc);
            }
            using (IStorageFile file = storage.Create(Names[sequence & 1]))
            {
                Clear(0);
                Put(0, Magic);
                Put(4, 1);
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
            }
        }

        /// <summary>
        /// Finds the newest whole checkpoint of a job. Returns its words, or null; <see cref="ReadState"/> then reads its
        /// state.
        /// </summary>
        public int[] Find(uint identity)
        {
            int[] best = null;
            for (int i = 0; i < Names.Length; i++)
            {
                int[] words = Check(Names[i], identity);
                if (words != null && (best == null || words[WordCount] > best[WordCount]))
                {
                    best = words;
                }
            }
            sequence = best == null ? 0 : best[WordCount];
            return best;
        }

        /// <summary>Reads the state of the checkpoint that <see cref="Find"/> returned into the arena.</summary>
        public void ReadState(Arena arena, int stateAt, int stateBytes)
        {
            using (IStorageFile file = storage.OpenRead(Names[sequence & 1]))
            {
                file.Read(block, 0, Block);
                if (Get(16) != stateBytes)
                {
                    throw new StorageException(
                        Names[sequence & 1]
                            + ": holds "
                            + Get(16)
                            + " bytes of state instead of "
                            + stateBytes
                            + "; delete it to start again"
                    );
                }
                for (int at = 0; at < stateBytes; at += Block)
                {
                    file.Read(block, 0, Block);
                    arena.Write(stateAt + at, block, 0, stateBytes - at < Block ? stateBytes - at : Block);
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

        private int[] Check(string name, uint identity)
        {
            if (!storage.Exists(name))
            {
                return null;
            }
            using (IStorageFile file = storage.OpenRead(name))
            {
                if (file.Length < Block)
                {
                    return null;
                }
                file.Read(block, 0, Block);
                bool mine =
                    Get(0) == Magic
                    && Get(4) == 1
                    && (uint)Get(12) == identity
                    && (uint)Get(508) == Native.Crc32(block, 0, 508, 0);
                int stateBytes = Get(16);
                uint expected = (uint)Get(20);
                if (!mine || stateBytes < 0 || file.Length != Block + (long)(stateBytes + Block - 1) / Block * Block)
                {
                    return null;
                }
                int[] words = new int[WordCount + 1];
                for (int i = 0; i < WordCount; i++)
                {
                    words[i] = Get(WordsAt + 4 * i);
                }
                words[WordCount] = Get(8);
                uint crc = 0;
                for (int at = 0; at < stateBytes; at += Block)
                {
                    file.Read(block, 0, Block);
                    crc = Native.Crc32(block, 0, stateBytes - at < Block ? stateBytes - at : Block, crc);
                }
                return crc == expected ? words : null;
            }
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
