using Attune.Host.Import;
using Attune.Model;

namespace Attune.Host.Reference;

/// <summary>
/// One layer in FP32: the fields of a layer record (attune.h) with real values in place of quantized ones. Shapes are N,H,W,C.
/// </summary>
public sealed class FloatLayer
{
    /// <summary>One of <see cref="Operators"/>.</summary>
    public required int Operator { get; init; }

    /// <summary>Tensor number of the first operand.</summary>
    public required int Input { get; init; }

    /// <summary>Tensor number of the second operand (ADD, MUL), or -1.</summary>
    public int Input2 { get; init; } = -1;

    /// <summary>Shape of the first operand.</summary>
    public required int[] InputShape { get; init; }

    /// <summary>Shape of the second operand; zeros where there is none.</summary>
    public int[] Input2Shape { get; init; } = [0, 0, 0, 0];

    /// <summary>Shape of the output.</summary>
    public required int[] OutputShape { get; init; }

    /// <summary>Kernel or pooling window.</summary>
    public int KernelHeight { get; init; } = 1;

    /// <summary>Kernel or pooling window.</summary>
    public int KernelWidth { get; init; } = 1;

    /// <summary>Stride.</summary>
    public int StrideHeight { get; init; } = 1;

    /// <summary>Stride.</summary>
    public int StrideWidth { get; init; } = 1;

    /// <summary>Dilation.</summary>
    public int DilationHeight { get; init; } = 1;

    /// <summary>Dilation.</summary>
    public int DilationWidth { get; init; } = 1;

    /// <summary>Padding above; below follows from the shapes.</summary>
    public int PadTop { get; init; }

    /// <summary>Padding to the left; to the right follows from the shapes.</summary>
    public int PadLeft { get; init; }

    /// <summary>CONV_2D: groups; DEPTHWISE_CONV_2D: depth multiplier.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>The fused activation by name, as in the record: 0 none, 1 RELU, 2 RELU_N1_TO_1, 3 RELU6.</summary>
    public int Activation { get; init; }

    /// <summary>Lower bound of the output.</summary>
    public float Minimum { get; init; } = float.NegativeInfinity;

    /// <summary>Upper bound of the output.</summary>
    public float Maximum { get; init; } = float.PositiveInfinity;

    /// <summary>MEAN: bit 0..3 = N,H,W,C.</summary>
    public int Axes { get; init; }

    /// <summary>PAD: leading elements added in N,H,W,C.</summary>
    public int[] PadBefore { get; init; } = [0, 0, 0, 0];

    /// <summary>PAD: the constant.</summary>
    public float PadValue { get; init; }

    /// <summary>MEDIAN_2D: distance from the median beyond which it replaces a value; infinite: never.</summary>
    public float Threshold { get; init; } = float.PositiveInfinity;

    /// <summary>Weights in the record's layout; empty for layers without.</summary>
    public float[] Weights { get; init; } = [];

    /// <summary>Biases, one an output channel; empty for layers without weights.</summary>
    public float[] Bias { get; init; } = [];

    /// <summary>ADD, MUL: a constant second operand of <see cref="Input2Shape"/>; empty if it is a tensor.</summary>
    public float[] Constant { get; init; } = [];

    /// <summary>Normalisation before the activation, while a network is trained from scratch; else null.</summary>
    public BatchNorm? Normalization { get; init; }

    /// <summary>Number of the operator in the imported file.</summary>
    public int Source { get; init; }

    /// <summary>Whether it has weights.</summary>
    public bool HasWeights => Weights.Length > 0;

    /// <summary>Whether its output is bounded.</summary>
    public bool IsClamped => !float.IsInfinity(Minimum) || !float.IsInfinity(Maximum);

    /// <summary>Output channels.</summary>
    public int Channels => OutputShape[3];

    /// <summary>Output positions: N * H * W.</summary>
    public int Positions => OutputShape[0] * OutputShape[1] * OutputShape[2];

    /// <summary>Number of inputs, of the first operand.</summary>
    public int InputCount => InputShape[0] * InputShape[1] * InputShape[2] * InputShape[3];

    /// <summary>Number of outputs.</summary>
    public int OutputCount => Positions * Channels;

    /// <summary>Multiply-accumulates of a layer with weights.</summary>
    public long Macs => HasWeights ? (long)OutputCount * (Weights.Length / Channels) : 0;

