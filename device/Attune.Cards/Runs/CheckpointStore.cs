using Attune.Kernels;
using Attune.Memory;
using Attune.Storage;

namespace Attune.Runs
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
        private const int Block = Checkpoint.BlockBytes;
        private static readonly string[] Names = new string[] { CardFiles.FirstCheckpoint, CardFiles.SecondCheckpoint };
        private readonly IStorage storage;
        private readonly byte[] block = new byte[Block];
        private Checkpoint newest = new Checkpoint();

        /// <summary>The checkpoints of a folder.</summary>
        public CheckpointStore(IStorage storage)
        {
            this.storage = storage;
        }

        /// <summary>The file of the newest checkpoint.</summary>
        public string NewestName
        {
            get { return NameOf(newest.Sequence); }
        }

        /// <summary>Saves a checkpoint with a range of the arena.</summary>
        /// <param name="checkpoint">Its words, identity and state bytes; the rest is filled in.</param>
        /// <param name="arena">The arena.</param>
        /// <param name="stateAt">First byte of the state.</param>
        /// <param name="regular">Whether it is the next in the run's fixed order, or one between because the run is
        /// stopped; the next regular one takes the place of the latter.</param>
        public void Save(Checkpoint checkpoint, Arena arena, int stateAt, bool regular)
        {
            int sequence = newest.Sequence;
            int stateBytes = checkpoint.StateBytes;
            uint crc = 0;
            for (int at = 0; at < stateBytes; at += Block)
            {
                int part = stateBytes - at < Block ? stateBytes - at : Block;
                arena.Read(stateAt + at, block, 0, part);
                crc = Native.Crc32(block, 0, part, crc);
            }
            checkpoint.Sequence = regular ? (sequence | 1) + 1 : sequence | 1;
            checkpoint.StateChecksum = crc;
            newest = checkpoint;
            using (IStorageFile file = storage.OpenWrite(NewestName))
            {
                checkpoint.Write(block);
                file.Write(block, 0, Block);
                for (int at = 0; at < stateBytes; at += Block)
                {
                    int part = stateBytes - at < Block ? stateBytes - at : Block;
                    arena.Read(stateAt + at, block, 0, part);
                    for (int i = part; i < Block; i++)
                    {
                        block[i] = 0;
                    }
                    file.Write(block, 0, Block);
                }
                if (file.Length > checkpoint.FileBytes)
                {
                    file.Truncate(checkpoint.FileBytes);
                }
            }
        }

        /// <summary>
        /// Finds the newest whole checkpoint of a job, or null; <see cref="ReadState"/> then reads its state.
        /// </summary>
        /// <param name="identity">Checksum of job and model.</param>
        /// <param name="events">Told of files that cannot be used.</param>
        /// <exception cref="StorageException">A file is of another version, or the card fails.</exception>
        public Checkpoint Find(uint identity, EventFile events)
        {
            Checkpoint best = null;
            string[] problems = new string[Names.Length];
            StorageException unreadable = null;
            for (int i = 0; i < Names.Length; i++)
            {
                Checkpoint found = null;
                try
                {
                    problems[i] = Check(Names[i], identity, out found);
                    if (problems[i] != null)
                    {
                        // Once more, since a read can fail where the card does not.
                        problems[i] = Check(Names[i], identity, out found);
                    }
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
                bool newer = found != null && found.Sequence > 0 && (best == null || found.Sequence > best.Sequence);
                best = problems[i] == null && newer ? found : best;
            }
            if (best == null && unreadable != null)
            {
                // Beginning again would overwrite what another card reader may still be able to read.
                throw unreadable;
            }
            newest = best == null ? new Checkpoint() : best;
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
                if (newest.StateBytes != stateBytes)
                {
                    throw new StorageException(
                        CardFault.BadCheckpoint,
                        NewestName
                            + ": holds "
                            + newest.StateBytes
                            + " bytes of state instead of "
                            + stateBytes
                            + "; delete it to start again"
                    );
                }
                uint crc = 0;
                for (int at = 0; at < stateBytes; at += Block)
                {
                    int part = stateBytes - at < Block ? stateBytes - at : Block;
                    file.Read(block, 0, Block);
                    crc = Native.Crc32(block, 0, part, crc);
                    arena.Write(stateAt + at, block, 0, part);
                }
                if (crc != newest.StateChecksum)
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
            newest = new Checkpoint();
        }

        /// <summary>Reads and checks a file; null if there is none. Returns what is wrong with it, or null.</summary>
        private string Check(string name, uint identity, out Checkpoint found)
        {
            found = null;
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
                Checkpoint checkpoint = Checkpoint.Parse(block);
                if (checkpoint == null)
                {
                    return "checksum of its header differs";
                }
                if (checkpoint.Version != Checkpoint.CurrentVersion)
                {
                    throw new StorageException(
                        CardFault.BadCheckpoint,
                        name
                            + ": version "
                            + checkpoint.Version
                            + ", this program reads "
                            + Checkpoint.CurrentVersion
                            + "; delete it to start again"
                    );
                }
                if (checkpoint.Identity != identity)
                {
                    return "belongs to another job, model or samples";
                }
                int stateBytes = checkpoint.StateBytes;
                if (stateBytes < 0 || file.Length < checkpoint.FileBytes)
                {
                    return "has only " + file.Length + " bytes";
                }
                uint crc = 0;
                for (int at = 0; at < stateBytes; at += Block)
                {
                    file.Read(block, 0, Block);
                    crc = Native.Crc32(block, 0, stateBytes - at < Block ? stateBytes - at : Block, crc);
                }
                if (crc != checkpoint.StateChecksum)
                {
                    return "checksum differs";
                }
                found = checkpoint;
                return null;
            }
        }

        /// <summary>Regular checkpoints 2, 4, 6... alternate; the odd number after one goes to the other file.</summary>
        private static string NameOf(int sequence)
        {
            return Names[((sequence + 1) >> 1) & 1];
        }
    }
}
