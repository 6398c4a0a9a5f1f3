using Attune.Host.Model;

namespace Attune.Host.Reference;

/// <summary>Real inputs to the int8 values that a model takes, and the other way.</summary>
public static class InputQuantizer
{
    /// <summary>q = round(x / scale) + zero point, clamped to int8; ties away from zero.</summary>
    public static void Quantize(AtmFile model, ReadOnlySpan<float> real, Span<sbyte> quantized)
    {
        ArgumentNullException.ThrowIfNull(model);
        float scale = model.InputScale;
        int zero = model.InputZero;
        for (int i = 0; i < real.Length; i++)
        {
            float units = MathF.Round(real[i] / scale, MidpointRounding.AwayFromZero);
            quantized[i] = (sbyte)Math.Clamp(units + zero, -128, 127);
        }
    }

    /// <summary>x = scale * (q - zero point).</summary>
    public static void Dequantize(AtmFile model, ReadOnlySpan<sbyte> quantized, Span<float> real)
    {
        ArgumentNullException.ThrowIfNull(model);
        float scale = model.InputScale;
        int zero = model.InputZero;
        for (int i = 0; i < quantized.Length; i++)
        {
            real[i] = scale * (quantized[i] - zero);
        }
    }
}
