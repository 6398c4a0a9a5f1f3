using Attune.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>
/// CONV_2D: weights O,H,W,I/groups. Input patches are gathered into rows (one a position), so that forward and both
/// gradients are matrix products.
/// </summary>
internal static class ConvolutionOperator
{
    public static int ScratchSize(FloatLayer layer) =>
        IsPointwise(layer) ? 0 : 2 * layer.Positions * layer.Weights.Length / layer.Channels;

    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        int positions = layer.Positions;
        int channels = layer.Channels / layer.Groups;
        int patch = layer.Weights.Length / layer.Channels;
        RowMath.FillRows(call.Output, layer.Bias);
        for (int group = 0; group < layer.Groups; group++)
        {
            var rows = call.Input;
            if (!IsPointwise(layer))
            {
                var gathered = call.Scratch[..(positions * patch)];
                Gather(layer, group, call.Input, gathered);
                rows = gathered;
            }
            MatrixMultiply.Run(
                rows,
                patch,
                1,
                call.TransposedWeights.Slice(group * channels * patch, channels * patch),
                channels,
                call.Output[(group * channels)..],
                layer.Channels,
                positions,
                patch,
                channels,
                true
            );
        }
    }

    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        int positions = layer.Positions;
        int channels = layer.Channels / layer.Groups;
        int patch = layer.Weights.Length / layer.Channels;
        bool pointwise = IsPointwise(layer);
        RowMath.AddRows(call.BiasGradient, call.OutputGradient);
        for (int group = 0; group < layer.Groups; group++)
        {
            var outputGradient = call.OutputGradient[(group * channels)..];
            if (call.WeightsGradient.Length > 0)
            {
                var rows = call.Input;
                if (!pointwise)
                {
                    var gathered = call.Scratch[..(positions * patch)];
                    Gather(layer, group, call.Input, gathered);
                    rows = gathered;
                }
                MatrixMultiply.Run(
                    outputGradient,
                    1,
                    layer.Channels,
                    rows,
                    patch,
                    call.WeightsGradient.Slice(group * channels * patch, channels * patch),
                    patch,
                    channels,
                    positions,
                    patch,
                    true
                );
            }
            if (call.InputGradient.Length > 0)
            {
                var target = pointwise ? call.InputGradient : call.Scratch.Slice(positions * patch, positions * patch);
                MatrixMultiply.Run(
                    outputGradient,
                    layer.Channels,
                    1,
                    layer.Weights.AsSpan(group * channels * patch, channels * patch),
                    patch,
                    target,
                    patch,
                    positions,
                    channels,
                    patch,
                    pointwise
                );
                if (!pointwise)
                {
                    Scatter(layer, group, target, call.InputGradient);
                }
            }
        }
    }

    /// <summary>CONV_2D and DEPTHWISE_CONV_2D.</summary>
    public static void Quantize(LayerQuantization target)
    {
        target.SetWindow();
        target.Record[RecordField.DilationH] = target.Layer.DilationHeight;
        target.Record[RecordField.DilationW] = target.Layer.DilationWidth;
        target.Record[RecordField.Groups] = target.Layer.Groups;
        target.AttachParameters();
    }

    private static bool IsPointwise(FloatLayer layer) =>
        layer.KernelHeight == 1
        && layer.KernelWidth == 1
        && layer.StrideHeight == 1
        && layer.StrideWidth == 1
        && layer.PadTop == 0
        && layer.PadLeft == 0
        && layer.Groups == 1
        && layer.InputShape[1] == layer.OutputShape[1]
        && layer.InputShape[2] == layer.OutputShape[2];

    /// <summary>rows[p][(ky, kx, i)] = the input under that tap, 0 outside.</summary>
    private static void Gather(FloatLayer layer, int group, ReadOnlySpan<float> input, Span<float> rows)
    {
        int depth = layer.InputShape[3] / layer.Groups;
        var taps = new TapWalk(layer);
        int at = 0;
        while (taps.Next(out int pixel))
        {
            var target = rows.Slice(at, depth);
            if (pixel < 0)
            {
                target.Clear();
            }
            else
            {
                input.Slice(pixel * layer.InputShape[3] + group * depth, depth).CopyTo(target);
            }
            at += depth;
        }
    }

    /// <summary>The adjoint of <see cref="Gather"/>: adds every tap to the input it came from.</summary>
    private static void Scatter(FloatLayer layer, int group, ReadOnlySpan<float> rows, Span<float> input)
    {
        int depth = layer.InputShape[3] / layer.Groups;
        var taps = new TapWalk(layer);
        int at = 0;
        while (taps.Next(out int pixel))
        {
            if (pixel >= 0)
            {
                RowMath.Add(input.Slice(pixel * layer.InputShape[3] + group * depth, depth), rows.Slice(at, depth));
            }
            at += depth;
        }
    }
}
