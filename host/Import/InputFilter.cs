using Attune.Data;
using Attune.Execution;
using Attune.Host.Model;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>
/// Two layers in front of a model that change nothing until a device tunes them: a switching median (MEDIAN_2D) and a
/// convolution, both of the input's own shape and scale (attune.h, Input filter), with what the clean samples say
/// about when and how to use them.
/// </summary>
public static class InputFilter
{
    private const int Unit = 127; // the identity's weight
    private const double Quantile = 0.995;

    /// <summary>Kernel sizes that there are.</summary>
    public static bool IsKernel(int kernel) => kernel is 3 or 5 or 7;

    /// <summary>Puts the two layers in front of a model, as the identity; all other layers move by two.</summary>
    /// <param name="file">The model.</param>
    /// <param name="kernel">3, 5 or 7.</param>
    /// <exception cref="ImportException">The model has an input filter, or its input is no image that it could be for.</exception>
    public static AtmFile Insert(AtmFile file, int kernel)
    {
        ArgumentNullException.ThrowIfNull(file);
        int[] shape = file.InputShape;
        if (Of(file) >= 0)
        {
            throw new ImportException("--input-filter: the model has one already; start from the .tflite file");
        }
        if (shape[1] < kernel || shape[2] < kernel || shape[3] * kernel * kernel > QuantizedModel.PatchElements)
        {
            throw new ImportException(
                $"--input-filter {kernel}: the input is {shape[1]}x{shape[2]}x{shape[3]}; it must be an image of at least "
                    + $"{kernel}x{kernel} with at most {QuantizedModel.PatchElements / (kernel * kernel)} channels"
            );
        }
        AtmBuilder builder = AtmBuilder.FromHeader(file);
        builder.OutputTensor = Moved(builder.OutputTensor);
        builder.LogitsTensor = Moved(builder.LogitsTensor);
        builder.Head = Moved(builder.Head);
        AddMedian(builder);
        AddConvolution(builder, kernel);
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            int[] record = builder.AddExisting(file, layer);
            record[RecordField.Input] = Moved(record[RecordField.Input]);
            record[RecordField.Input2] = Moved(record[RecordField.Input2]);
        }
        return builder.Build();
    }

    /// <summary>Number of the convolution of a model's input filter, or -1.</summary>
    public static int Of(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            if (file.Word(layer, RecordField.Spectrum) != 0)
            {
                return layer;
            }
        }
        return -1;
    }

    /// <summary>Measures the clean samples: the spectrum of their patches, and how far values lie from their median.</summary>
    /// <param name="file">A model with an input filter at its beginning.</param>
    /// <param name="samples">Clean samples of the model's input shape.</param>
    /// <param name="count">How many of them.</param>
    public static AtmFile Calibrate(AtmFile file, ISampleSource samples, int count)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(samples);
        int filter = Of(file);
        int kernel = file.Word(filter, RecordField.KernelH);
        int channels = file.Word(filter, RecordField.OutputN + 3);
        var (sums, distances) = Measure(file, samples, count);
        var builder = AtmBuilder.From(file);
        builder.Attach<float>(filter, RecordField.Spectrum, DctSpectrum.Of(sums, kernel, channels));
        builder.Record(filter - 1)[RecordField.ThresholdSource] = Percentile(distances);
        return builder.Build();
    }

    private static int Moved(int number) => number < 0 ? number : number + 2;

    private static int[] AddLayer(AtmBuilder builder, int operation, int input)
    {
        int[] record = builder.AddRecord(operation);
        record[RecordField.Input] = input;
        builder.InputShape.CopyTo(record, RecordField.InputN);
        builder.InputShape.CopyTo(record, RecordField.OutputN);
        record[RecordField.InputZero] = record[RecordField.OutputZero] = builder.InputZero;
        AtmBuilder.SetSingle(record, RecordField.InputScale, builder.InputScale);
        AtmBuilder.SetSingle(record, RecordField.OutputScale, builder.InputScale);
        record[RecordField.Source] = -1;
        return record;
    }

    private static void AddMedian(AtmBuilder builder)
    {
        int[] record = AddLayer(builder, Operators.Median2D, 0);
        record[RecordField.Threshold] = record[RecordField.ThresholdSource] = byte.MaxValue;
    }

    private static void AddConvolution(AtmBuilder builder, int kernel)
    {
        int channels = builder.InputShape[3];
        int[] record = AddLayer(builder, Operators.Conv2D, 1);
        for (int axis = 0; axis < 2; axis++)
        {
            record[RecordField.KernelH + axis] = kernel;
            record[RecordField.StrideH + axis] = record[RecordField.DilationH + axis] = 1;
            record[RecordField.PadTop + axis] = kernel / 2;
        }
        record[RecordField.Groups] = 1;
        var weights = new sbyte[channels * kernel * kernel * channels];
        for (int channel = 0; channel < channels; channel++)
        {
            weights[(channel * kernel * kernel + kernel * kernel / 2) * channels + channel] = Unit;
        }
        var (multiplier, shift) = QuantizedMultiplier.From(1.0 / Unit);
        builder.Attach<sbyte>(1, RecordField.Weights, weights);
        builder.Attach<int>(1, RecordField.Bias, new int[channels]);
        builder.Attach<int>(1, RecordField.Multipliers, [.. Enumerable.Repeat(multiplier, channels)]);
        builder.Attach<int>(1, RecordField.Shifts, [.. Enumerable.Repeat(shift, channels)]);
        builder.Attach<float>(1, RecordField.Scales, [.. Enumerable.Repeat(1f / Unit, channels)]);
        builder.Attach<float>(1, RecordField.Spectrum, new float[channels * kernel * kernel]);
    }

    /// <summary>Sums of the samples' patches (attune_patches_add), and how many values lie 0..255 steps from the median.</summary>
    private static (long[] Sums, long[] Distances) Measure(AtmFile file, ISampleSource samples, int count)
    {
        const string Doing = "measuring the clean samples for the input filter";
        using var probe = new Arena(16);
        probe.LoadModel(file.Bytes);
        int filterRecord = QuantizedModel.RecordOffset(Of(file));
        int medianRecord = filterRecord - QuantizedModel.RecordBytes;
        int sumBytes = KernelException.Check(Native.PatchesBytes(probe.Handle, filterRecord), Doing);
        int bytes = samples.SampleBytes;
        int inputAt = 4 * BindingField.BindingWords;
        int outputAt = (inputAt + bytes + 15) & ~15;
        int sumsAt = (outputAt + bytes + 15) & ~15;
        using var arena = new Arena(sumsAt + sumBytes);
        arena.LoadModel(file.Bytes);
        var binding = new int[BindingField.BindingWords];
        binding[BindingField.Input] = inputAt;
        binding[BindingField.Output] = outputAt;
        arena.WriteWords(0, binding, 0, binding.Length);
        var values = new byte[bytes];
        var medians = new byte[bytes];
        var distances = new long[256];
        for (int index = 0; index < count; index++)
        {
            samples.Load(index, arena, inputAt);
            KernelException.Check(Native.PatchesAdd(arena.Handle, filterRecord, 0, sumsAt), Doing);
            // Its threshold is 0 in the binding: every value becomes its median.
            KernelException.Check(Native.LayerRun(arena.Handle, medianRecord, 0, 0, 0, 0), Doing);
            arena.Read(inputAt, values, 0, bytes);
            arena.Read(outputAt, medians, 0, bytes);
            for (int i = 0; i < bytes; i++)
            {
                distances[Math.Abs((sbyte)values[i] - (sbyte)medians[i])]++;
            }
        }
        var words = new int[sumBytes / 4];
        arena.ReadWords(sumsAt, words, 0, words.Length);
        var sums = new long[sumBytes / 8];
        Buffer.BlockCopy(words, 0, sums, 0, sumBytes);
        return (sums, distances);
    }

    /// <summary>The smallest distance that at most so many values exceed.</summary>
    private static int Percentile(long[] distances)
    {
        long wanted = (long)Math.Ceiling(Quantile * distances.Sum());
        long seen = distances[0];
        int distance = 0;
        while (seen < wanted)
        {
            seen += distances[++distance];
        }
        return distance;
    }
}
