using System.Text.Json;
using Attune.Host.Model;
using Attune.Model;

namespace Attune.Tests.Conformance;

/// <summary>One operator invocation with its exact result, as the JSON files of the folder "conformance" give it.</summary>
internal sealed class OperatorCase
{
    private readonly JsonElement root;
    private readonly JsonElement parameters;

    public OperatorCase(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        root = document.RootElement.Clone();
        parameters = root.GetProperty("params");
    }

    /// <summary>TensorFlow Lite's name of the operator.</summary>
    public string Operator => root.GetProperty("op").GetString()!;

    /// <summary>Whether the operator has two operands.</summary>
    public bool HasTwoInputs => root.TryGetProperty("input2", out _);

    /// <summary>The exact result, int8 as bytes.</summary>
    public byte[] Expected => Bytes("output");

    /// <summary>Runs the case and returns the result.</summary>
    /// <param name="kernels">The library to run on.</param>
    /// <param name="constantSecond">Whether the second operand is a constant of the model.</param>
    public byte[] Run(KernelLibrary kernels, bool constantSecond = false)
    {
        AtmFile file = Model(constantSecond);
        using var runner = new ModelRunner(file, kernels);
        foreach (var (tensor, values) in Inputs(constantSecond))
        {
            runner.Write(tensor, values);
        }
        runner.RunLayer(file.LayerCount - 1);
        return runner.Read(file.LayerCount);
    }

    /// <summary>The case as a model, whose last layer is to be run.</summary>
    public AtmFile Model(bool constantSecond = false) => Build(constantSecond).Build();

    /// <summary>The tensors that it reads.</summary>
    public IReadOnlyList<(int Tensor, byte[] Values)> Inputs(bool constantSecond = false) =>
        HasTwoInputs && !constantSecond ? [(0, Bytes("input")), (1, Bytes("input2"))] : [(0, Bytes("input"))];

    private AtmBuilder Build(bool constantSecond)
    {
        int[] input = Shape("input");
        int[] output = Shape("output");
        var builder = new AtmBuilder { InputShape = [1, input[0] * input[1], input[2], input[3]] };
        int[] record;
        if (HasTwoInputs && !constantSecond)
        {
            // A layer that is never run; its output is the place of the second operand.
            int[] place = builder.AddRecord(Operators.Reshape);
            builder.InputShape.CopyTo(place, RecordField.InputN);
            Shape("input2").CopyTo(place, RecordField.OutputN);
        }
        record = builder.AddRecord(Code);
        if (Code == Operators.FullyConnected)
        {
            int[] weights = Shape("weights");
            int rows = Bytes("input").Length / weights[3];
            input = [rows, 1, 1, weights[3]];
            output = [rows, 1, 1, weights[2]];
        }
        input.CopyTo(record, RecordField.InputN);
        output.CopyTo(record, RecordField.OutputN);
        builder.OutputTensor = builder.LayerCount;
        SetCommon(record, input, output);
        if (HasTwoInputs)
        {
            SetSecond(builder, record, constantSecond);
        }
        if (Code is >= Operators.Conv2D and <= Operators.FullyConnected)
        {
            AttachParameters(builder, record, output[3]);
        }
        else if (Multipliers.Length == 1)
        {
            record[RecordField.Multiplier] = Multipliers[0];
            record[RecordField.Shift] = Shifts[0];
        }
        return builder;
    }

    private int Code =>
        Operator switch
        {
            "CONV_2D" => Operators.Conv2D,
            "DEPTHWISE_CONV_2D" => Operators.DepthwiseConv2D,
            "FULLY_CONNECTED" => Operators.FullyConnected,
            "ADD" => Operators.Add,
            "MUL" => Operators.Mul,
            "AVERAGE_POOL_2D" => Operators.AveragePool2D,
            "MAX_POOL_2D" => Operators.MaxPool2D,
            "MEAN" => Operators.Mean,
            "PAD" => Operators.Pad,
            "SOFTMAX" => Operators.Softmax,
            _ => throw new AssertFailedException("no operator " + Operator),
        };

    private int[] Multipliers => Integers("multiplier");

    private int[] Shifts => Integers("shift");