    /// <summary>Output channel of a weight.</summary>
    public int ChannelOf(int weight) =>
        Operator == Operators.DepthwiseConv2D ? weight % Channels : weight / (Weights.Length / Channels);

    /// <summary>A copy with other parameters and without normalisation; it shares no array of parameters.</summary>
    public FloatLayer WithParameters(float[] weights, float[] bias) => Copy(weights, bias, null);

    /// <summary>A copy that shares no array of parameters.</summary>
    public FloatLayer Clone()
    {
        BatchNorm? copy = null;
        if (Normalization != null)
        {
            copy = new BatchNorm(Channels);
            Normalization.Gamma.CopyTo(copy.Gamma, 0);
            Normalization.Beta.CopyTo(copy.Beta, 0);
            Normalization.RunningMean.CopyTo(copy.RunningMean, 0);
            Normalization.RunningVariance.CopyTo(copy.RunningVariance, 0);
        }
        return Copy([.. Weights], [.. Bias], copy);
    }

    /// <summary>
    /// The layer of a record with real values: w = s * (w_q - zero point), b = input scale * s * b_q. The scale of channel c is
    /// s = M[c] * output scale / input scale, from the multiplier, which is what the integer network computes with, also
    /// after an adaptation has changed M.
    /// </summary>
    /// <param name="file">The model.</param>
    /// <param name="layer">Number of the record.</param>
    /// <param name="quantizedBounds">Clamp to the range of the int8 output, instead of the named activation alone.</param>
    public static FloatLayer FromRecord(AtmFile file, int layer, bool quantizedBounds)
    {
        ArgumentNullException.ThrowIfNull(file);
        int Word(int field) => file.Word(layer, field);
        int[] Shape(int field) => [Word(field), Word(field + 1), Word(field + 2), Word(field + 3)];

        int operation = Word(RecordField.Operator);
        int activation = Word(RecordField.Activation);
        float outputScale = file.Single(layer, RecordField.OutputScale);
        int outputZero = Word(RecordField.OutputZero);
        int[] input2Shape = Shape(RecordField.Input2N);
        var (minimum, maximum) = quantizedBounds
            ? (
                outputScale * (Word(RecordField.ActMin) - outputZero),
                outputScale * (Word(RecordField.ActMax) - outputZero)
            )
            : Bounds(activation);
        bool constant = (Word(RecordField.Flags) & RecordFlag.ConstantInput2) != 0;
        return new FloatLayer
        {
            Operator = operation,
            Input = Word(RecordField.Input),
            Input2 = constant ? -1 : Word(RecordField.Input2),
            InputShape = Shape(RecordField.InputN),
            Input2Shape = input2Shape,
            OutputShape = Shape(RecordField.OutputN),
            KernelHeight = Word(RecordField.KernelH),
            KernelWidth = Word(RecordField.KernelW),
            StrideHeight = Word(RecordField.StrideH),
            StrideWidth = Word(RecordField.StrideW),
            DilationHeight = Math.Max(1, Word(RecordField.DilationH)), // 0 in pools
            DilationWidth = Math.Max(1, Word(RecordField.DilationW)),
            PadTop = Word(RecordField.PadTop),
            PadLeft = Word(RecordField.PadLeft),
            Groups = Word(RecordField.Groups),
            Activation = activation,
            Minimum = minimum,
            Maximum = maximum,
            Axes = Word(RecordField.Axes),
            PadBefore = Shape(RecordField.PadBeforeN),
            PadValue = operation == Operators.Pad ? outputScale * (Word(RecordField.PadValue) - outputZero) : 0,
            Threshold = Distance(Word(RecordField.Threshold), outputScale),
            Weights = ReadWeights(file, layer),
            Bias = ReadBias(file, layer),
            Constant = constant ? ReadConstant(file, layer, input2Shape) : [],
            Source = Word(RecordField.Source),
        };
    }

    /// <summary>Scale of a channel's weights, from its multiplier.</summary>
    public static double WeightScale(AtmFile file, int layer, int channel)
    {
        ArgumentNullException.ThrowIfNull(file);
        int multiplier = file.Int32(file.Word(layer, RecordField.Multipliers) + 4 * channel, 1)[0];
        int shift = file.Int32(file.Word(layer, RecordField.Shifts) + 4 * channel, 1)[0];
        return Math.ScaleB(multiplier, shift - 31)
            * file.Single(layer, RecordField.OutputScale)
            / file.Single(layer, RecordField.InputScale);
    }

