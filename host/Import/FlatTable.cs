using System.Text;

namespace Attune.Host.Import;

/// <summary>A table of a <see cref="FlatBuffer"/>: numbered fields, each present or at its default.</summary>
public readonly struct FlatTable
{
    private readonly FlatBuffer buffer;
    private readonly int position;
    private readonly int layout;
    private readonly int layoutBytes;
    private readonly int tableBytes;

    internal FlatTable(FlatBuffer buffer, int position)
    {
        this.buffer = buffer;
        this.position = position;
        long at = (long)position - buffer.Int32(position);
        if (at < 0 || at > buffer.Length - 4)
        {
            throw FlatBuffer.Damaged(position, $"a table has its field list at byte {at}, outside the file");
        }
        layout = (int)at;
        layoutBytes = buffer.UInt16(layout);
        tableBytes = buffer.UInt16(layout + 2);
        if (layoutBytes < 4 || layoutBytes % 2 != 0 || tableBytes < 4)
        {
            throw FlatBuffer.Damaged(layout, $"a field list of {layoutBytes} bytes for a table of {tableBytes} bytes");
        }
        buffer.Bytes(layout, layoutBytes);
        buffer.Bytes(position, tableBytes);
    }

    /// <summary>Byte offset of the table in the file.</summary>
    public int Position => position;

    /// <summary>Whether a field is present.</summary>
    public bool Has(int field) => Entry(field) != 0;

    /// <summary>A byte field, also for enumerations and booleans.</summary>
    public byte UInt8(int field, byte absent = 0) => Find(field, 1) is int at and not 0 ? buffer.UInt8(at) : absent;

    /// <summary>An int32 field.</summary>
    public int Int32(int field, int absent = 0) => Find(field, 4) is int at and not 0 ? buffer.Int32(at) : absent;

    /// <summary>A uint32 field.</summary>
    public uint UInt32(int field, uint absent = 0) => Find(field, 4) is int at and not 0 ? buffer.UInt32(at) : absent;

    /// <summary>A uint64 field.</summary>
    public ulong UInt64(int field) => Find(field, 8) is int at and not 0 ? (ulong)buffer.Int64(at) : 0;

    /// <summary>A float32 field.</summary>
    public float Single(int field) => Find(field, 4) is int at and not 0 ? buffer.Single(at) : 0;

    /// <summary>A nested table, or null.</summary>
    public FlatTable? Table(int field, string what) =>
        Find(field, 4) is int at and not 0 ? new FlatTable(buffer, buffer.Follow(at, what)) : null;

    /// <summary>A vector of elements of so many bytes; an absent one is empty.</summary>
    public FlatVector Vector(int field, int elementBytes, string what) =>
        Find(field, 4) is int at and not 0
            ? new FlatVector(buffer, buffer.Follow(at, what), elementBytes, what)
            : default;

    /// <summary>A string, made fit for a one-line message: control characters become '?', at most 80 characters.</summary>
    public string Text(int field)
    {
        FlatVector vector = Vector(field, 1, "string");
        int shown = Math.Min(vector.Length, 80);
        var text = new StringBuilder(Encoding.UTF8.GetString(vector.Bytes[..shown]));
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029')
            {
                text[i] = '?';
            }
        }
        return shown < vector.Length ? text + "..." : text.ToString();
    }

    private int Entry(int field)
    {
        int slot = 4 + 2 * field;
        return buffer is null || slot + 2 > layoutBytes ? 0 : buffer.UInt16(layout + slot);
    }

    /// <summary>Position of a field's value, or 0 where the field is absent.</summary>
    private int Find(int field, int bytes)
    {
        int entry = Entry(field);
        if (entry == 0)
        {
            return 0;
        }
        if (entry < 4 || entry + bytes > tableBytes)
        {
            throw FlatBuffer.Damaged(
                position,
                $"field {field} lies at {entry}, outside its table of {tableBytes} bytes"
            );
        }
        return position + entry;
    }
}
