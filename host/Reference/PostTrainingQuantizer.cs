using Attune.Host.Import;
using Attune.Model;

namespace Attune.Host.Reference;

/// <summary>
/// Turns an FP32 network into an int8 model as TensorFlow Lite's converter does: weights symmetric per output channel in
/// [-127, 127], biases int32, activations with one scale and zero point per tensor from calibration samples.
/// </summary>
public sealed class PostTrainingQuantizer
{
    private const int AddLeftShift = 20;
    private const int SoftmaxIntegerBits = 5;
    private const double LargestBias = 1 << 28; // room for sums of products in int32

    private readonly FloatNetwork network;
    private readonly AtmBuilder builder = new();
    private readonly (float Scale, int Zero)[] tensors;

    private PostTrainingQuantizer(FloatNetwork network, (float Scale, int Zero)[] tensors)
    {
        this.network = network;
        this.tensors = tensors;
    }

    /// <summary>Quantizes a network and stores the source statistics of the calibration samples.</summary>
    /// <param name="network">The network, batch normalisation folded.</param>
    /// <param name="calibration">Samples like those of the field before it changes; labels are not used.</param>
    /// <param name="options">How to quantize.</param>
    /// <exception cref="ArgumentException">The network has batch normalisation, or there are no samples.</exception>
    public static AtmFile Quantize(
        FloatNetwork network,
        ITrainingSamples calibration,
        QuantizationOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentOutOfRangeException.ThrowIfLessThan(calibration.Count, 1);
        if (network.Layers.Any(layer => layer.Normalization != null))
        {
            throw new ArgumentException("the network has batch normalisation; fold it first", nameof(network));
        }
        options ??= new QuantizationOptions();
        var ranges = ActivationRanges.Measure(network, calibration, options.Percentile, options.Threads);
        var tensors = TensorQuantization.Choose(network, ranges, options);
        AtmFile model = new PostTrainingQuantizer(network, tensors).Convert();
        return SourceStatistics.Measure(model, calibration);
    }

