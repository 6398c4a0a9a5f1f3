using System.Text;
using Attune.Kernels;

namespace Attune.Storage
{
    /// <summary>
    /// The log of a run: lines gather in memory and reach the file together with a checkpoint, so that after a restart the
    /// file can be cut back to what the checkpoint knows.
    /// </summary>
    public sealed class LogFile
    {
        private const int Block = 512;
        private readonly IStorage storage;
        private readonly string name;
        private readonly string header;
        private string pending = "";

        /// <summary>A log of a folder.</summary>
        /// <param name="storage">The folder.</param>
        /// <param name="name">The file's name.</param>
        /// <param name="header">Its first line.</param>
        public LogFile(IStorage storage, string name, string header)
        {
            this.storage = storage;
            this.name = name;
            this.header = header;
        }

        /// <summary>Bytes in the file.</summary>
        public int Length { get; private set; }

        /// <summary>CRC-32 of what was written to the file.</summary>
        public uint Checksum { get; private set; }

        /// <summary>Starts a new file; a card that cannot be written is noticed here and not hours later.</summary>
        public void Begin()
        {
            storage.Delete(name);
            Length = 0;
            Checksum = 0;
            pending = header + "\n";
            Flush();
        }

        /// <summary>
        /// Cuts the file back after a restart to what the checkpoint knows. A file that holds less keeps its whole lines, a
        /// missing one begins again: the log is a record, the run does not depend on it.
        /// </summary>
        /// <param name="length">Bytes that the checkpoint knows.</param>
        /// <param name="checksum">Their CRC-32.</param>
        /// <returns>What was found and done, or null if nothing was amiss.</returns>
        public string Resume(int length, uint checksum)
        {
            if (!storage.Exists(name))
            {
                Begin();
                return name + ": is missing; a new one begins";
            }
            using (IStorageFile file = storage.OpenWrite(name))
            {
                long found = file.Length;
                int kept = found < length ? WholeLines(file, (int)found) : length;
                uint actual = ChecksumOf(file, kept);
                Checksum = kept == length ? checksum : actual;
                Length = kept;
                if (found != kept)
                {
                    file.Truncate(kept);
                }
                pending = kept == 0 ? header + "\n" : "";
                if (found < length)
                {
                    return name + ": has " + found + " bytes instead of " + length + "; the lines between are lost";
                }
                if (actual != checksum)
                {
                    return name + ": checksum of its first " + length + " bytes differs; some lines are damaged";
                }
                return found > length ? name + ": " + (found - length) + " bytes after the checkpoint cut off" : null;
            }
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
            using (IStorageFile file = storage.OpenWrite(name))
            {
                file.Seek(Length);
                file.Write(bytes, 0, bytes.Length);
            }
            Length += bytes.Length;
            Checksum = Native.Crc32(bytes, 0, bytes.Length, Checksum);
            pending = "";
        }

        /// <summary>Bytes up to the end of the last whole line.</summary>
        private static int WholeLines(IStorageFile file, int length)
        {
            byte[] block = new byte[Block];
            int end = 0;
            for (int at = 0; at < length; at += Block)
            {
                int count = length - at < Block ? length - at : Block;
                file.Read(block, 0, count);
                for (int i = 0; i < count; i++)
                {
                    end = block[i] == '\n' ? at + i + 1 : end;
                }
            }
            return end;
        }

        private static uint ChecksumOf(IStorageFile file, int length)
        {
            byte[] block = new byte[Block];
            uint crc = 0;
            file.Seek(0);
            for (int at = 0; at < length; at += Block)
            {
                int count = length - at < Block ? length - at : Block;
                file.Read(block, 0, count);
                crc = Native.Crc32(block, 0, count, crc);
            }
            return crc;
        }
    }
}
