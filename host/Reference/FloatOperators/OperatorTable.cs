using Attune.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>
/// The operators in FP32: one line each. Clamps, normalisation and sums over samples are the caller's. A new operator is a class
/// beside this one and a line here.
/// </summary>
internal static class OperatorTable
{
    private static readonly Dictionary<int, FloatOperator> Known = new FloatOperator[]
    {
        new(Operators.Conv2D, ConvolutionOperator.Forward, ConvolutionOperator.Backward, ConvolutionOperator.Quantize)
        {
            ScratchSize = ConvolutionOperator.ScratchSize,
            TransposedGroups = layer => layer.Groups,
        },
        new(
            Operators.DepthwiseConv2D,
            DepthwiseOperator.Forward,
            DepthwiseOperator.Backward,
            ConvolutionOperator.Quantize
        ),
        new(
            Operators.FullyConnected,
            FullyConnectedOperator.Forward,
            FullyConnectedOperator.Backward,
            target => target.AttachParameters()
        )
        {
            TransposedGroups = _ => 1,
        },
        new(
            Operators.Add,
            ElementwiseOperator.ForwardAdd,
            ElementwiseOperator.BackwardAdd,
            ElementwiseOperator.QuantizeAdd
        ),
        new(
            Operators.Mul,
            ElementwiseOperator.ForwardMul,
            ElementwiseOperator.BackwardMul,
            ElementwiseOperator.QuantizeMul
        ),
        new(
            Operators.AveragePool2D,
            PoolOperator.ForwardAverage,
            PoolOperator.BackwardAverage,
            target => target.SetWindow()
        )
        {
            KeepsScale = true,
        },
        new(
            Operators.MaxPool2D,
            PoolOperator.ForwardMaximum,
            PoolOperator.BackwardMaximum,
            target => target.SetWindow()
        )
        {
            KeepsScale = true,
        },
        new(Operators.Mean, MeanOperator.Forward, MeanOperator.Backward, MeanOperator.Quantize),
        new(Operators.Pad, PadOperator.Forward, PadOperator.Backward, PadOperator.Quantize) { KeepsScale = true },
        new(Operators.Softmax, SoftmaxOperator.Forward, SoftmaxOperator.Backward, SoftmaxOperator.Quantize)
        {
            FixedScale = new TensorScale(1f / 256, -128),
        },
        new(Operators.Logistic, LogisticOperator.Forward, LogisticOperator.Backward, LogisticOperator.Quantize)
        {
            FixedScale = new TensorScale(1f / 256, -128),
        },
        new(Operators.Reshape, CopyOperator.Forward, CopyOperator.Backward, _ => { }) { KeepsScale = true },
        new(Operators.Requantize, CopyOperator.Forward, CopyOperator.Backward, CopyOperator.Rescale),
        new(Operators.Upsample, UpsampleOperator.Forward, UpsampleOperator.Backward, _ => { }) { KeepsScale = true },
        new(Operators.Median2D, MedianOperator.Forward, MedianOperator.Backward, MedianOperator.Quantize),
    }.ToDictionary(one => one.Code);

    /// <summary>The operator of a layer.</summary>
    /// <exception cref="NotSupportedException">It has no FP32 form.</exception>
    public static FloatOperator Of(FloatLayer layer) =>
        Known.TryGetValue(layer.Operator, out FloatOperator? found)
            ? found
            : throw new NotSupportedException($"{Operators.Name(layer.Operator)} has no FP32 form");

    /// <summary>Writes the output of one sample, before normalisation and clamp.</summary>
    public static void Forward(FloatLayer layer, in LayerCall call) => Of(layer).Forward(layer, call);

    /// <summary>Adds the gradients of one sample.</summary>
    public static void Backward(FloatLayer layer, in LayerCall call) => Of(layer).Backward(layer, call);

    /// <summary>Elements of working memory that a layer needs.</summary>
    public static int ScratchSize(FloatLayer layer) => Of(layer).ScratchSize(layer);

    /// <summary>Elements of the transposed weights that a layer needs.</summary>
    public static int TransposedSize(FloatLayer layer) => Of(layer).TransposedGroups is null ? 0 : layer.Weights.Length;

    /// <summary>Writes the weights of each group with output channels as the fastest dimension.</summary>
    public static void TransposeWeights(FloatLayer layer, Span<float> transposed)
    {
        if (transposed.Length == 0 || Of(layer).TransposedGroups is not { } groupsOf)
        {
            return;
        }
        int groups = groupsOf(layer);
        int channels = layer.Channels / groups;
        int filter = layer.Weights.Length / layer.Channels;
        for (int group = 0; group < groups; group++)
        {
            int start = group * channels * filter;
            for (int channel = 0; channel < channels; channel++)
            {
                for (int i = 0; i < filter; i++)
                {
                    transposed[start + i * channels + channel] = layer.Weights[start + channel * filter + i];
                }
            }
        }
    }
}
