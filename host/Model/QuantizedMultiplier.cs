namespace Attune.Host.Model;

/// <summary>A real multiplier as Q31 mantissa and shift: value = Mantissa * 2^(Shift - 31).</summary>
/// <param name="Mantissa">0, or 2^30..2^31 - 1.</param>
/// <param name="Shift">Positive = left.</param>
public readonly record struct QuantizedMultiplier(int Mantissa, int Shift)
{
    /// <summary>Largest shift that the kernels take.</summary>
    public const int MaximumShift = 30;

    /// <summary>
    /// The nearest representation of a multiplier as TensorFlow Lite forms it: with value = q * 2^e, q in [0.5, 1), the
    /// mantissa is q * 2^31 rounded, ties away from zero; a value below 2^-32 becomes 0.
    /// </summary>
    /// <param name="value">Finite, not negative.</param>
    public static QuantizedMultiplier From(double value)
    {
        if (value == 0)
        {
            return default;
        }
        int exponent = Math.ILogB(value) + 1;
        long mantissa = (long)Math.Round(Math.ScaleB(value, 31 - exponent), MidpointRounding.AwayFromZero);
        if (mantissa == 1L << 31)
        {
            mantissa >>= 1;
            exponent++;
        }
        return exponent < -31 ? default : new QuantizedMultiplier((int)mantissa, exponent);
    }
}
