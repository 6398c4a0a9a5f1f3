using System.Runtime.InteropServices;

namespace Attune.Host.Import;

/// <summary>A tensor of a <see cref="TfliteFile"/>; its parts are read, and checked, when they are asked for.</summary>
public sealed class TfliteTensor
{
    private const int MaximumRank = 8;
    private readonly TfliteFile file;
    private readonly FlatTable table;
    private readonly FlatTable? quantization;

    internal TfliteTensor(TfliteFile file, FlatTable table, int index)
    {
        this.file = file;
        this.table = table;
        Index = index;
        Type = table.UInt8(TensorField.Type);
        quantization = table.Table(TensorField.Quantization, "quantization parameters");
        Shape = ReadShape(TensorField.Shape);
        Signature = ReadShape(TensorField.ShapeSignature);
    }

    /// <summary>Number of the tensor in its subgraph.</summary>
    public int Index { get; }

    /// <summary>Element type, one of <see cref="TensorType"/>.</summary>
    public int Type { get; }

    /// <summary>Dimensions as the file states them; empty for a scalar, or where no shape is stated.</summary>
    public int[] Shape { get; }

    /// <summary>Dimensions with -1 where they may change; empty where the file has none.</summary>
    public int[] Signature { get; }

    /// <summary>Name and number for messages.</summary>
    public string Label => $"tensor {Index} '{Name}'";

    /// <summary>The exporter's name of the tensor.</summary>
    public string Name => table.Text(TensorField.Name);

    /// <summary>Whether an empty shape means a scalar.</summary>
    public bool HasRank => table.UInt8(TensorField.HasRank) != 0;

    /// <summary>Whether the tensor keeps its value from one inference to the next.</summary>
    public bool IsVariable => table.UInt8(TensorField.IsVariable) != 0;

    /// <summary>Whether the tensor is stored sparsely.</summary>
    public bool IsSparse => table.Has(TensorField.Sparsity);

    /// <summary>Whether the tensor's data are in another file.</summary>
    public bool IsExternal => table.UInt32(TensorField.ExternalBuffer) != 0;

    /// <summary>Whether the file holds the tensor's value.</summary>
    public bool IsConstant => IsExternal || file.HasData(table.UInt32(TensorField.Buffer));

    /// <summary>Whether quantization is given by scales and zero points (and not in another way).</summary>
    public bool HasPlainQuantization =>
        quantization is not { } parameters || parameters.UInt8(QuantizationField.DetailsType) == 0;

    /// <summary>Scales: none, one, or one a channel.</summary>
    public FlatVector Scales => quantization?.Vector(QuantizationField.Scales, 4, "scales") ?? default;

    /// <summary>Zero points: none, one, or one a channel.</summary>
    public FlatVector ZeroPoints => quantization?.Vector(QuantizationField.ZeroPoints, 8, "zero points") ?? default;

    /// <summary>The dimension that several scales belong to.</summary>
    public int QuantizedDimension => quantization?.Int32(QuantizationField.Dimension) ?? 0;

    /// <summary>Product of the dimensions, or -1 where one is not positive or the product exceeds 2^30.</summary>
    public long Elements
    {
        get
        {
            long elements = 1;
            foreach (int dimension in Shape)
            {
                elements *= dimension;
                if (dimension < 1 || elements > 1 << 30)
                {
                    return -1;
                }
            }
            return elements;
        }
    }

    /// <summary>The bytes of a constant tensor.</summary>
    /// <exception cref="ImportException">They are elsewhere, or not as many as shape and type call for.</exception>
    public ReadOnlySpan<byte> Data()
    {
        if (IsExternal)
        {
            throw new ImportException(
                $"{Label}: its data are in another file; export the model with its weights inside"
            );
        }
        ReadOnlySpan<byte> data = file.Data(table.UInt32(TensorField.Buffer), Label);
        long expected = Elements * TensorType.Bytes(Type);
        if (data.Length != expected)
        {
            throw new ImportException(
                $"{Label}: its buffer has {data.Length} bytes, shape {ShapeText(Shape)} of {TensorType.Name(Type)} "
                    + $"needs {Math.Max(expected, 0)}; the file is damaged, export it again"
            );
        }
        return data;
    }

    /// <summary>The values of a constant int8 tensor.</summary>
    public ReadOnlySpan<sbyte> Int8Data() => MemoryMarshal.Cast<byte, sbyte>(Data());

    /// <summary>The values of a constant int32 or int64 tensor.</summary>
    public long[] IntegerData()
    {
        ReadOnlySpan<byte> data = Data();
        var values = new long[Elements];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] =
                Type == TensorType.Int64
                    ? BitConverter.ToInt64(data[(8 * i)..])
                    : BitConverter.ToInt32(data[(4 * i)..]);
        }
        return values;
    }

    /// <summary>A shape as text, "1x32x32x3".</summary>
    public static string ShapeText(ReadOnlySpan<int> shape) =>
        shape.Length == 0 ? "()" : string.Join('x', shape.ToArray());

    private int[] ReadShape(int field)
    {
        FlatVector vector = table.Vector(field, 4, "shape");
        if (vector.Length > MaximumRank)
        {
            throw new ImportException(
                $"byte {table.Position}: {Label} has {vector.Length} dimensions, at most {MaximumRank} can be read; "
                    + "reshape it or export the file again"
            );
        }
        var shape = new int[vector.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = vector.Int32(i);
        }
        return shape;
    }
}
