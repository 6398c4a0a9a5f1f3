using System;
using Attune.Kernels;
using Attune.Memory;
using Attune.Storage;

namespace Attune.Data
{
    /// <summary>A sample file (.ats, docs/FORMATS.md), read one record at a time; each record's checksum is checked.</summary>
    public sealed class SampleFile : ISampleSource, IDisposable
    {
        private const int HeaderBytes = 512;
        private readonly string name;
        private readonly IStorageFile file;
        private readonly bool unsigned;
        private readonly int recordBytes;
        private readonly byte[] buffer = new byte[512];

        /// <summary>Opens a file and checks its header and size.</summary>
        /// <exception cref="StorageException">Names the file, byte and reason.</exception>
        public SampleFile(IStorage storage, string name)
        {
            this.name = name;
            file = storage.OpenRead(name);
            try
            {
                if (file.Length < HeaderBytes)
                {
                    throw Bad(0, "ends after " + file.Length + " bytes, before its header");
                }
                file.Read(buffer, 0, HeaderBytes);
                Require(Integer(0) == 0x31535441, 0, "not a sample file (.ats)");
                Require(Native.Crc32(buffer, 0, 508, 0) == (uint)Integer(508), 508, "checksum of the header differs");
                Require(Integer(4) == 1, 4, "version " + Integer(4) + ", this program reads 1");
                Count = Integer(8);
                Height = Integer(12);
                Width = Integer(16);
                Channels = Integer(20);
                Classes = Integer(28);
                recordBytes = Integer(32);
                unsigned = Integer(24) == 1;
                Require(Count >= 1 && Count <= 1 << 24, 8, "number of samples " + Count + " is out of range");
                Require(Height >= 1 && Height <= 65535, 12, "height " + Height + " is out of range");
                Require(Width >= 1 && Width <= 65535, 16, "width " + Width + " is out of range");
                Require(Channels >= 1 && Channels <= 65535, 20, "channels " + Channels + " is out of range");
                Require((long)Height * Width * Channels <= 1 << 26, 12, "sample size is out of range");
                Require(Integer(24) == 0 || Integer(24) == 1, 24, "element type " + Integer(24) + " is unknown");
                Require(Classes >= 0 && Classes <= 65536, 28, "number of classes " + Classes + " is out of range");
                Require(recordBytes == 8 + ((SampleBytes + 3) & ~3), 32, "record size " + recordBytes + " is wrong");
                long expected = HeaderBytes + (long)Count * recordBytes;
                Require(file.Length == expected, 8, "the file has " + file.Length + " bytes instead of " + expected);
            }
            catch (StorageException)
            {
                file.Dispose();
                throw;
            }
        }

        /// <inheritdoc/>
        public int Count { get; private set; }

        /// <inheritdoc/>
        public int Classes { get; private set; }

        /// <summary>Rows of a sample.</summary>
        public int Height { get; private set; }

        /// <summary>Columns of a sample.</summary>
        public int Width { get; private set; }

        /// <summary>Channels of a sample.</summary>
        public int Channels { get; private set; }

        /// <inheritdoc/>
        public int SampleBytes
        {
            get { return Height * Width * Channels; }
        }

        /// <inheritdoc/>
        public int Load(int index, Arena arena, int offset)
        {
            long start = HeaderBytes + (long)index * recordBytes;
            file.Seek(start);
            file.Read(buffer, 0, 4);
            uint crc = Native.Crc32(buffer, 0, 4, 0);
            int label = Integer(0);
            if (label < (Classes > 0 ? 0 : -1) || label >= Classes)
            {
                throw Bad(start, "sample " + index + " has label " + label + ", the file has " + Classes + " classes");
            }
            int rest = recordBytes - 8;
            int left = SampleBytes;
            for (int at = 0; at < rest; at += buffer.Length)
            {
                int part = rest - at < buffer.Length ? rest - at : buffer.Length;
                file.Read(buffer, 0, part);
                crc = Native.Crc32(buffer, 0, part, crc);
                int used = left < part ? left : part;
                arena.Write(offset + at, buffer, 0, used);
                left -= used;
            }
            if (unsigned)
            {
                arena.FlipSigns(offset, SampleBytes);
            }
            file.Read(buffer, 0, 4);
            if ((uint)Integer(0) != crc)
            {
                throw Bad(start, "checksum of sample " + index + " differs");
            }
            return label;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            file.Dispose();
        }

        private int Integer(int at)
        {
            return buffer[at] | (buffer[at + 1] << 8) | (buffer[at + 2] << 16) | (buffer[at + 3] << 24);
        }

        private void Require(bool good, int at, string problem)
        {
            if (!good)
            {
                throw Bad(at, problem);
            }
        }

        private StorageException Bad(long at, string problem)
        {
            return new StorageException(
                name + " byte " + at + ": " + problem + "; make the file again or copy it again"
            );
        }
    }
}
