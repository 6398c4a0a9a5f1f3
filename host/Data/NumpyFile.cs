using System.Buffers.Binary;
using System.Text;

namespace Attune.Host.Data;

/// <summary>The element types of <see cref="NumpyFile"/>.</summary>
public enum NumpyType
{
    /// <summary>'|u1'.</summary>
    UInt8,

    /// <summary>'&lt;i4'.</summary>
    Int32,

    /// <summary>'&lt;i8'.</summary>
    Int64,
}

/// <summary>
/// An array file of NumPy (.npy, format versions 1 to 3) with elements of uint8, or little-endian int32 or int64, in C
/// order. Elements are read when they are asked for, from any thread.
/// </summary>
public sealed class NumpyFile : IDisposable
{
    private const int MaxHeaderBytes = 1 << 16;
    private const string Advice = "save the array with numpy.save as C-ordered uint8, int32 or int64";

    private readonly DataFile file;
    private readonly long dataOffset;

    private NumpyFile(DataFile file, long dataOffset, NumpyType type, long[] shape)
    {
        this.file = file;
        this.dataOffset = dataOffset;
        Type = type;
        Shape = shape;
    }

    /// <summary>The file's path.</summary>
    public string Path => file.Path;

    /// <summary>Type of the elements.</summary>
    public NumpyType Type { get; }

    /// <summary>Length of each dimension.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Opens a file and checks its header and size.</summary>
    /// <exception cref="DataException">The file cannot be read, or is no such array.</exception>
    public static NumpyFile Open(string path)
    {
        var file = DataFile.Open(path);
        try
        {
            return Parse(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads bytes of a uint8 array.</summary>
    /// <param name="first">Number of the first element, counted through all dimensions.</param>
    /// <param name="buffer">Is filled.</param>
    /// <exception cref="DataException">The array is not uint8, or the file got shorter.</exception>
    public void ReadBytes(long first, Span<byte> buffer)
    {
        if (Type != NumpyType.UInt8)
        {
            throw new DataException($"{Path}: the elements are {Type}, but pixels are uint8; {Advice}.");
        }
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, file.Length - dataOffset - buffer.Length);
        file.Read(dataOffset + first, buffer);
    }

    /// <summary>Reads a one-dimensional array of any of the types as labels.</summary>
    /// <exception cref="DataException">The array has more dimensions or elements that are no labels.</exception>
    public int[] ReadLabels()
    {
        if (Shape.Count != 1 || Shape[0] > Image.MaxElements)
        {
            throw new DataException($"{Path}: labels have shape (N,), not {Describe(Shape)}; give a file of labels.");
        }
        int size = SizeOf(Type);
        var bytes = new byte[Shape[0] * size];
        file.Read(dataOffset, bytes);
        var labels = new int[Shape[0]];
        for (int i = 0; i < labels.Length; i++)
        {
            var element = bytes.AsSpan(i * size);
            long label = Type switch
            {
                NumpyType.UInt8 => element[0],
                NumpyType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
                _ => BinaryPrimitives.ReadInt64LittleEndian(element),
            };
            if (label is < 0 or > short.MaxValue)
            {
                throw DataException.At(
                    Path,
                    dataOffset + (long)i * size,
                    $"label {label} of element {i} is not in 0..{short.MaxValue}",
                    "give a file of class numbers"
                );
            }
            labels[i] = (int)label;
        }
        return labels;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <summary>A shape as NumPy writes it: (50000, 32, 32, 3).</summary>
    internal static string Describe(IReadOnlyList<long> shape) =>
        shape.Count == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";

    private static NumpyFile Parse(DataFile file)
    {
        var start = new byte[12];
        if (file.Length < start.Length)
        {
            throw DataException.At(file.Path, 0, "the file is too short for a .npy file", Advice);
        }
        file.Read(0, start);
        if (start[0] != 0x93 || !start.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw DataException.At(file.Path, 0, "this is no .npy file", Advice);
        }
        int version = start[6];
        if (version is < 1 or > 3)
        {
            throw DataException.At(file.Path, 6, $"version {version} of the format is unknown", Advice);
        }
        int headerStart = version == 1 ? 10 : 12;
        long headerBytes =
            version == 1
                ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))
                : BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        if (headerBytes > MaxHeaderBytes || headerStart + headerBytes > file.Length)
        {
            throw DataException.At(file.Path, 8, $"a header of {headerBytes} bytes does not fit the file", Advice);
        }
        var header = new byte[headerBytes];
        file.Read(headerStart, header);
        var (type, shape) = NumpyHeader.Parse(Encoding.UTF8.GetString(header), file.Path, headerStart);
        long data = SizeOf(type);
        foreach (long side in shape)
        {
            // Beyond the file's size the exact product does not matter, and might not fit 64 bits.
            data =
                side == 0 ? 0
                : data > file.Length / side ? file.Length + 1
                : data * side;
        }
        if (data != file.Length - headerStart - headerBytes)
        {
            throw DataException.At(
                file.Path,
                headerStart + headerBytes,
                $"{file.Length - headerStart - headerBytes} bytes of data do not make the shape {Describe(shape)}",
                "get a complete copy of the file"
            );
        }
        return new NumpyFile(file, headerStart + headerBytes, type, shape);
    }

    private static int SizeOf(NumpyType type) =>
        type switch
        {
            NumpyType.UInt8 => 1,
            NumpyType.Int32 => 4,
            _ => 8,
        };
}
