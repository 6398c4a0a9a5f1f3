using Attune.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>Chooses the FP32 operator of a layer. Clamps, normalisation and sums over samples are the caller's.</summary>
internal static class OperatorTable
{
    /// <summary>Writes the output of one sample, before normalisation and clamp.</summary>
    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        switch (layer.Operator)
        {
            case Operators.Conv2D:
                ConvolutionOperator.Forward(layer, call);
                break;
            case Operators.DepthwiseConv2D:
                DepthwiseOperator.Forward(layer, call);
                break;
            case Operators.FullyConnected:
                FullyConnectedOperator.Forward(layer, call);
                break;
            case Operators.Add:
                ElementwiseOperator.Forward(layer, call, false);
                break;
            case Operators.Mul:
                ElementwiseOperator.Forward(layer, call, true);
                break;
            case Operators.AveragePool2D:
                PoolOperator.ForwardAverage(layer, call);
                break;
            case Operators.MaxPool2D:
                PoolOperator.ForwardMaximum(layer, call);
                break;
            case Operators.Mean:
                MeanOperator.Forward(layer, call);
                break;
            case Operators.Pad:
                PadOperator.Forward(layer, call);
                break;
            case Operators.Softmax:
                SoftmaxOperator.Forward(layer, call);
                break;
            case Operators.Reshape:
            case Operators.Requantize:
                call.Input.CopyTo(call.Output);
                break;
            case Operators.Upsample:
                UpsampleOperator.Forward(layer, call);
                break;
            case Operators.Median2D:
                MedianOperator.Forward(layer, call);
                break;
            default:
                throw Unknown(layer);
        }
    }

    /// <summary>Adds the gradients of one sample.</summary>
    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        switch (layer.Operator)
        {
            case Operators.Conv2D:
                ConvolutionOperator.Backward(layer, call);
                break;
            case Operators.DepthwiseConv2D:
                DepthwiseOperator.Backward(layer, call);
                break;
            case Operators.FullyConnected:
                FullyConnectedOperator.Backward(layer, call);
                break;
            case Operators.Add:
                ElementwiseOperator.Backward(layer, call, false);
                break;
            case Operators.Mul:
                ElementwiseOperator.Backward(layer, call, true);
                break;
            case Operators.AveragePool2D:
                PoolOperator.BackwardAverage(layer, call);
                break;
            case Operators.MaxPool2D:
                PoolOperator.BackwardMaximum(layer, call);
                break;
            case Operators.Mean:
                MeanOperator.Backward(layer, call);
                break;
            case Operators.Pad:
                PadOperator.Backward(layer, call);
                break;
            case Operators.Softmax:
                SoftmaxOperator.Backward(layer, call);
                break;
            case Operators.Reshape:
            case Operators.Requantize:
                RowMath.Add(call.InputGradient, call.OutputGradient[..call.InputGradient.Length]);
                break;
            case Operators.Upsample:
                UpsampleOperator.Backward(layer, call);
                break;
            case Operators.Median2D:
                MedianOperator.Backward(layer, call);
                break;
            default:
                throw Unknown(layer);
        }
    }

    /// <summary>Elements of working memory that a layer needs.</summary>
    public static int ScratchSize(FloatLayer layer) =>
        layer.Operator == Operators.Conv2D ? ConvolutionOperator.ScratchSize(layer) : 0;

    /// <summary>Elements of the transposed weights that a layer needs.</summary>
    public static int TransposedSize(FloatLayer layer) =>
        layer.Operator is Operators.Conv2D or Operators.FullyConnected ? layer.Weights.Length : 0;

    /// <summary>Writes the weights of each group with output channels as the fastest dimension.</summary>
    public static void TransposeWeights(FloatLayer layer, Span<float> transposed)
    {
        if (transposed.Length == 0)
        {
            return;
        }
        int groups = layer.Operator == Operators.Conv2D ? layer.Groups : 1;
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

    /// <summary>Adds every position's row to a row of channels, position by position.</summary>
    public static void AddRows(Span<float> sum, ReadOnlySpan<float> rows)
    {
        for (int at = 0; sum.Length > 0 && at < rows.Length; at += sum.Length)
        {
            RowMath.Add(sum, rows.Slice(at, sum.Length));
        }
    }

    /// <summary>Copies one row to every position.</summary>
    public static void FillRows(Span<float> rows, ReadOnlySpan<float> row)
    {
        for (int at = 0; at < rows.Length; at += row.Length)
        {
            row.CopyTo(rows[at..]);
        }
    }

    private static NotSupportedException Unknown(FloatLayer layer) =>
        new($"{Operators.Name(layer.Operator)} has no FP32 form");
}
