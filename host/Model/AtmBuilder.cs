using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Attune.Kernels;
using Attune.Model;

namespace Attune.Host.Model;

/// <summary>
/// Puts a model together: layer records as arrays of words, then the data that they point to. The result of
/// <see cref="Build"/> is a checked .atm file (docs/FORMATS.md).
/// </summary>
public sealed class AtmBuilder
{
    private const int Magic = 0x314D5441; // "ATM1"
    private readonly List<int[]> records = [];
    private readonly List<(int Record, int Field, byte[] Data)> arrays = [];

    /// <summary>N, H, W, C of the network's input; N is 1.</summary>
    public int[] InputShape { get; set; } = [1, 1, 1, 1];

    /// <summary>Scale of the network's input.</summary>
    public float InputScale { get; set; } = 1;

    /// <summary>Zero point of the network's input.</summary>
    public int InputZero { get; set; }

    /// <summary>The tensor that inference returns.</summary>
    public int OutputTensor { get; set; }

    /// <summary>The tensor of class scores, or -1.</summary>
    public int LogitsTensor { get; set; } = -1;

    /// <summary>The layer whose accumulators are the class scores, or -1.</summary>
    public int Head { get; set; } = -1;

    /// <summary>What the outputs are, one of <see cref="Attune.Model.OutputKind"/>.</summary>
    public int OutputKind { get; set; }

    /// <summary>Number of blocks.</summary>
    public int BlockCount { get; set; } = 1;

    /// <summary>Samples behind the source statistics.</summary>
    public int CalibrationSamples { get; set; }

    /// <summary>Number of adaptations so far.</summary>
    public int Adaptations { get; set; }

    /// <summary>Names of the classes, in the order of the outputs; empty: the model has none.</summary>
    public IReadOnlyList<string> ClassNames { get; set; } = [];

    /// <summary>How raw values become the input's real values, or null if that is not declared.</summary>
    public InputRange? InputRange { get; set; }

    /// <summary>Number of records so far.</summary>
    public int LayerCount => records.Count;

    /// <summary>A new record, filled with its neutral values; it writes tensor LayerCount (after the call).</summary>
    public int[] AddRecord(int operation)
    {
        var record = new int[RecordField.RecordWords];
        record[RecordField.Operator] = operation;
        record[RecordField.Input2] = -1;
        record[RecordField.Weights] = -1;
        record[RecordField.Bias] = -1;
        record[RecordField.Multipliers] = -1;
        record[RecordField.Shifts] = -1;
        record[RecordField.Scales] = -1;
        record[RecordField.Statistics] = -1;
        record[RecordField.Block] = -1;
        record[RecordField.ActMin] = -128;
        record[RecordField.ActMax] = 127;
        records.Add(record);
        return record;
    }

    /// <summary>The words of a record already added.</summary>
    public int[] Record(int layer) => records[layer];

    /// <summary>Attaches an array to an offset field of a record, replacing an earlier one.</summary>
    public void Attach<T>(int layer, int field, ReadOnlySpan<T> data)
        where T : unmanaged
    {
        arrays.RemoveAll(entry => entry.Record == layer && entry.Field == field);
        arrays.Add((layer, field, MemoryMarshal.AsBytes(data).ToArray()));
    }

    /// <summary>Sets a float word of a record or header.</summary>
    public static void SetSingle(int[] record, int field, float value) =>
        record[field] = BitConverter.SingleToInt32Bits(value);

