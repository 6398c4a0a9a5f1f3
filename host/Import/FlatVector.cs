namespace Attune.Host.Import;

/// <summary>A vector of a <see cref="FlatBuffer"/>, a view of checked extent.</summary>
public readonly struct FlatVector
{
    private readonly FlatBuffer buffer;
    private readonly int first;
    private readonly int elementBytes;
    private readonly string what;

    internal FlatVector(FlatBuffer buffer, int position, int elementBytes, string what)
    {
        uint count = buffer.UInt32(position);
        if (count * (long)elementBytes > buffer.Length - position - 4)
        {
            throw FlatBuffer.Damaged(position, $"{count} elements of the {what} do not fit into the file");
        }
        this.buffer = buffer;
        this.elementBytes = elementBytes;
        this.what = what;
        first = position + 4;
        Length = (int)count;
    }

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>All elements as bytes.</summary>
    public ReadOnlySpan<byte> Bytes => Length == 0 ? [] : buffer.Bytes(first, (long)Length * elementBytes);

    /// <summary>An element of a vector of 4-byte integers.</summary>
    public int Int32(int index) => buffer.Int32(At(index));

    /// <summary>An element of a vector of 8-byte integers.</summary>
    public long Int64(int index) => buffer.Int64(At(index));

    /// <summary>An element of a vector of float32.</summary>
    public float Single(int index) => buffer.Single(At(index));

    /// <summary>An element of a vector of tables.</summary>
    public FlatTable Table(int index) => new(buffer, buffer.Follow(At(index), what));

    private long At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
        return first + (long)index * elementBytes;
    }
}
