using System.Text;

namespace Attune.Storage
{
    /// <summary>
    /// The log of a run: lines gather in memory and reach the file together with a checkpoint, so that after a restart the
    /// file can be cut back to what the checkpoint knows.
    /// </summary>
    public sealed class LogFile
    {
        private readonly IStorage storage;
        private readonly string name;
        private string pending = "";

        /// <summary>A log of a folder.</summary>
        public LogFile(IStorage storage, string name)
        {
            this.storage = storage;
            this.name = name;
        }

        /// <summary>Bytes in the file.</summary>
        public int Length { get; private set; }

        /// <summary>Starts a new file with a first line.</summary>
        public void Begin(string header)
        {
            storage.Delete(name);
            Length = 0;
            pending = header + "\n";
        }

        /// <summary>Cuts the file to a length after a restart.</summary>
        public void Resume(int length)
        {
            string part = name + ".part";
            byte[] block = new byte[512];
            // Power can be lost after an earlier cut has removed the old file and before it has renamed the new one.
            if (!storage.Exists(name) && storage.Exists(part))
            {
                storage.Replace(part, name);
            }
            using (IStorageFile from = storage.OpenRead(name))
            {
                if (from.Length < length)
                {
                    throw new StorageException(
                        CardFault.CardError,
                        name
                            + ": is shorter than the checkpoint says; delete state-a.atc and state-b.atc to start again"
                    );
                }
                using (IStorageFile to = storage.Create(part))
                {
                    for (int at = 0; at < length; at += block.Length)
                    {
                        int count = length - at < block.Length ? length - at : block.Length;
                        from.Read(block, 0, count);
                        to.Write(block, 0, count);
                    }
                }
            }
            storage.Replace(part, name);
            Length = length;
            pending = "";
        }

        /// <summary>Adds a line.</summary>
        public void Line(string text)
        {
            pending += text + "\n";
        }

        /// <summary>Appends the gathered lines to the file.</summary>
        public void Flush()
        {
            if (pending.Length == 0)
            {
                return;
            }
            byte[] bytes = Encoding.UTF8.GetBytes(pending);
            using (IStorageFile file = storage.OpenAppend(name))
            {
                file.Write(bytes, 0, bytes.Length);
            }
            Length += bytes.Length;
            pending = "";
        }
    }
}
