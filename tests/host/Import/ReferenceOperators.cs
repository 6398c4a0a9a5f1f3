namespace Attune.Tests.Import;

/// <summary>An int8 tensor N,H,W,C with its quantization.</summary>
internal sealed record ReferenceTensor(int[] Shape, sbyte[] Values, float Scale, int Zero)
{
    public static ReferenceTensor Empty(int[] shape, float scale, int zero) =>
        new(shape, new sbyte[shape.Aggregate(1, (a, b) => a * b)], scale, zero);

    public int Index(int n, int h, int w, int c) => ((n * Shape[1] + h) * Shape[2] + w) * Shape[3] + c;

    /// <summary>Value minus zero point; dimensions of 1 are broadcast.</summary>
    public int At(int n, int h, int w, int c) =>
        Values[Index(n % Shape[0], h % Shape[1], w % Shape[2], c % Shape[3])] - Zero;

    public byte[] Bytes => [.. Values.Select(value => (byte)value)];
}

/// <summary>
/// TensorFlow Lite's integer operators written down as plainly as possible, from scales (not from stored multipliers), to
/// check importer and kernels together.
/// </summary>
internal static class ReferenceOperators
{
    /// <summary>Convolution with weights [O][H][W][I], output channel o reading the inputs of group o / (O / groups).</summary>
    public static ReferenceTensor Convolution(
        ReferenceTensor input,
        sbyte[] weights,
        (int H, int W) kernel,
        float[] scales,
        int[]? bias,
        int groups,
        (int H, int W) stride,
        (int H, int W) dilation,
        bool same,
        ReferenceTensor output,
        (float Low, float High)? clamp = null
    )
    {
        int depth = input.Shape[3] / groups;
        int channels = output.Shape[3];
        int top = same ? Before(input.Shape[1], output.Shape[1], kernel.H, stride.H, dilation.H) : 0;
        int left = same ? Before(input.Shape[2], output.Shape[2], kernel.W, stride.W, dilation.W) : 0;
        foreach (var (n, y, x, c) in Positions(output.Shape))
        {
            int sum = bias?[c] ?? 0;
            for (int i = 0; i < kernel.H * kernel.W * depth; i++)
            {
                int row = y * stride.H - top + i / depth / kernel.W * dilation.H;
                int column = x * stride.W - left + i / depth % kernel.W * dilation.W;
                if (row >= 0 && row < input.Shape[1] && column >= 0 && column < input.Shape[2])
                {
                    int from = c / (channels / groups) * depth + i % depth;
                    sum += input.At(n, row, column, from) * weights[c * kernel.H * kernel.W * depth + i];
                }
            }
            double factor = (double)input.Scale * scales[scales.Length == 1 ? 0 : c] / output.Scale;
            Store(output, (n, y, x, c), Rescale(sum, factor), clamp);
        }
        return output;
    }

    /// <summary>Weights [1][H][W][O] of a depthwise convolution as those of one with a group for each input channel.</summary>
    public static sbyte[] FromDepthwise(sbyte[] weights, int channels)
    {
        int taps = weights.Length / channels;
        return [.. Enumerable.Range(0, weights.Length).Select(i => weights[i % taps * channels + i / taps])];
    }

    /// <summary>Rows of depth values times weights [units][depth].</summary>
    public static ReferenceTensor FullyConnected(
        ReferenceTensor input,
        sbyte[] weights,
        float[] scales,
        int weightsZero,
        int[]? bias,
        ReferenceTensor output
    )
    {
        int units = output.Shape[3];
        int depth = weights.Length / units;
        for (int i = 0; i < output.Values.Length; i++)
        {
            int unit = i % units;
            int sum = bias?[unit] ?? 0;
            for (int k = 0; k < depth; k++)
            {
                sum += (input.Values[i / units * depth + k] - input.Zero) * (weights[unit * depth + k] - weightsZero);
            }
            double product = scales.Length == 1 ? (float)(input.Scale * scales[0]) : (double)input.Scale * scales[unit];
            output.Values[i] = Saturate(Rescale(sum, product / output.Scale) + output.Zero);
        }
        return output;
    }

    public static ReferenceTensor Add(ReferenceTensor a, ReferenceTensor b, ReferenceTensor output)
    {
        double common = 2.0 * Math.Max(a.Scale, b.Scale);
        foreach (var (n, y, x, c) in Positions(output.Shape))
        {
            int sum =
                Rescale(a.At(n, y, x, c) << 20, a.Scale / common) + Rescale(b.At(n, y, x, c) << 20, b.Scale / common);
            Store(output, (n, y, x, c), Rescale(sum, common / ((1 << 20) * (double)output.Scale)), null);
        }
        return output;
    }