    /// <summary>Real bounds of a fused activation: 0 none, 1 RELU, 2 RELU_N1_TO_1, 3 RELU6.</summary>
    public static (float Minimum, float Maximum) Bounds(int activation) =>
        activation switch
        {
            1 => (0, float.PositiveInfinity),
            2 => (-1, 1),
            3 => (0, 6),
            _ => (float.NegativeInfinity, float.PositiveInfinity),
        };

    /// <summary>A threshold of int8 steps in real units, between two steps so that rounding does not matter.</summary>
    private static float Distance(int threshold, float scale) =>
        threshold < byte.MaxValue ? (threshold + 0.5f) * scale : float.PositiveInfinity;

    /// <summary>Number of a record's weights; 0 for layers without.</summary>
    internal static int WeightCount(AtmFile file, int layer)
    {
        int channels = file.Word(layer, RecordField.OutputN + 3);
        int inputs = file.Word(layer, RecordField.InputN + 3);
        int window = file.Word(layer, RecordField.KernelH) * file.Word(layer, RecordField.KernelW);
        return file.Word(layer, RecordField.Operator) switch
        {
            Operators.Conv2D => channels * window * (inputs / file.Word(layer, RecordField.Groups)),
            Operators.DepthwiseConv2D => channels * window,
            Operators.FullyConnected => channels * inputs,
            _ => 0,
        };
    }

    private static float[] ReadWeights(AtmFile file, int layer)
    {
        int count = WeightCount(file, layer);
        if (count == 0)
        {
            return [];
        }
        int channels = file.Word(layer, RecordField.OutputN + 3);
        int zero = file.Word(layer, RecordField.WeightsZero);
        bool depthwise = file.Word(layer, RecordField.Operator) == Operators.DepthwiseConv2D;
        var quantized = file.Int8(file.Word(layer, RecordField.Weights), count);
        var weights = new float[count];
        for (int i = 0; i < count; i++)
        {
            int channel = depthwise ? i % channels : i / (count / channels);
            weights[i] = (float)(WeightScale(file, layer, channel) * (quantized[i] - zero));
        }
        return weights;
    }

    private static float[] ReadBias(AtmFile file, int layer)
    {
        if (WeightCount(file, layer) == 0)
        {
            return [];
        }
        int at = file.Word(layer, RecordField.Bias);
        var bias = new float[file.Word(layer, RecordField.OutputN + 3)];
        for (int channel = 0; at >= 0 && channel < bias.Length; channel++)
        {
            double unit = file.Single(layer, RecordField.InputScale) * WeightScale(file, layer, channel);
            bias[channel] = (float)(unit * file.Int32(at + 4 * channel, 1)[0]);
        }
        return bias;
    }

    private static float[] ReadConstant(AtmFile file, int layer, int[] shape)
    {
        var quantized = file.Int8(file.Word(layer, RecordField.Weights), shape[0] * shape[1] * shape[2] * shape[3]);
        var constant = new float[quantized.Length];
        for (int i = 0; i < constant.Length; i++)
        {
            constant[i] =
                file.Single(layer, RecordField.Input2Scale) * (quantized[i] - file.Word(layer, RecordField.Input2Zero));
        }
        return constant;
    }

    private FloatLayer Copy(float[] weights, float[] bias, BatchNorm? normalization) =>
        new()
        {
            Operator = Operator,
            Input = Input,
            Input2 = Input2,
            InputShape = InputShape,
            Input2Shape = Input2Shape,
            OutputShape = OutputShape,
            KernelHeight = KernelHeight,
            KernelWidth = KernelWidth,
            StrideHeight = StrideHeight,
            StrideWidth = StrideWidth,
            DilationHeight = DilationHeight,
            DilationWidth = DilationWidth,
            PadTop = PadTop,
            PadLeft = PadLeft,
            Groups = Groups,
            Activation = Activation,
            Minimum = Minimum,
            Maximum = Maximum,
            Axes = Axes,
            PadBefore = PadBefore,
            PadValue = PadValue,
            Threshold = Threshold,
            Weights = weights,
            Bias = bias,
            Constant = Constant,
            Normalization = normalization,
            Source = Source,
        };
}
