using System;

namespace Attune.Storage
{
    /// <summary>An open file. Disposing it makes what was written durable.</summary>
    public interface IStorageFile : IDisposable
    {
        /// <summary>Bytes of the file.</summary>
        long Length { get; }

        /// <summary>Moves to a byte offset.</summary>
        void Seek(long offset);

        /// <summary>Reads exactly count bytes.</summary>
        void Read(byte[] data, int index, int count);

        /// <summary>Writes count bytes.</summary>
        void Write(byte[] data, int index, int count);
    }
}