    private void SetCommon(int[] record, int[] input, int[] output)
    {
        foreach (int scale in new[] { RecordField.InputScale, RecordField.OutputScale })
        {
            AtmBuilder.SetSingle(record, scale, 1);
        }
        record[RecordField.InputZero] = -Parameter(HasTwoInputs ? "input1_offset" : "input_offset");
        record[RecordField.OutputZero] = Parameter("output_offset");
        record[RecordField.ActMin] = Parameter("act_min", -128);
        record[RecordField.ActMax] = Parameter("act_max", 127);
        record[RecordField.StrideH] = Parameter("stride_h");
        record[RecordField.StrideW] = Parameter("stride_w");
        record[RecordField.PadTop] = Parameter("pad_h");
        record[RecordField.PadLeft] = Parameter("pad_w");
        switch (Code)
        {
            case Operators.AveragePool2D or Operators.MaxPool2D:
                record[RecordField.KernelH] = Parameter("filter_h");
                record[RecordField.KernelW] = Parameter("filter_w");
                record[RecordField.DilationH] = record[RecordField.DilationW] = 1;
                break;
            case Operators.Conv2D or Operators.DepthwiseConv2D:
                SetFilter(record, input, output);
                break;
            case Operators.Mean:
                SetAxes(record, input);
                break;
            case Operators.Pad:
                Integers(parameters, "pre_pad").CopyTo(record, RecordField.PadBeforeN);
                Integers(parameters, "post_pad").CopyTo(record, RecordField.PadAfterN);
                record[RecordField.PadValue] = Parameter("pad_value");
                break;
            case Operators.Softmax:
                record[RecordField.Multiplier] = Parameter("input_multiplier");
                record[RecordField.Shift] = Parameter("input_left_shift");
                record[RecordField.DiffMin] = Parameter("diff_min");
                break;
            default:
                break;
        }
    }

    private void SetFilter(int[] record, int[] input, int[] output)
    {
        int[] weights = Shape("weights");
        record[RecordField.KernelH] = weights[1];
        record[RecordField.KernelW] = weights[2];
        record[RecordField.DilationH] = Parameter("dilation_h", 1);
        record[RecordField.DilationW] = Parameter("dilation_w", 1);
        record[RecordField.Groups] = Code == Operators.Conv2D ? Parameter("groups", 1) : output[3] / input[3];
    }

    private void SetAxes(int[] record, int[] input)
    {
        int rank = root.GetProperty("input").GetProperty("shape").GetArrayLength();
        input.CopyTo(record, RecordField.OutputN);
        foreach (int axis in Integers(parameters, "axes"))
        {
            int to = 4 - rank + (axis < 0 ? axis + rank : axis);
            record[RecordField.Axes] |= 1 << to;
            record[RecordField.OutputN + to] = 1;
        }
    }

    private void SetSecond(AtmBuilder builder, int[] record, bool constant)
    {
        Shape("input2").CopyTo(record, RecordField.Input2N);
        record[RecordField.Input2Zero] = -Parameter("input2_offset");
        AtmBuilder.SetSingle(record, RecordField.Input2Scale, 1);
        if (constant)
        {
            record[RecordField.Flags] = 1;
            builder.Attach<byte>(builder.LayerCount - 1, RecordField.Weights, Bytes("input2"));
        }
        else
        {
            record[RecordField.Input2] = 1;
        }
        record[RecordField.LeftShift] = Parameter("left_shift");
        record[RecordField.Multiplier1] = Parameter("input1_multiplier");
        record[RecordField.Shift1] = Parameter("input1_shift");
        record[RecordField.Multiplier2] = Parameter("input2_multiplier");
        record[RecordField.Shift2] = Parameter("input2_shift");
    }

    private void AttachParameters(AtmBuilder builder, int[] record, int channels)
    {
        record[RecordField.Block] = 0;
        record[RecordField.WeightsZero] = -Parameter("weights_offset");
        int layer = builder.LayerCount - 1;
        builder.Attach<byte>(layer, RecordField.Weights, Bytes("weights"));
        if (root.TryGetProperty("bias", out JsonElement bias) && bias.ValueKind != JsonValueKind.Null)
        {
            builder.Attach<int>(layer, RecordField.Bias, Integers("bias"));
        }
        builder.Attach<int>(layer, RecordField.Multipliers, PerChannel(Multipliers, channels));
        builder.Attach<int>(layer, RecordField.Shifts, PerChannel(Shifts, channels));
        builder.Attach<float>(layer, RecordField.Scales, Enumerable.Repeat(1f, channels).ToArray());
    }

    private static int[] PerChannel(int[] values, int channels) =>
        values.Length == channels ? values : [.. Enumerable.Repeat(values[0], channels)];

    private int Parameter(string name, int absent = 0) =>
        parameters.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : absent;

    private int[] Integers(string name) => Integers(root, name);

    private static int[] Integers(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement list)
            ? [.. list.EnumerateArray().Select(value => value.GetInt32())]
            : [];

    /// <summary>A shape as N,H,W,C, with leading ones.</summary>
    private int[] Shape(string name)
    {
        int[] shape = Integers(root.GetProperty(name), "shape");
        return [.. Enumerable.Repeat(1, 4 - shape.Length), .. shape];
    }

    private byte[] Bytes(string name) =>
        [.. root.GetProperty(name).GetProperty("data").EnumerateArray().Select(value => (byte)value.GetSByte())];
}
