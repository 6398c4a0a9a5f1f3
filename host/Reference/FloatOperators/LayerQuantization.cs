using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>A layer on its way into an int8 model: what an operator's rule reads, and how it writes.</summary>
/// <param name="builder">The model in the making.</param>
/// <param name="index">Number of the layer, whose record is there with the words that all operators have.</param>
/// <param name="layer">The layer.</param>
/// <param name="tensors">Quantization of every tensor.</param>
internal sealed class LayerQuantization(
    AtmBuilder builder,
    int index,
    FloatLayer layer,
    IReadOnlyList<TensorScale> tensors
)
{
    private const double LargestBias = 1 << 28; // room for sums of products in int32

    /// <summary>Room for larger weights: a channel's scale is this often as large as its weights need. At least 1.</summary>
    public double WeightHeadroom { get; init; } = 1;

    /// <summary>Smallest scale of a channel's weights, 0: as fine as they allow.</summary>
    public float LeastWeightScale { get; init; }

    /// <summary>The layer.</summary>
    public FloatLayer Layer => layer;

    /// <summary>Words of its record.</summary>
    public int[] Record { get; } = builder.Record(index);

    /// <summary>Quantization of the first operand.</summary>
    public TensorScale Input => tensors[layer.Input];

    /// <summary>Quantization of the output.</summary>
    public TensorScale Output => tensors[index + 1];

    /// <summary>Adds the record of a layer with the words that all operators have; the operator's own are still to be written.</summary>
    public static void AddRecord(AtmBuilder builder, FloatLayer layer, IReadOnlyList<TensorScale> tensors)
    {
        int[] record = builder.AddRecord(layer.Operator);
        TensorScale input = tensors[layer.Input];
        TensorScale output = tensors[builder.LayerCount];
        record[RecordField.Input] = layer.Input;
        layer.InputShape.CopyTo(record, RecordField.InputN);
        layer.OutputShape.CopyTo(record, RecordField.OutputN);
        record[RecordField.InputZero] = input.Zero;
        record[RecordField.OutputZero] = output.Zero;
        AtmBuilder.SetSingle(record, RecordField.InputScale, input.Scale);
        AtmBuilder.SetSingle(record, RecordField.OutputScale, output.Scale);
        record[RecordField.Activation] = layer.Activation;
        record[RecordField.ActMin] = output.Quantize(layer.Minimum);
        record[RecordField.ActMax] = output.Quantize(layer.Maximum);
        record[RecordField.Source] = layer.Source;
    }

    /// <summary>Sets a multiplier and its shift, which is the next word.</summary>
    public void SetMultiplier(int field, double value)
    {
        var multiplier = QuantizedMultiplier.From(value);
        Record[field] = multiplier.Mantissa;
        Record[field + 1] = multiplier.Shift;
    }

    /// <summary>Sets kernel, stride and padding.</summary>
    public void SetWindow()
    {
        Record[RecordField.KernelH] = layer.KernelHeight;
        Record[RecordField.KernelW] = layer.KernelWidth;
        Record[RecordField.StrideH] = layer.StrideHeight;
        Record[RecordField.StrideW] = layer.StrideWidth;
        Record[RecordField.PadTop] = layer.PadTop;
        Record[RecordField.PadLeft] = layer.PadLeft;
    }

    /// <summary>Sets the second operand: a tensor, or a constant, which is attached. Returns its quantization.</summary>
    public TensorScale SetSecondOperand()
    {
        layer.Input2Shape.CopyTo(Record, RecordField.Input2N);
        TensorScale second = layer.Input2 >= 0 ? tensors[layer.Input2] : TensorScale.Of(layer.Constant);
        if (layer.Input2 >= 0)
        {
            Record[RecordField.Input2] = layer.Input2;
        }
        else
        {
            sbyte[] constant = [.. layer.Constant.Select(value => (sbyte)second.Quantize(value))];
            Record[RecordField.Flags] = 1;
            builder.Attach<sbyte>(index, RecordField.Weights, constant);
        }
        Record[RecordField.Input2Zero] = second.Zero;
        AtmBuilder.SetSingle(Record, RecordField.Input2Scale, second.Scale);
        return second;
    }

    /// <summary>Attaches the outputs of inputs -128..127.</summary>
    public void AttachTable(sbyte[] table)
    {
        Record[RecordField.Flags] = RecordFlag.ConstantInput2;
        Record[RecordField.Input2N + 3] = table.Length;
        Record.AsSpan(RecordField.Input2N, 3).Fill(1);
        builder.Attach<sbyte>(index, RecordField.Weights, table);
    }

    /// <summary>Attaches weights, symmetric by output channel, int32 biases, multipliers, shifts and scales.</summary>
    public void AttachParameters()
    {
        int channels = layer.Channels;
        var scales = WeightScales();
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
            double unit = (double)Input.Scale * scales[channel];
            bias[channel] = (int)Math.Round(layer.Bias[channel] / unit, MidpointRounding.AwayFromZero);
            var multiplier = QuantizedMultiplier.From(unit / Output.Scale);
            multipliers[channel] = multiplier.Mantissa;
            shifts[channel] = multiplier.Shift;
        }
        builder.Attach<sbyte>(index, RecordField.Weights, weights);
        builder.Attach<int>(index, RecordField.Bias, bias);
        builder.Attach<int>(index, RecordField.Multipliers, multipliers);
        builder.Attach<int>(index, RecordField.Shifts, shifts);
        builder.Attach<float>(index, RecordField.Scales, scales);
    }

    /// <summary>Largest weight / 127 by channel with the headroom, raised where the bias would not fit.</summary>
    private float[] WeightScales()
    {
        var scales = new float[layer.Channels];
        for (int i = 0; i < layer.Weights.Length; i++)
        {
            ref float scale = ref scales[layer.ChannelOf(i)];
            scale = Math.Max(scale, Math.Abs(layer.Weights[i]) / 127);
        }
        for (int channel = 0; channel < scales.Length; channel++)
        {
            scales[channel] = Math.Max((float)(scales[channel] * WeightHeadroom), LeastWeightScale);
        }
        for (int channel = 0; channel < scales.Length; channel++)
        {
            double needed = Math.Abs(layer.Bias[channel]) / (LargestBias * Input.Scale);
            scales[channel] = Math.Max(scales[channel], (float)needed);
            scales[channel] = scales[channel] > 0 ? scales[channel] : 1;
        }
        return scales;
    }
}
