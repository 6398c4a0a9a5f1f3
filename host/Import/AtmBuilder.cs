using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Attune.Kernels;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>
/// Puts a model together: layer records as arrays of words, then the data that they point to. The result of
/// <see cref="Build"/> is a checked .atm file (docs/FORMATS.md).
/// </summary>
public sealed class AtmBuilder
{
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

    /// <summary>Number of blocks.</summary>
    public int BlockCount { get; set; } = 1;

    /// <summary>Samples behind the source statistics.</summary>
    public int CalibrationSamples { get; set; }

    /// <summary>Number of adaptations so far.</summary>
    public int Adaptations { get; set; }

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

    /// <summary>Sets a float word of a record.</summary>
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
        var bytes = new byte[at];
        int[] header =
        [
            0x314D5441,
            1,
            bytes.Length,
            0,
            records.Count,
            .. InputShape,
            BitConverter.SingleToInt32Bits(InputScale),
            InputZero,
            OutputTensor,
            LogitsTensor,
            Head,
            BlockCount,
            CalibrationSamples,
            Adaptations,
        ];
        MemoryMarshal.AsBytes(header.AsSpan()).CopyTo(bytes);
        for (int layer = 0; layer < records.Count; layer++)
        {
            MemoryMarshal.AsBytes(records[layer].AsSpan()).CopyTo(bytes.AsSpan(QuantizedModel.RecordOffset(layer)));
        }
        foreach (var (layer, field, data) in arrays)
        {
            data.CopyTo(bytes.AsSpan(records[layer][field]));
        }
        uint crc = Native.Crc32(bytes, 0, bytes.Length, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), crc);
        return AtmFile.Parse(bytes);
    }

    /// <summary>A builder that holds everything of an existing model, to be changed and built again.</summary>
    public static AtmBuilder From(AtmFile file)
    {
        var builder = new AtmBuilder
        {
            InputShape = [file.Header(5), file.Header(6), file.Header(7), file.Header(8)],
            InputScale = BitConverter.Int32BitsToSingle(file.Header(9)),
            InputZero = file.Header(10),
            OutputTensor = file.Header(11),
            LogitsTensor = file.Header(12),
            Head = file.Header(13),
            BlockCount = file.Header(14),
            CalibrationSamples = file.Header(15),
            Adaptations = file.Header(16),
        };
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            builder.AddExisting(file, layer);
        }
        return builder;
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

    private void AttachExisting(AtmFile file, int layer, int[] record)
    {
        int channels = record[RecordField.OutputN + 3];
        int filter = record[RecordField.Operator] switch
        {
            Operators.Conv2D => record[RecordField.KernelH]
                * record[RecordField.KernelW]
                * (record[RecordField.InputN + 3] / record[RecordField.Groups]),
            Operators.DepthwiseConv2D => record[RecordField.KernelH] * record[RecordField.KernelW],
            Operators.FullyConnected => record[RecordField.InputN + 3],
            _ => 0,
        };
        int weights = filter * channels;
        if ((record[RecordField.Flags] & RecordFlag.ConstantInput2) != 0)
        {
            weights = 1;
            for (int axis = 0; axis < 4; axis++)
            {
                weights *= record[RecordField.Input2N + axis];
            }
        }
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