    public static ReferenceTensor Mul(ReferenceTensor a, ReferenceTensor b, ReferenceTensor output)
    {
        double factor = (double)a.Scale * b.Scale / output.Scale;
        foreach (var (n, y, x, c) in Positions(output.Shape))
        {
            Store(output, (n, y, x, c), Rescale(a.At(n, y, x, c) * b.At(n, y, x, c), factor), null);
        }
        return output;
    }

    public static ReferenceTensor Requantize(
        ReferenceTensor input,
        ReferenceTensor output,
        (float, float)? clamp = null
    )
    {
        foreach (var (n, y, x, c) in Positions(output.Shape))
        {
            int value = Rescale(input.At(n, y, x, c), (double)input.Scale / output.Scale);
            Store(output, (n, y, x, c), value, clamp);
        }
        return output;
    }

    /// <summary>Mean over the axes in which the output has dimension 1 and the input more.</summary>
    public static ReferenceTensor Mean(ReferenceTensor input, ReferenceTensor output)
    {
        var sums = new int[output.Values.Length];
        foreach (var (n, y, x, c) in Positions(input.Shape))
        {
            int to = output.Index(n % output.Shape[0], y % output.Shape[1], x % output.Shape[2], c % output.Shape[3]);
            sums[to] += input.At(n, y, x, c);
        }
        int count = input.Values.Length / output.Values.Length;
        var (mantissa, shift) = Multiplier((double)input.Scale / output.Scale);
        int bits = Math.Min(Math.Min((int)Math.Log2(count), 32), 31 + shift);
        int perElement = (int)(((long)mantissa << bits) / count);
        for (int i = 0; i < sums.Length; i++)
        {
            output.Values[i] = Saturate(Rescale(sums[i], perElement, shift - bits) + output.Zero);
        }
        return output;
    }

    public static ReferenceTensor Pad(ReferenceTensor input, int[] before, int value, ReferenceTensor output)
    {
        Array.Fill(output.Values, (sbyte)value);
        foreach (var (n, y, x, c) in Positions(input.Shape))
        {
            int to = output.Index(n + before[0], y + before[1], x + before[2], c + before[3]);
            output.Values[to] = input.Values[input.Index(n, y, x, c)];
        }
        return output;
    }

    private static IEnumerable<(int N, int Y, int X, int C)> Positions(int[] shape)
    {
        for (int i = 0; i < shape[0] * shape[1] * shape[2] * shape[3]; i++)
        {
            yield return (
                i / shape[3] / shape[2] / shape[1],
                i / shape[3] / shape[2] % shape[1],
                i / shape[3] % shape[2],
                i % shape[3]
            );
        }
    }

    private static int Before(int input, int output, int kernel, int stride, int dilation) =>
        Math.Max(0, (output - 1) * stride + (kernel - 1) * dilation + 1 - input) / 2;

    private static void Store(
        ReferenceTensor output,
        (int N, int Y, int X, int C) at,
        int value,
        (float Low, float High)? clamp
    )
    {
        int result = Math.Clamp(value + output.Zero, -128, 127);
        if (clamp is { } bounds)
        {
            result = Math.Max(
                result,
                output.Zero + (int)MathF.Round(bounds.Low / output.Scale, MidpointRounding.AwayFromZero)
            );
            float high = MathF.Round(bounds.High / output.Scale, MidpointRounding.AwayFromZero);
            result = (int)Math.Min(result, output.Zero + (double)high);
        }
        output.Values[output.Index(at.N, at.Y, at.X, at.C)] = Saturate(result);
    }

    private static sbyte Saturate(int value) => (sbyte)Math.Clamp(value, -128, 127);

    private static int Rescale(int value, double factor)
    {
        var (mantissa, shift) = Multiplier(factor);
        return Rescale(value, mantissa, shift);
    }

    /// <summary>Two rounding steps: the high half of a doubled product, then a division by a power of two.</summary>
    private static int Rescale(int value, int mantissa, int shift)
    {
        long product = (long)(value << Math.Max(shift, 0)) * mantissa;
        long high = (product + (product >= 0 ? 1L << 30 : 1 - (1L << 30))) / (1L << 31);
        // Exact in double; ties go away from zero.
        return (int)Math.Round(Math.ScaleB(high, Math.Min(shift, 0)), MidpointRounding.AwayFromZero);
    }

    /// <summary>A real factor as Q31 mantissa and exponent, taken from the bits of the double.</summary>
    private static (int Mantissa, int Shift) Multiplier(double factor)
    {
        long bits = BitConverter.DoubleToInt64Bits(factor);
        int exponent = (int)(bits >> 52) - 1022;
        long fraction = bits & ((1L << 52) - 1) | 1L << 52;
        long mantissa = (fraction + (1L << 21)) >> 22;
        if (mantissa == 1L << 31)
        {
            mantissa >>= 1;
            exponent++;
        }
        return exponent < -31 ? (0, 0) : ((int)mantissa, exponent);
    }
}
