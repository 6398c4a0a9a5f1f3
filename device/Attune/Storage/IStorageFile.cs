using System;

namespace Attune.Storage
{
    /// <summary>
    /// An open file. What is written is on the card, in 512-byte sectors, when the call returns; only power lost during the
    /// call can tear it.
    /// </summary>
    public interface IStorageFile : IDisposable
    {
        /// <summary>Bytes of the file.</summary>
        long Length { get; }

        /// <summary>Moves to a byte offset, at most the file's length.</summary>
        void Seek(long offset);

        /// <summary>Reads exactly count bytes.</summary>
        void Read(byte[] data, int index, int count);

        /// <summary>Writes count bytes; the file grows as needed.</summary>
        void Write(byte[] data, int index, int count);

        /// <summary>Cuts the file to a length, at most its own, and moves to its end.</summary>
        void Truncate(long length);
    }
}