    /// <summary>Everything as a file, checked.</summary>
    /// <exception cref="ModelException">The parts do not make a sound model.</exception>
    public AtmFile Build()
    {
        int at = QuantizedModel.HeaderBytes + records.Count * QuantizedModel.RecordBytes;
        foreach (var (layer, field, data) in arrays)
        {
            at = (at + 15) & ~15;
            records[layer][field] = at;
            at += data.Length;
        }
        var words = new int[HeaderField.HeaderWords];
        byte[] names = Place(Model.ClassNames.Encode(ClassNames), words, HeaderField.ClassNames, ref at);
        byte[] range = Place(RangeBytes(), words, HeaderField.InputRange, ref at);
        var bytes = new byte[at];
        FillHeader(words, at, names);
        MemoryMarshal.AsBytes(words.AsSpan()).CopyTo(bytes);
        names.CopyTo(bytes.AsSpan(words[HeaderField.ClassNames]));
        range.CopyTo(bytes.AsSpan(words[HeaderField.InputRange]));
        for (int layer = 0; layer < records.Count; layer++)
        {
            MemoryMarshal.AsBytes(records[layer].AsSpan()).CopyTo(bytes.AsSpan(QuantizedModel.RecordOffset(layer)));
        }
        foreach (var (layer, field, data) in arrays)
        {
            data.CopyTo(bytes.AsSpan(records[layer][field]));
        }
        uint crc = Native.Crc32(bytes, 0, bytes.Length, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * HeaderField.Checksum), crc);
        return AtmFile.Parse(bytes);
    }

    /// <summary>A builder that holds everything of an existing model, to be changed and built again.</summary>
    public static AtmBuilder From(AtmFile file)
    {
        AtmBuilder builder = FromHeader(file);
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            builder.AddExisting(file, layer);
        }
        return builder;
    }

    /// <summary>A builder without layers that has everything else of an existing model.</summary>
    public static AtmBuilder FromHeader(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new AtmBuilder
        {
            InputShape = file.InputShape,
            InputScale = file.InputScale,
            InputZero = file.InputZero,
            OutputTensor = file.Header(HeaderField.OutputTensor),
            LogitsTensor = file.LogitsTensor,
            Head = file.Head,
            OutputKind = file.OutputKind,
            BlockCount = file.Header(HeaderField.BlockCount),
            CalibrationSamples = file.Header(HeaderField.CalibrationSamples),
            Adaptations = file.Header(HeaderField.Adaptations),
            ClassNames = file.ClassNames,
            InputRange = file.InputRange,
        };
    }

    /// <summary>Adds a copy of another model's record with its arrays.</summary>
    public int[] AddExisting(AtmFile file, int layer)
    {
        ArgumentNullException.ThrowIfNull(file);
        int[] record = AddRecord(0);
        for (int field = 0; field < record.Length; field++)
        {
            record[field] = file.Word(layer, field);
        }
        AttachExisting(file, LayerCount - 1, record);
        return record;
    }

    /// <summary>Gives bytes of the header's a place at the end, if there are any.</summary>
    private static byte[] Place(byte[] data, int[] header, int field, ref int end)
    {
        if (data.Length > 0)
        {
            end = (end + 15) & ~15;
            header[field] = end;
            end += data.Length;
        }
        return data;
    }

    private byte[] RangeBytes()
    {
        if (InputRange is not { } range)
        {
            return [];
        }
        int channels = InputShape[3];
        if (!range.Fits(channels))
        {
            throw new ModelException(
                $"input range: {range.Means.Count} means, the model's input has {channels} channels; give one or {channels}"
            );
        }
        float[] values =
        [
            .. Enumerable.Range(0, channels).Select(channel => range.Means[range.Means.Count == 1 ? 0 : channel]),
            .. Enumerable.Range(0, channels).Select(channel => range.Deviations[range.Means.Count == 1 ? 0 : channel]),
        ];
        return MemoryMarshal.AsBytes<float>(values).ToArray();
    }

    private void FillHeader(int[] header, int fileBytes, byte[] names)
    {
        header[HeaderField.Magic] = Magic;
        header[HeaderField.Version] = 1;
        header[HeaderField.FileBytes] = fileBytes;
        header[HeaderField.LayerCount] = records.Count;
        InputShape.CopyTo(header, HeaderField.InputN);
        SetSingle(header, HeaderField.InputScale, InputScale);
        header[HeaderField.InputZero] = InputZero;
        header[HeaderField.OutputTensor] = OutputTensor;
        header[HeaderField.LogitsTensor] = LogitsTensor;
        header[HeaderField.Head] = Head;
        header[HeaderField.OutputKind] = OutputKind;
        header[HeaderField.BlockCount] = BlockCount;
        header[HeaderField.CalibrationSamples] = CalibrationSamples;
        header[HeaderField.Adaptations] = Adaptations;
        header[HeaderField.ClassNamesBytes] = names.Length;
        header[HeaderField.ClassNamesChecksum] = (int)Model.ClassNames.Checksum(names);
    }

    private void AttachExisting(AtmFile file, int layer, int[] record)
    {
        int channels = LayerRecord.Channels(record);
        int filter = LayerRecord.FilterSize(record);
        int weights = LayerRecord.HasConstant(record) ? LayerRecord.ConstantSize(record) : filter * channels;
        (int Field, int Bytes)[] parts =
        [
            (RecordField.Weights, weights),
            (RecordField.Bias, 4 * channels),
            (RecordField.Multipliers, 4 * channels),
            (RecordField.Shifts, 4 * channels),
            (RecordField.Scales, 4 * channels),
            (RecordField.Statistics, 8 * channels),
            (RecordField.Spectrum, 4 * filter),
        ];
        foreach (var (field, count) in parts)
        {
            if (weights > 0 && record[field] > 0)
            {
                Attach<byte>(layer, field, file.Bytes.AsSpan(record[field], count));
            }
        }
    }
}
