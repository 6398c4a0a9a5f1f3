using System;
using Attune.Kernels;
using Attune.Memory;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Data
{
    /// <summary>
    /// A sample file (.ats, docs/FORMATS.md), read one record at a time; each record's checksum is checked. The card is read
    /// in whole, aligned sectors, and the last one is kept: records do not begin at sectors.
    /// </summary>
    public sealed class SampleFile : ISampleSource, IDisposable
    {
        private const int Sector = 512;
        private readonly string name;
        private readonly IStorageFile file;
        private bool unsigned;
        private int recordBytes;
        private readonly byte[] buffer = new byte[Sector];
        private long buffered = -1;

        /// <summary>Opens a file and checks its header and size.</summary>
        /// <exception cref="StorageException">Names the file, byte and reason.</exception>
        public SampleFile(IStorage storage, string name)
        {
            this.name = name;
            if (!storage.Exists(name))
            {
                throw new StorageException(
                    CardFault.BadSamples,
                    name + ": there is no such file; make it with 'attune pack' or write the card again"
                );
            }
            file = storage.OpenRead(name);
            try
            {
                ReadHeader();
                CheckHeader();
            }
            catch (StorageException error)
            {
                file.Dispose();
                throw error;
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

        /// <summary>CRC-32 of the names of the classes; 0: the file has none.</summary>
        public uint ClassNamesChecksum { get; private set; }

        /// <summary>Scale that the values were quantized with; 0: not said.</summary>
        public float InputScale { get; private set; }

        /// <summary>Zero point that the values were quantized with.</summary>
        public int InputZero { get; private set; }

        /// <inheritdoc/>
        public int SampleBytes
        {
            get { return Height * Width * Channels; }
        }

        /// <inheritdoc/>
        public int Load(int index, Arena arena, int offset)
        {
            long start = SampleFormat.HeaderBytes + (long)index * recordBytes;
            int label = 0;
            bool good = false;
            for (int attempt = 0; attempt < 2 && !good; attempt++)
            {
                // Once more, since a read can fail where the card does not.
                good = Read(start, arena, offset, out label);
            }
            if (!good)
            {
                throw Bad(start, "checksum of sample " + index + " differs");
            }
            if (label < (Classes > 0 ? 0 : -1) || label >= Classes)
            {
                throw Bad(start, "sample " + index + " has label " + label + ", the file has " + Classes + " classes");
            }
            return label;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            file.Dispose();
        }

        /// <summary>Reads a record into the arena. Returns whether its checksum is right; if not, the next read goes to the
        /// card again.</summary>
        private bool Read(long start, Arena arena, int offset, out int label)
        {
            long end = start + recordBytes;
            long elements = start + 4;
            uint crc = 0;
            label = 0;
            uint stored = 0;
            // Records are whole words, so that no word lies in two sectors.
            for (long at = start; at < end; )
            {
                int from = (int)(at % Sector);
                Fetch(at - from);
                int count = end - at < Sector - from ? (int)(end - at) : Sector - from;
                bool last = at + count == end;
                crc = Native.Crc32(buffer, from, last ? count - 4 : count, crc);
                label = at == start ? Integer(from) : label;
                stored = last ? (uint)Integer(from + count - 4) : stored;
                long first = at > elements ? at : elements;
                long behind = elements + SampleBytes < at + count ? elements + SampleBytes : at + count;
                if (first < behind)
                {
                    Put(arena, offset + (int)(first - elements), from + (int)(first - at), (int)(behind - first));
                }
                at += count;
            }
            buffered = stored == crc ? buffered : -1;
            return stored == crc;
        }

        /// <summary>Reads the sector at a multiple of 512, unless it is the one that was read last.</summary>
        private void Fetch(long at)
        {
            if (at == buffered)
            {
                return;
            }
            long length = file.Length;
            bool follows = buffered >= 0 && at == buffered + Sector;
            buffered = -1;
            if (!follows)
            {
                file.Seek(at);
            }
            file.Read(buffer, 0, length - at < Sector ? (int)(length - at) : Sector);
            buffered = at;
        }

        /// <summary>Puts values of the buffer into the arena, as int8.</summary>
        private void Put(Arena arena, int offset, int from, int count)
        {
            arena.Write(offset, buffer, from, count);
            if (unsigned)
            {
                arena.FlipSigns(offset, count);
            }
        }

        private int Integer(int at)
        {
            return LittleEndian.Get(buffer, at);
        }

        private void Require(bool good, int at, string problem)
        {
            if (!good)
            {
                throw Bad(at, problem);
            }
        }

        /// <summary>Reads the header as far as its checksum says that it is whole.</summary>
        private void ReadHeader()
        {
            if (file.Length == 0)
            {
                throw Bad(0, "the file is empty");
            }
            if (file.Length < SampleFormat.HeaderBytes)
            {
                throw Bad(0, "ends after " + file.Length + " bytes, before its header");
            }
            file.Read(buffer, 0, SampleFormat.HeaderBytes);
            Require(
                Integer(SampleFormat.MagicAt) == SampleFormat.Magic,
                SampleFormat.MagicAt,
                "not a sample file (.ats)"
            );
            Require(
                Native.Crc32(buffer, 0, SampleFormat.ChecksumAt, 0) == (uint)Integer(SampleFormat.ChecksumAt),
                SampleFormat.ChecksumAt,
                "checksum of the header differs"
            );
            Require(
                Integer(SampleFormat.VersionAt) == SampleFormat.Version,
                SampleFormat.VersionAt,
                "version " + Integer(SampleFormat.VersionAt) + ", this program reads " + SampleFormat.Version
            );
            Count = Integer(SampleFormat.CountAt);
            Height = Integer(SampleFormat.HeightAt);
            Width = Integer(SampleFormat.WidthAt);
            Channels = Integer(SampleFormat.ChannelsAt);
            Classes = Integer(SampleFormat.ClassesAt);
            recordBytes = Integer(SampleFormat.RecordBytesAt);
            unsigned = Integer(SampleFormat.TypeAt) == 1;
            ClassNamesChecksum = (uint)Integer(SampleFormat.ClassNamesChecksumAt);
            InputScale = BitConverter.ToSingle(buffer, SampleFormat.InputScaleAt);
            InputZero = Integer(SampleFormat.InputZeroAt);
        }

        /// <summary>Checks that every field is in range, and the file's size.</summary>
        private void CheckHeader()
        {
            Require(
                Count >= 1 && Count <= SampleFormat.MaximumCount,
                SampleFormat.CountAt,
                "number of samples " + Count + " is out of range"
            );
            Require(
                Height >= 1 && Height <= SampleFormat.MaximumSide,
                SampleFormat.HeightAt,
                "height " + Height + " is out of range"
            );
            Require(
                Width >= 1 && Width <= SampleFormat.MaximumSide,
                SampleFormat.WidthAt,
                "width " + Width + " is out of range"
            );
            Require(
                Channels >= 1 && Channels <= SampleFormat.MaximumSide,
                SampleFormat.ChannelsAt,
                "channels " + Channels + " is out of range"
            );
            Require(
                (long)Height * Width * Channels <= SampleFormat.MaximumElements,
                SampleFormat.HeightAt,
                "sample size is out of range"
            );
            Require(
                Integer(SampleFormat.TypeAt) == 0 || Integer(SampleFormat.TypeAt) == 1,
                SampleFormat.TypeAt,
                "element type " + Integer(SampleFormat.TypeAt) + " is unknown"
            );
            Require(
                Classes >= 0 && Classes <= SampleFormat.MaximumClasses,
                SampleFormat.ClassesAt,
                "number of classes " + Classes + " is out of range"
            );
            Require(
                recordBytes == 8 + ((SampleBytes + 3) & ~3),
                SampleFormat.RecordBytesAt,
                "record size " + recordBytes + " is wrong"
            );
            int names = Integer(SampleFormat.ClassNamesBytesAt);
            Require(
                names >= 0 && names <= SampleFormat.MaximumNamesBytes,
                SampleFormat.ClassNamesBytesAt,
                "size of the class names " + names + " is out of range"
            );
            long expected = SampleFormat.HeaderBytes + (long)Count * recordBytes + names;
            Require(file.Length == expected, 8, "the file has " + file.Length + " bytes instead of " + expected);
        }

        private StorageException Bad(long at, string problem)
        {
            return new StorageException(
                CardFault.BadSamples,
                name + " byte " + at + ": " + problem + "; make the file again or copy it again"
            );
        }
    }
}
