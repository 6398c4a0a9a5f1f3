using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Model;

/// <summary>
/// A whole .atm model in managed memory, for tools that read its arrays directly. Parsing checks it with the engine's
/// own <see cref="QuantizedModel"/>.
/// </summary>
public sealed class AtmFile
{
    private readonly byte[] bytes;

    private AtmFile(byte[] bytes, int classes)
    {
        this.bytes = bytes;
        ClassCount = classes;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Bytes => bytes;

    /// <summary>Number of layers.</summary>
    public int LayerCount => Header(HeaderField.LayerCount);

    /// <summary>N, H, W, C of the network's input.</summary>
    public int[] InputShape => [.. Enumerable.Range(HeaderField.InputN, 4).Select(Header)];

    /// <summary>Scale of the network's input.</summary>
    public float InputScale => BitConverter.Int32BitsToSingle(Header(HeaderField.InputScale));

    /// <summary>Zero point of the network's input.</summary>
    public int InputZero => Header(HeaderField.InputZero);

    /// <summary>The layer whose accumulators are the class scores, or -1.</summary>
    public int Head => Header(HeaderField.Head);

    /// <summary>The tensor of class scores, or -1.</summary>
    public int LogitsTensor => Header(HeaderField.LogitsTensor);

    /// <summary>What the outputs are, one of <see cref="Attune.Model.OutputKind"/>.</summary>
    public int OutputKind => Header(HeaderField.OutputKind);

    /// <summary>Number of classes: of scores, 2 if there is a single one; 0 if the outputs are no classes.</summary>
    public int ClassCount { get; }

    /// <summary>Number of class scores; 1 stands for two classes, 0: the outputs are no classes.</summary>
    public int ScoreCount => LogitsTensor < 0 ? 0 : LayerRecord.OutputCount(Record(LogitsTensor - 1));

    /// <summary>Names of the classes, in the order of the outputs; empty: the model has none.</summary>
    public IReadOnlyList<string> ClassNames { get; private init; } = [];

    /// <summary>How raw values become the input's real values, or null if that is not declared.</summary>
    public InputRange? InputRange { get; private init; }

    /// <summary>The last layer that the loss needs: the classifier, or the one that writes the class scores.</summary>
    public int LastLayer => Head >= 0 ? Head : LogitsTensor - 1;

    /// <summary>Checks and wraps a file's bytes.</summary>
    /// <exception cref="ModelException">The bytes are no sound model.</exception>
    public static AtmFile Parse(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            throw new ModelException("the file is empty; get a complete copy of it, or import the network again");
        }
        using var arena = new Arena(16);
        arena.LoadModel(bytes);
        int classes = new QuantizedModel(arena).ClassCount;
        var bare = new AtmFile(bytes, classes);
        return new AtmFile(bytes, classes) { ClassNames = bare.ReadNames(), InputRange = bare.ReadRange() };
    }

    private IReadOnlyList<string> ReadNames()
    {
        int at = Header(HeaderField.ClassNames);
        int count = Header(HeaderField.ClassNamesBytes);
        if (at == 0)
        {
            return [];
        }
        Require(at, count, HeaderField.ClassNames, "class names");
        byte[] names = bytes[at..(at + count)];
        return Model.ClassNames.Checksum(names) == (uint)Header(HeaderField.ClassNamesChecksum)
            ? Model.ClassNames.Decode(names, ClassCount) ?? throw Bad(HeaderField.ClassNames, "class names")
            : throw Bad(HeaderField.ClassNamesChecksum, "class names");
    }

    private InputRange? ReadRange()
    {
        int at = Header(HeaderField.InputRange);
        int channels = Header(HeaderField.InputC);
        if (at == 0)
        {
            return null;
        }
        Require(at, 8L * channels, HeaderField.InputRange, "input range");
        float[] values = Float32(at, 2 * channels).ToArray();
        return values.All(float.IsFinite) && values[channels..].All(value => value != 0)
            ? new InputRange(values[..channels], values[channels..])
            : throw Bad(HeaderField.InputRange, "input range");
    }

    private void Require(int at, long count, int field, string what)
    {
        if (at < QuantizedModel.HeaderBytes || count < 0 || count > bytes.Length - at)
        {
            throw Bad(field, what);
        }
    }

    private static ModelException Bad(int field, string what) =>
        new($"byte {4 * field}: damaged {what}; get an undamaged copy of the model or import it again");

    /// <summary>A word of the header (docs/FORMATS.md).</summary>
    public int Header(int word) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(word * 4));

    /// <summary>A word of a layer's record, by <see cref="RecordField"/>.</summary>
    public int Word(int layer, int field) =>
        BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(QuantizedModel.RecordOffset(layer) + field * 4));

    /// <summary>All words of a layer's record.</summary>
    public ReadOnlySpan<int> Record(int layer) =>
        MemoryMarshal.Cast<byte, int>(bytes.AsSpan(QuantizedModel.RecordOffset(layer), QuantizedModel.RecordBytes));

    /// <summary>Elements of a tensor; 0 is the network's input, layer i writes tensor i + 1.</summary>
    public int Elements(int tensor) =>
        tensor == 0
            ? Header(HeaderField.InputN)
                * Header(HeaderField.InputH)
                * Header(HeaderField.InputW)
                * Header(HeaderField.InputC)
            : LayerRecord.OutputCount(Record(tensor - 1));

    /// <summary>A float word of a layer's record.</summary>
    public float Single(int layer, int field) => BitConverter.Int32BitsToSingle(Word(layer, field));

    /// <summary>An int8 array of the data part.</summary>
    public ReadOnlySpan<sbyte> Int8(int offset, int count) =>
        MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan(offset, count));

    /// <summary>An int32 array of the data part.</summary>
    public ReadOnlySpan<int> Int32(int offset, int count) =>
        MemoryMarshal.Cast<byte, int>(bytes.AsSpan(offset, count * 4));

    /// <summary>A float32 array of the data part.</summary>
    public ReadOnlySpan<float> Float32(int offset, int count) =>
        MemoryMarshal.Cast<byte, float>(bytes.AsSpan(offset, count * 4));
}
