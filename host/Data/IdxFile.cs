using System.Buffers.Binary;
using System.IO.Compression;

namespace Attune.Host.Data;

/// <summary>
/// An array file of the MNIST family (IDX) with elements of uint8, plain or compressed with gzip: two zero bytes, a byte for
/// the type (8), a byte for the number of dimensions, each dimension as a big-endian int32, then the elements in C order.
/// </summary>
public sealed class IdxFile
{
    private const int UnsignedByte = 8;
    private const int MostDimensions = 4;
    private const string Advice = "get a complete copy of the file";

    private IdxFile(string path, int[] shape, byte[] values)
    {
        Path = path;
        Shape = shape;
        Values = values;
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Length of each of the 1 to 4 dimensions, at least 1.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>All elements.</summary>
    public byte[] Values { get; }

    /// <summary>Reads a file; what it is compressed with is seen from its first bytes, not from its name.</summary>
    /// <exception cref="DataException">The file cannot be read, or is no such array; byte offsets are those uncompressed.</exception>
    public static IdxFile Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[LfsPointer.Start.Length];
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            if (LfsPointer.Is(start))
            {
                throw new DataException($"{path}: this is a Git LFS pointer, not the file; run 'git lfs pull'.");
            }
            file.Position = 0;
            if (!start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            {
                return Parse(path, file);
            }
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            return Parse(path, unpacked);
        }
        catch (InvalidDataException error)
        {
            throw new DataException($"{path}: the gzip data is damaged; {Advice}.", error);
        }
        catch (Exception error) when (DataFile.IsSystemError(error))
        {
            throw DataFile.Unreadable(path, error);
        }
    }

    private static IdxFile Parse(string path, Stream stream)
    {
        Span<byte> header = stackalloc byte[4 + 4 * MostDimensions];
        Fill(path, stream, header[..4], 0);
        if (header[0] != 0 || header[1] != 0 || header[3] is 0 or > MostDimensions)
        {
            throw DataException.At(path, 0, "this is no IDX file", "give a file of MNIST's form (…-idx3-ubyte)");
        }
        if (header[2] != UnsignedByte)
        {
            throw DataException.At(path, 2, $"elements of type 0x{header[2]:X2}", "give a file of uint8, type 0x08");
        }
        int dimensions = header[3];
        Fill(path, stream, header.Slice(4, 4 * dimensions), 4);
        var shape = new int[dimensions];
        long count = 1;
        for (int axis = 0; axis < dimensions; axis++)
        {
            int at = 4 + 4 * axis;
            shape[axis] = BinaryPrimitives.ReadInt32BigEndian(header[at..]);
            count = shape[axis] is 0 ? 0 : count * shape[axis];
            if (shape[axis] < 1 || count > Array.MaxLength)
            {
                throw DataException.At(path, at, $"dimension {axis} is {(uint)shape[axis]}", Advice);
            }
        }
        int data = 4 + 4 * dimensions;
        return new IdxFile(path, shape, Elements(path, stream, count, data));
    }

    /// <summary>The elements, which must be the rest of the file. Memory grows with what is there, not with what is promised.</summary>
    private static byte[] Elements(string path, Stream stream, long count, int offset)
    {
        using var held = new MemoryStream();
        var block = new byte[1 << 16];
        for (int got; held.Length <= count && (got = stream.Read(block)) > 0; )
        {
            held.Write(block, 0, got);
        }
        return held.Length == count ? held.ToArray()
            : held.Length < count
                ? throw DataException.At(
                    path,
                    offset + held.Length,
                    $"the file ends here, {count - held.Length} bytes too early for its dimensions",
                    Advice
                )
            : throw DataException.At(path, offset + count, "more bytes than the dimensions say", Advice);
    }

    private static void Fill(string path, Stream stream, Span<byte> buffer, int offset)
    {
        int got = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (got < buffer.Length)
        {
            throw DataException.At(path, offset + got, "the file ends in its header", Advice);
        }
    }
}
