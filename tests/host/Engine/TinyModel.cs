using System.Runtime.InteropServices;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Model;

namespace Attune.Tests.Engine;

/// <summary>
/// Puts small networks together, layer after layer, with weights from a seeded generator. Scales are kept consistent:
/// s_w[c] = M[c] * output scale / input scale.
/// </summary>
internal sealed class TinyModel
{
    private readonly AtmBuilder builder = new();
    private readonly Random random;
    private readonly List<(int[] Shape, float Scale, int Zero)> tensors = [];

    public TinyModel(int seed, int height, int width, int channels, float scale = 0.5f, int zero = 0)
    {
        random = new Random(seed);
        builder.InputShape = [1, height, width, channels];
        builder.InputScale = scale;
        builder.InputZero = zero;
        tensors.Add(([1, height, width, channels], scale, zero));
    }

    /// <summary>The tensor that the last layer wrote.</summary>
    public int Last => tensors.Count - 1;

    public TinyModel Convolution(LayerSpec spec, int input = -1) => Weighted(Operators.Conv2D, spec, input);

    public TinyModel Depthwise(LayerSpec spec, int input = -1) => Weighted(Operators.DepthwiseConv2D, spec, input);

    public TinyModel FullyConnected(LayerSpec spec, int input = -1) => Weighted(Operators.FullyConnected, spec, input);

    /// <summary>A fully connected classifier whose accumulators give the loss.</summary>
    public TinyModel Head(LayerSpec spec)
    {
        FullyConnected(spec);
        builder.Head = builder.LayerCount - 1;
        builder.LogitsTensor = builder.LayerCount;
        return this;
    }

    /// <summary>The last tensor becomes the class scores, from which the loss is computed as int8.</summary>
    public TinyModel Logits()
    {
        builder.LogitsTensor = Last;
        return this;
    }

    /// <summary>The sum of two tensors of one shape and scale.</summary>
    public TinyModel Add(int first, int second)
    {
        var (shape, scale, zero) = tensors[first];
        int[] record = Begin(Operators.Add, first, shape, scale, zero);
        record[RecordField.Input2] = second;
        tensors[second].Shape.CopyTo(record, RecordField.Input2N);
        record[RecordField.Input2Zero] = tensors[second].Zero;
        AtmBuilder.SetSingle(record, RecordField.Input2Scale, tensors[second].Scale);
        double twice = 2.0 * Math.Max(scale, tensors[second].Scale);
        record[RecordField.LeftShift] = 20;
        SetMultiplier(record, RecordField.Multiplier1, RecordField.Shift1, scale / twice);
        SetMultiplier(record, RecordField.Multiplier2, RecordField.Shift2, tensors[second].Scale / twice);
        SetMultiplier(record, RecordField.Multiplier, RecordField.Shift, twice / (1 << 20) / scale);
        return this;
    }

    /// <summary>Average over windows of the last tensor, which do not overlap.</summary>
    public TinyModel AveragePool(int kernel)
    {
        var (shape, scale, zero) = tensors[Last];
        int[] record = Begin(
            Operators.AveragePool2D,
            Last,
            [1, shape[1] / kernel, shape[2] / kernel, shape[3]],
            scale,
            zero
        );
        SetWindow(record, kernel, kernel, 0);
        return this;
    }

    /// <summary>The last tensor in one row.</summary>
    public TinyModel Reshape()
    {
        var (shape, scale, zero) = tensors[Last];
        Begin(Operators.Reshape, Last, [1, 1, 1, Count(shape)], scale, zero);
        return this;
    }

    /// <summary>Later layers read the last tensor under another shape of as many elements.</summary>
    public TinyModel View(int height, int width, int channels)
    {
        tensors[Last] = tensors[Last] with { Shape = [1, height, width, channels] };
        return this;
    }

    /// <summary>Doubles the height and width of the last tensor.</summary>
    public TinyModel Upsample()
    {
        var (shape, scale, zero) = tensors[Last];
        Begin(Operators.Upsample, Last, [1, 2 * shape[1], 2 * shape[2], shape[3]], scale, zero);
        return this;
    }

    /// <summary>A tensor with rows and columns of zeros behind it.</summary>
    public TinyModel Pad(int input, int rows, int columns)
    {
        var (shape, scale, zero) = tensors[input];
        int[] record = Begin(Operators.Pad, input, [1, shape[1] + rows, shape[2] + columns, shape[3]], scale, zero);
        record[RecordField.PadAfterN + 1] = rows;
        record[RecordField.PadAfterN + 2] = columns;
        record[RecordField.PadValue] = zero;
        return this;
    }

    /// <summary>Median of each value's 3x3 window of the last tensor, where it stands out by more than the threshold.</summary>
    public TinyModel Median(int threshold)
    {
        var (shape, scale, zero) = tensors[Last];
        int[] record = Begin(Operators.Median2D, Last, shape, scale, zero);
        record[RecordField.Threshold] = threshold;
        return this;
    }

    /// <summary>Softmax of the last tensor, with the multiplier of scale 1/8.</summary>
    public TinyModel Softmax()
    {
        int[] record = Begin(Operators.Softmax, Last, tensors[Last].Shape, 1 / 256f, -128);
        record[RecordField.Multiplier] = 1 << 30;
        record[RecordField.Shift] = 24;
        record[RecordField.DiffMin] = -124;
        return this;
    }

    /// <summary>Words of a layer's record, to be changed.</summary>
    public int[] Record(int layer) => builder.Record(layer);

    public AtmFile Build(int blocks = 1)
    {
        builder.OutputTensor = builder.LayerCount;
        builder.BlockCount = blocks;
        return builder.Build();
    }

