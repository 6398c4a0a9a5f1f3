namespace Attune.Host.Reference.FloatOperators;

/// <summary>AVERAGE_POOL_2D (over the positions inside the input) and MAX_POOL_2D (the first of equals).</summary>
internal static class PoolOperator
{
    public static void ForwardAverage(FloatLayer layer, in LayerCall call)
    {
        int channels = layer.Channels;
        int window = layer.KernelHeight * layer.KernelWidth;
        call.Output.Clear();
        var counts = CountInside(layer);
        var taps = new TapWalk(layer);
        for (int index = 0; taps.Next(out int pixel); index++)
        {
            if (pixel >= 0)
            {
                RowMath.AddScaled(
                    call.Output.Slice(index / window * channels, channels),
                    call.Input.Slice(pixel * channels, channels),
                    1f / counts[index / window]
                );
            }
        }
    }

    public static void BackwardAverage(FloatLayer layer, in LayerCall call)
    {
        if (call.InputGradient.Length == 0)
        {
            return;
        }
        int channels = layer.Channels;
        int window = layer.KernelHeight * layer.KernelWidth;
        var counts = CountInside(layer);
        var taps = new TapWalk(layer);
        for (int index = 0; taps.Next(out int pixel); index++)
        {
            if (pixel >= 0)
            {
                RowMath.AddScaled(
                    call.InputGradient.Slice(pixel * channels, channels),
                    call.OutputGradient.Slice(index / window * channels, channels),
                    1f / counts[index / window]
                );
            }
        }
    }

    public static void ForwardMaximum(FloatLayer layer, in LayerCall call)
    {
        int channels = layer.Channels;
        int window = layer.KernelHeight * layer.KernelWidth;
        call.Output.Fill(float.NegativeInfinity);
        var taps = new TapWalk(layer);
        for (int index = 0; taps.Next(out int pixel); index++)
        {
            for (int channel = 0; pixel >= 0 && channel < channels; channel++)
            {
                ref float output = ref call.Output[index / window * channels + channel];
                output = Math.Max(output, call.Input[pixel * channels + channel]);
            }
        }
    }

    public static void BackwardMaximum(FloatLayer layer, in LayerCall call)
    {
        if (call.InputGradient.Length == 0)
        {
            return;
        }
        int channels = layer.Channels;
        int window = layer.KernelHeight * layer.KernelWidth;
        var best = new int[layer.OutputCount];
        Array.Fill(best, -1);
        var taps = new TapWalk(layer);
        for (int index = 0; taps.Next(out int pixel); index++)
        {
            for (int channel = 0; pixel >= 0 && channel < channels; channel++)
            {
                int output = index / window * channels + channel;
                int input = pixel * channels + channel;
                if (best[output] < 0 || call.Input[input] > call.Input[best[output]])
                {
                    best[output] = input;
                }
            }
        }
        for (int output = 0; output < best.Length; output++)
        {
            if (best[output] >= 0)
            {
                call.InputGradient[best[output]] += call.OutputGradient[output];
            }
        }
    }

    private static int[] CountInside(FloatLayer layer)
    {
        var counts = new int[layer.Positions];
        var taps = new TapWalk(layer);
        for (int index = 0; taps.Next(out int pixel); index++)
        {
            if (pixel >= 0)
            {
                counts[index / (layer.KernelHeight * layer.KernelWidth)]++;
            }
        }
        return counts;
    }
}
