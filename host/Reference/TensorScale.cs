namespace Attune.Host.Reference;

/// <summary>The int8 quantization of a tensor: value = Scale * (q - Zero).</summary>
/// <param name="Scale">Positive.</param>
/// <param name="Zero">Zero point, -128..127.</param>
internal readonly record struct TensorScale(float Scale, int Zero)
{
    /// <summary>The finest that holds a range.</summary>
    public static TensorScale FromRange(float minimum, float maximum)
    {
        if (minimum == maximum)
        {
            return new TensorScale(1f / 256, 0);
        }
        float scale = (maximum - minimum) / 255;
        double zero = Math.Round(-128 - (double)minimum / scale, MidpointRounding.AwayFromZero);
        return new TensorScale(scale, (int)Math.Clamp(zero, -128, 127));
    }

    /// <summary>That of constant values.</summary>
    public static TensorScale Of(float[] values) => FromRange(Math.Min(0, values.Min()), Math.Max(0, values.Max()));

    /// <summary>zero point + round(value / scale), clamped to int8; the quotient is a float32, ties go away from zero.</summary>
    public int Quantize(float value)
    {
        double units = MathF.Round(value / Scale, MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(Zero + units, -128, 127);
    }
}