    private AtmFile Convert()
    {
        builder.InputShape = network.InputShape;
        builder.InputScale = tensors[0].Scale;
        builder.InputZero = tensors[0].Zero;
        builder.OutputTensor = network.OutputTensor;
        builder.LogitsTensor = network.LogitsTensor;
        builder.Head = Head();
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            AddLayer(layer, network.Layers[layer]);
        }
        BlockTable.Apply(builder, null);
        return builder.Build();
    }

    /// <summary>The linear layer whose output is the logits tensor, seen through RESHAPE; else -1.</summary>
    private int Head()
    {
        int tensor = network.LogitsTensor;
        while (tensor > 0 && network.Layers[tensor - 1].Operator == Operators.Reshape)
        {
            tensor = network.Layers[tensor - 1].Input;
        }
        bool linear =
            tensor > 0
            && network.Layers[tensor - 1].Operator is Operators.FullyConnected or Operators.Conv2D
            && network.Layers[tensor - 1].Positions == 1;
        return linear ? tensor - 1 : -1;
    }

    private void AddLayer(int index, FloatLayer layer)
    {
        int[] record = builder.AddRecord(layer.Operator);
        var input = tensors[layer.Input];
        var output = tensors[index + 1];
        record[RecordField.Input] = layer.Input;
        layer.InputShape.CopyTo(record, RecordField.InputN);
        layer.OutputShape.CopyTo(record, RecordField.OutputN);
        record[RecordField.InputZero] = input.Zero;
        record[RecordField.OutputZero] = output.Zero;
        AtmBuilder.SetSingle(record, RecordField.InputScale, input.Scale);
        AtmBuilder.SetSingle(record, RecordField.OutputScale, output.Scale);
        record[RecordField.Activation] = layer.Activation;
        record[RecordField.ActMin] = Bound(layer.Minimum, output);
        record[RecordField.ActMax] = Bound(layer.Maximum, output);
        record[RecordField.Source] = layer.Source;
        switch (layer.Operator)
        {
            case Operators.Conv2D:
            case Operators.DepthwiseConv2D:
                SetWindow(record, layer);
                record[RecordField.DilationH] = layer.DilationHeight;
                record[RecordField.DilationW] = layer.DilationWidth;
                record[RecordField.Groups] = layer.Groups;
                AttachParameters(index, layer, input.Scale, output.Scale);
                break;
            case Operators.FullyConnected:
                AttachParameters(index, layer, input.Scale, output.Scale);
                break;
            case Operators.AveragePool2D:
            case Operators.MaxPool2D:
                SetWindow(record, layer);
                break;
            case Operators.Add:
            case Operators.Mul:
                SetElementwise(record, index, layer, input.Scale, output.Scale);
                break;
            case Operators.Mean:
                record[RecordField.Axes] = layer.Axes;
                Set(record, RecordField.Multiplier, (double)input.Scale / output.Scale);
                break;
            case Operators.Requantize:
                Set(record, RecordField.Multiplier, (double)input.Scale / output.Scale);
                break;
            case Operators.Pad:
                SetPad(record, layer, output);
                break;
            case Operators.Softmax:
                SetSoftmax(record, input.Scale);
                break;
            case Operators.Median2D:
                throw new NotSupportedException(
                    "MEDIAN_2D belongs in front of a quantized model: quantize without it, then attune import --input-filter"
                );
            default:
                break;
        }
    }

    private static void SetWindow(int[] record, FloatLayer layer)
    {
        record[RecordField.KernelH] = layer.KernelHeight;
        record[RecordField.KernelW] = layer.KernelWidth;
        record[RecordField.StrideH] = layer.StrideHeight;
        record[RecordField.StrideW] = layer.StrideWidth;
        record[RecordField.PadTop] = layer.PadTop;
        record[RecordField.PadLeft] = layer.PadLeft;
    }

    private static void SetPad(int[] record, FloatLayer layer, (float Scale, int Zero) output)
    {
        for (int axis = 0; axis < 4; axis++)
        {
            record[RecordField.PadBeforeN + axis] = layer.PadBefore[axis];
            record[RecordField.PadAfterN + axis] =
                layer.OutputShape[axis] - layer.InputShape[axis] - layer.PadBefore[axis];
        }
        record[RecordField.PadValue] = Bound(layer.PadValue, output);
    }

    private static void SetSoftmax(int[] record, float inputScale)
    {
        double scale = Math.Min((double)inputScale * (1 << (31 - SoftmaxIntegerBits)), int.MaxValue);
        Set(record, RecordField.Multiplier, scale);
        int shift = record[RecordField.Shift];
        double range = ((1 << SoftmaxIntegerBits) - 1) * Math.ScaleB(1, 31 - SoftmaxIntegerBits - shift);
        record[RecordField.DiffMin] = -(int)Math.Floor(range);
    }

    private void SetElementwise(int[] record, int index, FloatLayer layer, float inputScale, float outputScale)
    {
        layer.Input2Shape.CopyTo(record, RecordField.Input2N);
        var second = layer.Input2 >= 0 ? tensors[layer.Input2] : TensorQuantization.Of(layer.Constant);
        if (layer.Input2 >= 0)
        {
            record[RecordField.Input2] = layer.Input2;
        }
        else
        {
            sbyte[] constant = [.. layer.Constant.Select(value => (sbyte)Bound(value, second))];
            record[RecordField.Flags] = RecordFlag.ConstantInput2;
            builder.Attach<sbyte>(index, RecordField.Weights, constant);
        }
        record[RecordField.Input2Zero] = second.Zero;
        AtmBuilder.SetSingle(record, RecordField.Input2Scale, second.Scale);
        if (layer.Operator == Operators.Mul)
        {
            Set(record, RecordField.Multiplier, (double)inputScale * second.Scale / outputScale);
            return;
        }
        double common = 2.0 * Math.Max(inputScale, second.Scale);
        record[RecordField.LeftShift] = AddLeftShift;
        Set(record, RecordField.Multiplier1, inputScale / common);
        Set(record, RecordField.Multiplier2, second.Scale / common);
        Set(record, RecordField.Multiplier, common / ((1 << AddLeftShift) * (double)outputScale));
    }

    private void AttachParameters(int index, FloatLayer layer, float inputScale, float outputScale)
    {
        int channels = layer.Channels;
        var scales = WeightScales(layer, inputScale);
        var weights = new sbyte[layer.Weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            double units = Math.Round(layer.Weights[i] / scales[layer.ChannelOf(i)], MidpointRounding.AwayFromZero);
            weights[i] = (sbyte)Math.Clamp(units, -127, 127);
        }
        var bias = new int[channels];
        var multipliers = new int[channels];
        var shifts = new int[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            double unit = (double)inputScale * scales[channel];
            bias[channel] = (int)Math.Round(layer.Bias[channel] / unit, MidpointRounding.AwayFromZero);
            var multiplier = QuantizedMultiplier.From(unit / outputScale);
            multipliers[channel] = multiplier.Mantissa;
            shifts[channel] = multiplier.Shift;
        }
        builder.Attach<sbyte>(index, RecordField.Weights, weights);
        builder.Attach<int>(index, RecordField.Bias, bias);
        builder.Attach<int>(index, RecordField.Multipliers, multipliers);
        builder.Attach<int>(index, RecordField.Shifts, shifts);
        builder.Attach<float>(index, RecordField.Scales, scales);
    }

    /// <summary>Largest weight / 127 by channel, raised where the bias would not fit.</summary>
    private static float[] WeightScales(FloatLayer layer, float inputScale)
    {
        var scales = new float[layer.Channels];
        for (int i = 0; i < layer.Weights.Length; i++)
        {
            ref float scale = ref scales[layer.ChannelOf(i)];
            scale = Math.Max(scale, Math.Abs(layer.Weights[i]) / 127);
        }
        for (int channel = 0; channel < scales.Length; channel++)
        {
            double needed = Math.Abs(layer.Bias[channel]) / (LargestBias * inputScale);
            scales[channel] = Math.Max(scales[channel], (float)needed);
            scales[channel] = scales[channel] > 0 ? scales[channel] : 1;
        }
        return scales;
    }

    /// <summary>zero point + round(value / scale), clamped to int8; the quotient is a float32, ties go away from zero.</summary>
    private static int Bound(float value, (float Scale, int Zero) quantization)
    {
        double units = MathF.Round(value / quantization.Scale, MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(quantization.Zero + units, -128, 127);
    }

    private static void Set(int[] record, int field, double value)
    {
        var multiplier = QuantizedMultiplier.From(value);
        record[field] = multiplier.Mantissa;
        record[field + 1] = multiplier.Shift;
    }
}
