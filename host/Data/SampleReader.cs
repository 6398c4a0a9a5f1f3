using System.Buffers.Binary;
using Attune.Data;
using Attune.Host.Model;
using Attune.Kernels;

namespace Attune.Host.Data;

/// <summary>Reads sample files (.ats, docs/FORMATS.md), one sample at a time, from any thread.</summary>
public sealed class SampleReader : IDisposable
{
    private const string Damaged = "write the file again, or get an undamaged copy";

    private readonly DataFile file;

    private SampleReader(DataFile file, SampleHeader header)
    {
        this.file = file;
        Header = header;
    }

    /// <summary>What the file holds.</summary>
    public SampleHeader Header { get; }

    /// <summary>Opens a file and checks its header and size.</summary>
    /// <exception cref="DataException">The file cannot be read or is no sound sample file.</exception>
    public static SampleReader Open(string path)
    {
        RequireKind(path);
        var file = DataFile.Open(path);
        try
        {
            return new SampleReader(file, ReadHeader(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what people give in place of a sample file: folders, pictures, other data, pointers to a file.</summary>
    /// <exception cref="DataException">Says what it is and how to make a sample file of it.</exception>
    public static void RequireKind(string path)
    {
        if (Directory.Exists(path))
        {
            throw new DataException(
                $"{path}: is a folder; make a sample file of it first: attune pack {path} -o samples.ats --model MODEL."
            );
        }
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: there is no such file; make it with 'attune pack'.");
        }
        using var file = DataFile.Open(path);
        var start = new byte[Math.Min(file.Length, 32)];
        file.Read(0, start);
        if (start.Length == 0)
        {
            throw new DataException($"{path}: the file is empty; {Damaged}.");
        }
        if (LfsPointer.Is(start))
        {
            throw new DataException($"{path}: this is a Git LFS pointer, not the samples; run 'git lfs pull'.");
        }
        string? other =
            start.AsSpan().StartsWith("ATS1"u8) ? null
            : start.AsSpan().StartsWith("ATM1"u8) || start.AsSpan(Math.Min(4, start.Length)).StartsWith("TFL3"u8)
                ? "a model; give samples (.ats) here"
            : start.AsSpan(Math.Min(1, start.Length)).StartsWith("NUMPY"u8)
                ? "a NumPy array; make a sample file with 'attune data' first"
            : ImageFile.IsPicture(path)
                ? "a picture; make a sample file of a folder of pictures with 'attune pack', or use 'attune classify'"
            : null;
        if (other is not null)
        {
            throw new DataException($"{path}: is {other}.");
        }
    }

    /// <summary>Reads one sample and checks its checksum, label and padding.</summary>
    /// <param name="position">0..Header.Count-1.</param>
    /// <exception cref="DataException">The record is damaged.</exception>
    public Sample Read(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Header.Count);
        var record = new byte[Header.RecordBytes];
        long offset = SampleFormat.HeaderBytes + position * Header.RecordBytes;
        file.Read(offset, record);
        if (!IsSealed(record))
        {
            throw DataException.At(
                file.Path,
                offset + record.Length - 4,
                $"the checksum of sample {position} is wrong",
                Damaged
            );
        }
        int label = BinaryPrimitives.ReadInt32LittleEndian(record);
        if (!Header.Allows(label))
        {
            throw DataException.At(
                file.Path,
                offset,
                $"sample {position} has label {label}, but the file has {Header.Classes} classes",
                Damaged
            );
        }
        int end = 4 + (int)Header.Elements;
        if (record.AsSpan(end, record.Length - 4 - end).ContainsAnyExcept((byte)0))
        {
            throw DataException.At(file.Path, offset + end, $"the padding of sample {position} is not zero", Damaged);
        }
        return new Sample(label, record[4..end]);
    }

    /// <summary>All samples in order.</summary>
    public IEnumerable<Sample> ReadAll()
    {
        for (int position = 0; position < Header.Count; position++)
        {
            yield return Read(position);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static SampleHeader ReadHeader(DataFile file)
    {
        var bytes = new byte[SampleFormat.HeaderBytes];
        if (file.Length == 0)
        {
            throw new DataException($"{file.Path}: the file is empty; {Damaged}.");
        }
        if (file.Length < bytes.Length)
        {
            throw DataException.At(file.Path, file.Length, "the file ends within its 512-byte header", Damaged);
        }
        file.Read(0, bytes);
        CheckFormat(file.Path, bytes);
        int namesBytes = Word(bytes, SampleFormat.ClassNamesBytesAt);
        if (namesBytes is < 0 or > SampleFormat.MaximumNamesBytes)
        {
            throw DataException.At(
                file.Path,
                SampleFormat.ClassNamesBytesAt,
                $"class names of {namesBytes} bytes are not in 0..{SampleFormat.MaximumNamesBytes}",
                Damaged
            );
        }
        var header = new SampleHeader(
            Word(bytes, SampleFormat.CountAt),
            Word(bytes, SampleFormat.HeightAt),
            Word(bytes, SampleFormat.WidthAt),
            Word(bytes, SampleFormat.ChannelsAt),
            (SampleType)Word(bytes, SampleFormat.TypeAt),
            Word(bytes, SampleFormat.ClassesAt)
        )
        {
            InputScale = BitConverter.Int32BitsToSingle(Word(bytes, SampleFormat.InputScaleAt)),
            InputZero = Word(bytes, SampleFormat.InputZeroAt),
        };
        CheckSizes(file, bytes, header, namesBytes);
        return namesBytes == 0
            ? header
            : header with
            {
                ClassNames = ReadNames(file, header, namesBytes, Word(bytes, SampleFormat.ClassNamesChecksumAt)),
            };
    }

    private static IReadOnlyList<string> ReadNames(DataFile file, SampleHeader header, int count, int checksum)
    {
        var bytes = new byte[count];
        file.Read(header.FileBytes, bytes);
        bool whole = ClassNames.Checksum(bytes) == (uint)checksum;
        return (whole ? ClassNames.Decode(bytes, header.Classes) : null)
            ?? throw DataException.At(
                file.Path,
                header.FileBytes,
                $"the names of the {header.Classes} classes are damaged",
                Damaged
            );
    }

    /// <summary>Magic, version and checksum.</summary>
    private static void CheckFormat(string path, byte[] bytes)
    {
        if (Word(bytes, SampleFormat.MagicAt) != SampleFormat.Magic)
        {
            throw DataException.At(
                path,
                SampleFormat.MagicAt,
                "this is no sample file: it does not begin with \"ATS1\"",
                "give a .ats file"
            );
        }
        int version = Word(bytes, SampleFormat.VersionAt);
        if (version != SampleFormat.Version)
        {
            throw DataException.At(
                path,
                SampleFormat.VersionAt,
                $"version {version} of the format is unknown, only {SampleFormat.Version} is known",
                "write the file with this version of the tool"
            );
        }
        if (!IsSealed(bytes))
        {
            throw DataException.At(path, SampleFormat.ChecksumAt, "the checksum of the header is wrong", Damaged);
        }
    }

    private static void CheckSizes(DataFile file, byte[] bytes, SampleHeader header, int namesBytes)
    {
        if (header.Fault is (int offset, string reason))
        {
            throw DataException.At(file.Path, offset, reason, Damaged);
        }
        int record = Word(bytes, SampleFormat.RecordBytesAt);
        if (record != header.RecordBytes)
        {
            throw DataException.At(
                file.Path,
                SampleFormat.RecordBytesAt,
                $"records of {record} bytes do not fit the shape, which needs {header.RecordBytes}",
                Damaged
            );
        }
        const int Reserved = SampleFormat.InputZeroAt + 4;
        int rest = bytes.AsSpan(Reserved..SampleFormat.ChecksumAt).IndexOfAnyExcept((byte)0);
        if (rest >= 0)
        {
            throw DataException.At(file.Path, Reserved + rest, "a reserved byte is not zero", Damaged);
        }
        long expected = header.FileBytes + namesBytes;
        if (file.Length != expected)
        {
            throw DataException.At(
                file.Path,
                Math.Min(file.Length, expected),
                $"the file has {file.Length} bytes, but {header.Count} samples need {expected}",
                Damaged
            );
        }
    }

    private static int Word(byte[] bytes, int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset));

    private static bool IsSealed(byte[] bytes) =>
        Native.Crc32(bytes, 0, bytes.Length - 4, 0)
        == BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4));
}