    /// <summary>Samples with values in zero + unit * (-range..range) and labels in turn.</summary>
    public static MemorySamples Samples(AtmFile file, int seed, int count, int classes, int range, int unit = 1)
    {
        var random = new Random(seed);
        var values = new List<byte[]>();
        var labels = new List<int>();
        for (int sample = 0; sample < count; sample++)
        {
            var data = new byte[
                file.Header(HeaderField.InputH) * file.Header(HeaderField.InputW) * file.Header(HeaderField.InputC)
            ];
            for (int i = 0; i < data.Length; i++)
            {
                data[i] = (byte)Math.Clamp(file.InputZero + unit * random.Next(-range, range + 1), -128, 127);
            }
            values.Add(data);
            labels.Add(classes == 0 ? -1 : sample % classes);
        }
        return new MemorySamples(values, labels, classes);
    }

    private static int Count(int[] shape) => shape[0] * shape[1] * shape[2] * shape[3];

    private static void SetMultiplier(int[] record, int multiplier, int shift, double value) =>
        (record[multiplier], record[shift]) = QuantizedMultiplier.From(value);

    private static void SetWindow(int[] record, int kernel, int stride, int pad)
    {
        record[RecordField.KernelH] = record[RecordField.KernelW] = kernel;
        record[RecordField.StrideH] = record[RecordField.StrideW] = stride;
        record[RecordField.DilationH] = record[RecordField.DilationW] = 1;
        record[RecordField.PadTop] = record[RecordField.PadLeft] = pad;
    }

    private int[] Begin(int operation, int input, int[] output, float scale, int zero)
    {
        int[] record = builder.AddRecord(operation);
        record[RecordField.Input] = input;
        tensors[input].Shape.CopyTo(record, RecordField.InputN);
        record[RecordField.InputZero] = tensors[input].Zero;
        AtmBuilder.SetSingle(record, RecordField.InputScale, tensors[input].Scale);
        output.CopyTo(record, RecordField.OutputN);
        record[RecordField.OutputZero] = zero;
        AtmBuilder.SetSingle(record, RecordField.OutputScale, scale);
        tensors.Add((output, scale, zero));
        return record;
    }

    private TinyModel Weighted(int operation, LayerSpec spec, int input)
    {
        input = input < 0 ? Last : input;
        int[] shape = tensors[input].Shape;
        if (operation == Operators.FullyConnected)
        {
            tensors[input] = tensors[input] with { Shape = [1, 1, 1, Count(shape)] };
        }
        int height = (shape[1] + 2 * spec.Pad - spec.Kernel) / spec.Stride + 1;
        int width = (shape[2] + 2 * spec.Pad - spec.Kernel) / spec.Stride + 1;
        int[] output =
            operation == Operators.FullyConnected ? [1, 1, 1, spec.Channels] : [1, height, width, spec.Channels];
        int[] record = Begin(operation, input, output, spec.OutputScale, spec.OutputZero);
        int filter = operation switch
        {
            Operators.Conv2D => spec.Kernel * spec.Kernel * shape[3] / spec.Groups,
            Operators.DepthwiseConv2D => spec.Kernel * spec.Kernel,
            _ => Count(shape),
        };
        if (operation != Operators.FullyConnected)
        {
            SetWindow(record, spec.Kernel, spec.Stride, spec.Pad);
            record[RecordField.Groups] = spec.Groups;
        }
        record[RecordField.ActMin] = spec.ActMin;
        record[RecordField.ActMax] = spec.ActMax;
        record[RecordField.Block] = spec.Block;
        Attach(spec, filter, tensors[input].Scale);
        return this;
    }

    private void Attach(LayerSpec spec, int filter, float inputScale)
    {
        int layer = builder.LayerCount - 1;
        var multipliers = new int[spec.Channels];
        var shifts = new int[spec.Channels];
        var scales = new float[spec.Channels];
        for (int channel = 0; channel < spec.Channels; channel++)
        {
            double real = spec.Multipliers[channel % spec.Multipliers.Length];
            (multipliers[channel], shifts[channel]) = QuantizedMultiplier.From(real);
            scales[channel] = (float)(real * spec.OutputScale / inputScale);
        }
        sbyte[] weights = [.. Draw(filter * spec.Channels, spec.WeightRange).Select(value => (sbyte)value)];
        builder.Attach<byte>(layer, RecordField.Weights, MemoryMarshal.AsBytes(weights.AsSpan()));
        if (spec.BiasRange >= 0)
        {
            builder.Attach<int>(
                layer,
                RecordField.Bias,
                Draw(spec.Channels, spec.BiasRange).Select(value => value * spec.BiasUnit).ToArray()
            );
        }
        builder.Attach<int>(layer, RecordField.Multipliers, multipliers);
        builder.Attach<int>(layer, RecordField.Shifts, shifts);
        builder.Attach<float>(layer, RecordField.Scales, scales);
        if (spec.Statistics)
        {
            builder.CalibrationSamples = 10;
            var statistics = new float[2 * spec.Channels];
            for (int channel = 0; channel < spec.Channels; channel++)
            {
                statistics[channel] = 4 * inputScale * scales[channel] * random.Next(-10, 11);
                float deviation = 4 * inputScale * scales[channel] * random.Next(3, 30);
                statistics[spec.Channels + channel] = deviation * deviation;
            }
            builder.Attach<float>(layer, RecordField.Statistics, statistics);
        }
    }

    private int[] Draw(int count, int range) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(-range, range + 1))];
}
