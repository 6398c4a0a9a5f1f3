using Attune.Kernels;
using Attune.Numbers;

namespace Attune.Runs
{
    /// <summary>The first block of a checkpoint file (docs/FORMATS.md): which run it belongs to, and the session's words.</summary>
    public sealed class Checkpoint
    {
        /// <summary>Bytes of the block.</summary>
        public const int BlockBytes = 512;

        /// <summary>The version that this program writes and reads.</summary>
        public const int CurrentVersion = 4;

        private const int Magic = 0x31435441;
        private const int WordsAt = 64;
        private const int ChecksumAt = BlockBytes - 4;

        /// <summary>Format version; the other members are those of <see cref="CurrentVersion"/>.</summary>
        public int Version { get; private set; } = CurrentVersion;

        /// <summary>Number of the checkpoint; the largest is the newest.</summary>
        public int Sequence { get; set; }

        /// <summary>Checksum of job, model and samples.</summary>
        public uint Identity { get; set; }

        /// <summary>Bytes of the arena's state, which follows the block.</summary>
        public int StateBytes { get; set; }

        /// <summary>CRC-32 of the state.</summary>
        public uint StateChecksum { get; set; }

        /// <summary>The session's words, see <see cref="SessionWord"/>.</summary>
        public int[] Words { get; private set; } = new int[SessionWord.Count];

        /// <summary>Bytes of a file with a state of this size.</summary>
        public long FileBytes
        {
            get { return BlockBytes + ((long)StateBytes + BlockBytes - 1) / BlockBytes * BlockBytes; }
        }

        /// <summary>Reads a block. Returns null if it is none, or its checksum is wrong.</summary>
        public static Checkpoint Parse(byte[] block)
        {
            uint checksum = Native.Crc32(block, 0, ChecksumAt, 0);
            if (LittleEndian.Get(block, 0) != Magic || (uint)LittleEndian.Get(block, ChecksumAt) != checksum)
            {
                return null;
            }
            Checkpoint checkpoint = new Checkpoint();
            checkpoint.Version = LittleEndian.Get(block, 4);
            checkpoint.Sequence = LittleEndian.Get(block, 8);
            checkpoint.Identity = (uint)LittleEndian.Get(block, 12);
            checkpoint.StateBytes = LittleEndian.Get(block, 16);
            checkpoint.StateChecksum = (uint)LittleEndian.Get(block, 20);
            for (int i = 0; i < SessionWord.Count; i++)
            {
                checkpoint.Words[i] = LittleEndian.Get(block, WordsAt + 4 * i);
            }
            return checkpoint;
        }

        /// <summary>Fills a block of <see cref="BlockBytes"/>.</summary>
        public void Write(byte[] block)
        {
            for (int i = 0; i < BlockBytes; i++)
            {
                block[i] = 0;
            }
            LittleEndian.Put(block, 0, Magic);
            LittleEndian.Put(block, 4, Version);
            LittleEndian.Put(block, 8, Sequence);
            LittleEndian.Put(block, 12, (int)Identity);
            LittleEndian.Put(block, 16, StateBytes);
            LittleEndian.Put(block, 20, (int)StateChecksum);
            for (int i = 0; i < SessionWord.Count; i++)
            {
                LittleEndian.Put(block, WordsAt + 4 * i, Words[i]);
            }
            LittleEndian.Put(block, ChecksumAt, (int)Native.Crc32(block, 0, ChecksumAt, 0));
        }
    }
}
