namespace Attune.Host.Reference.FloatOperators;

/// <summary>DEPTHWISE_CONV_2D: weights 1,H,W,O; output channel o reads input channel o / depth multiplier.</summary>
internal static class DepthwiseOperator
{
    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        int channels = layer.Channels;
        int window = layer.KernelHeight * layer.KernelWidth;
        RowMath.FillRows(call.Output, layer.Bias);
        var taps = new TapWalk(layer);
        for (int index = 0; taps.Next(out int pixel); index++)
        {
            if (pixel < 0)
            {
                continue;
            }
            var input = call.Input.Slice(pixel * layer.InputShape[3], layer.InputShape[3]);
            var output = call.Output.Slice(index / window * channels, channels);
            var weights = layer.Weights.AsSpan(index % window * channels, channels);
            if (layer.Groups == 1)
            {
                RowMath.AddProduct(output, input, weights);
                continue;
            }
            for (int channel = 0; channel < channels; channel++)
            {
                output[channel] += input[channel / layer.Groups] * weights[channel];
            }
        }
    }

    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        int channels = layer.Channels;
        int window = layer.KernelHeight * layer.KernelWidth;
        RowMath.AddRows(call.BiasGradient, call.OutputGradient);
        var taps = new TapWalk(layer);
        for (int index = 0; taps.Next(out int pixel); index++)
        {
            if (pixel < 0)
            {
                continue;
            }
            int tap = index % window * channels;
            int depth = layer.InputShape[3];
            var gradient = call.OutputGradient.Slice(index / window * channels, channels);
            if (call.WeightsGradient.Length > 0)
            {
                var input = call.Input.Slice(pixel * depth, depth);
                var target = call.WeightsGradient.Slice(tap, channels);
                if (layer.Groups == 1)
                {
                    RowMath.AddProduct(target, gradient, input);
                }
                else
                {
                    for (int channel = 0; channel < channels; channel++)
                    {
                        target[channel] += gradient[channel] * input[channel / layer.Groups];
                    }
                }
            }
            if (call.InputGradient.Length > 0)
            {
                var weights = layer.Weights.AsSpan(tap, channels);
                var target = call.InputGradient.Slice(pixel * depth, depth);
                if (layer.Groups == 1)
                {
                    RowMath.AddProduct(target, gradient, weights);
                }
                else
                {
                    for (int channel = 0; channel < channels; channel++)
                    {
                        target[channel / layer.Groups] += gradient[channel] * weights[channel];
                    }
                }
            }
        }
    }
}
