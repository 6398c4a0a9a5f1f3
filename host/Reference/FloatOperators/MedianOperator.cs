namespace Attune.Host.Reference.FloatOperators;

/// <summary>
/// MEDIAN_2D: the median of the 3 x 3 window, edges replicated, where a value lies further from it than the threshold. An output
/// is one of its inputs, which takes its gradient.
/// </summary>
internal static class MedianOperator
{
    private const int Window = 9;

    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        for (int output = 0; output < layer.OutputCount; output++)
        {
            call.Output[output] = call.Input[Chosen(layer, call.Input, output)];
        }
    }

    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        for (int output = 0; call.InputGradient.Length > 0 && output < layer.OutputCount; output++)
        {
            call.InputGradient[Chosen(layer, call.Input, output)] += call.OutputGradient[output];
        }
    }

    public static void Quantize(LayerQuantization target) =>
        throw new NotSupportedException(
            "MEDIAN_2D belongs in front of a quantized model: quantize without it, then attune import --input-filter"
        );

    /// <summary>Number of the input that an output is.</summary>
    private static int Chosen(FloatLayer layer, ReadOnlySpan<float> input, int output)
    {
        int channels = layer.Channels;
        int width = layer.InputShape[2];
        int height = layer.InputShape[1];
        int line = output / channels / width;
        int x = output / channels % width;
        int y = line % height;
        Span<int> places = stackalloc int[Window];
        Span<float> values = stackalloc float[Window];
        for (int i = 0; i < Window; i++)
        {
            int row = line - y + Math.Clamp(y + i / 3 - 1, 0, height - 1);
            int column = Math.Clamp(x + i % 3 - 1, 0, width - 1);
            places[i] = (row * width + column) * channels + output % channels;
            values[i] = input[places[i]];
        }
        values.Sort(places);
        return Math.Abs(input[output] - values[Window / 2]) > layer.Threshold ? places[Window / 2] : output;
    }
}
