using System.Text;

namespace Attune.Tests.Import;

/// <summary>A value that stands after an offset: a table, a vector, a string.</summary>
internal abstract class FlatNode;

/// <summary>A table; fields hold byte, int, uint, long, ulong, float or <see cref="FlatNode"/>.</summary>
internal sealed class FlatTableNode : FlatNode
{
    public SortedDictionary<int, object> Fields { get; } = [];

    public object this[int field]
    {
        set => Fields[field] = value;
    }
}

/// <summary>A vector of scalars, given as bytes.</summary>
internal sealed class FlatScalars(byte[] bytes, int elementBytes) : FlatNode
{
    public byte[] Bytes { get; } = bytes;

    public int ElementBytes { get; } = elementBytes;

    public static FlatScalars Of(params int[] values) => new([.. values.SelectMany(BitConverter.GetBytes)], 4);

    public static FlatScalars Of(params long[] values) => new([.. values.SelectMany(BitConverter.GetBytes)], 8);

    public static FlatScalars Of(params float[] values) => new([.. values.SelectMany(BitConverter.GetBytes)], 4);

    public static FlatScalars Of(string text) => new(Encoding.UTF8.GetBytes(text), 1);
}

/// <summary>A vector of tables.</summary>
internal sealed class FlatNodes(IEnumerable<FlatNode> nodes) : FlatNode
{
    public IReadOnlyList<FlatNode> Nodes { get; } = [.. nodes];
}

/// <summary>Writes FlatBuffers, every value behind the one that refers to it.</summary>
internal sealed class FlatBufferWriter
{
    private readonly List<byte> bytes = [0, 0, 0, 0];

    public static byte[] Write(FlatTableNode root, string identifier)
    {
        var writer = new FlatBufferWriter();
        writer.bytes.AddRange(Encoding.ASCII.GetBytes(identifier));
        writer.Patch(0, writer.Emit(root));
        return [.. writer.bytes];
    }

    private int Emit(FlatNode node) =>
        node switch
        {
            FlatTableNode table => EmitTable(table),
            FlatScalars scalars => EmitScalars(scalars),
            FlatNodes nodes => EmitNodes(nodes),
            _ => throw new ArgumentException("no such node", nameof(node)),
        };

    private int EmitTable(FlatTableNode table)
    {
        int slots = table.Fields.Count == 0 ? 0 : table.Fields.Keys.Max() + 1;
        var entries = new ushort[slots];
        int size = 4;
        foreach (var (field, value) in table.Fields.OrderByDescending(pair => Bytes(pair.Value).Length))
        {
            int width = Bytes(value).Length;
            size = (size + width - 1) / width * width;
            entries[field] = (ushort)size;
            size += width;
        }
        while ((bytes.Count + 4 + 2 * slots) % 8 != 0)
        {
            bytes.Add(0);
        }
        int layout = bytes.Count;
        bytes.AddRange(BitConverter.GetBytes((ushort)(4 + 2 * slots)));
        bytes.AddRange(BitConverter.GetBytes((ushort)size));
        bytes.AddRange(entries.SelectMany(BitConverter.GetBytes));
        int position = bytes.Count;
        bytes.AddRange(BitConverter.GetBytes(position - layout));
        bytes.AddRange(new byte[size - 4]);
        foreach (var (field, value) in table.Fields)
        {
            Put(position + entries[field], Bytes(value));
        }
        foreach (var (field, value) in table.Fields)
        {
            if (value is FlatNode child)
            {
                Patch(position + entries[field], Emit(child));
            }
        }
        return position;
    }

    private int EmitScalars(FlatScalars scalars)
    {
        while ((bytes.Count + 4) % Math.Max(4, scalars.ElementBytes) != 0 || bytes.Count % 4 != 0)
        {
            bytes.Add(0);
        }
        int position = bytes.Count;
        bytes.AddRange(BitConverter.GetBytes(scalars.Bytes.Length / scalars.ElementBytes));
        bytes.AddRange(scalars.Bytes);
        return position;
    }

    private int EmitNodes(FlatNodes nodes)
    {
        while (bytes.Count % 4 != 0)
        {
            bytes.Add(0);
        }
        int position = bytes.Count;
        bytes.AddRange(BitConverter.GetBytes(nodes.Nodes.Count));
        bytes.AddRange(new byte[4 * nodes.Nodes.Count]);
        for (int i = 0; i < nodes.Nodes.Count; i++)
        {
            Patch(position + 4 + 4 * i, Emit(nodes.Nodes[i]));
        }
        return position;
    }

    /// <summary>A field's bytes in its table; those of an offset are zero until it is patched.</summary>
    private static byte[] Bytes(object value) =>
        value switch
        {
            byte number => [number],
            int number => BitConverter.GetBytes(number),
            uint number => BitConverter.GetBytes(number),
            long number => BitConverter.GetBytes(number),
            ulong number => BitConverter.GetBytes(number),
            float number => BitConverter.GetBytes(number),
            FlatNode => new byte[4],
            _ => throw new ArgumentException("no field of type " + value.GetType(), nameof(value)),
        };

    private void Patch(int at, int target) => Put(at, BitConverter.GetBytes(target - at));

    private void Put(int at, byte[] value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            bytes[at + i] = value[i];
        }
    }
}
