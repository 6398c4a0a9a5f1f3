using System.Buffers.Binary;
using System.Text;

namespace Attune.Host.Import;

/// <summary>
/// Bounds-checked reading of a FlatBuffers file. Nothing is trusted: every position that the file states is checked
/// against its length before use, and a wrong one is reported with the byte offset at which it was found.
/// </summary>
/// <remarks>
/// Tables are followed only as deep as the caller's code asks for, so offsets that form a cycle do no harm, and
/// vectors are views, so no size in the file leads to an allocation.
/// </remarks>
public sealed class FlatBuffer
{
    private readonly byte[] data;

    /// <summary>Wraps a file's bytes, which must not change while they are read.</summary>
    public FlatBuffer(byte[] data) => this.data = data;

    /// <summary>Bytes of the file.</summary>
    public int Length => data.Length;

    /// <summary>The file identifier at bytes 4..7, or an empty string in a shorter file.</summary>
    public string Identifier => data.Length < 8 ? "" : Encoding.Latin1.GetString(data, 4, 4);

    /// <summary>The root table.</summary>
    /// <exception cref="ImportException">The file is too short, or its root lies outside.</exception>
    public FlatTable Root() => new(this, Follow(0, "root table"));

    /// <summary>Little-endian scalars at a position.</summary>
    public byte UInt8(long at) => Bytes(at, 1)[0];

    /// <inheritdoc cref="UInt8"/>
    public ushort UInt16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(at, 2));

    /// <inheritdoc cref="UInt8"/>
    public int Int32(long at) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(at, 4));

    /// <inheritdoc cref="UInt8"/>
    public uint UInt32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(at, 4));

    /// <inheritdoc cref="UInt8"/>
    public long Int64(long at) => BinaryPrimitives.ReadInt64LittleEndian(Bytes(at, 8));

    /// <inheritdoc cref="UInt8"/>
    public float Single(long at) => BinaryPrimitives.ReadSingleLittleEndian(Bytes(at, 4));

    /// <summary>A checked range of the file.</summary>
    /// <exception cref="ImportException">It reaches beyond the file.</exception>
    public ReadOnlySpan<byte> Bytes(long at, long count)
    {
        if (at < 0 || count < 0 || at > data.Length - count)
        {
            throw Damaged(at, $"{count} bytes are expected, the file ends at byte {data.Length}");
        }
        return data.AsSpan((int)at, (int)count);
    }

    /// <summary>Where the relative offset at a position leads.</summary>
    /// <param name="at">Position of the offset.</param>
    /// <param name="what">What should be there, for messages.</param>
    public int Follow(long at, string what)
    {
        long target = at + UInt32(at);
        if (target == at || target > data.Length - 4)
        {
            throw Damaged(at, $"the offset of the {what} leads to byte {target}, outside the file");
        }
        return (int)target;
    }

    internal static ImportException Damaged(long at, string reason) =>
        new($"byte {at}: {reason}; the file is damaged or truncated, copy or export it again");
}
