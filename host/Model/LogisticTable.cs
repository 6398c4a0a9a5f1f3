namespace Attune.Host.Model;

/// <summary>
/// The logistic function of every int8 value, as TensorFlow Lite Micro's reference kernel computes it in fixed point: the
/// input as Q4.27, 1 / (1 + exp(-x)) as Q0.31 by Newton-Raphson division, the output of scale 1/256 and zero point -128.
/// </summary>
public static class LogisticTable
{
    private const int InputFraction = 27; // of Q4.27
    private const int InputInteger = 4;
    private const int One = int.MaxValue; // of Q0.31

    /// <summary>The outputs of inputs -128..127.</summary>
    /// <param name="scale">Scale of the input, above 0.</param>
    /// <param name="zero">Zero point of the input.</param>
    public static sbyte[] Of(float scale, int zero)
    {
        QuantizedMultiplier multiplier = QuantizedMultiplier.From((double)scale * (1 << InputFraction));
        double largest = ((1 << InputInteger) - 1) * Math.ScaleB(1, InputFraction - multiplier.Shift);
        var table = new sbyte[256];
        for (int value = sbyte.MinValue; value <= sbyte.MaxValue; value++)
        {
            int centred = value - zero;
            table[value + 128] =
                centred <= -Math.Floor(largest) ? sbyte.MinValue
                : centred >= Math.Floor(largest) ? sbyte.MaxValue
                : Output(Logistic(Rescale(centred, multiplier)));
        }
        return table;
    }

    private static sbyte Output(int logistic) => (sbyte)Math.Clamp(DivideByPower(logistic, 23) - 128, -128, 127);

    private static int Logistic(int x)
    {
        if (x == 0)
        {
            return 1 << 30;
        }
        int positive = Reciprocal(ExpOfNegative(-Math.Abs(x)));
        return x > 0 ? positive : One - positive;
    }

    /// <summary>exp(a) for a below 0 as Q4.27; the result is Q0.31.</summary>
    private static int ExpOfNegative(int a)
    {
        const int Quarter = 1 << (InputFraction - 2);
        int part = (a & (Quarter - 1)) - Quarter;
        int result = ExpOfQuarter(part << (31 - InputFraction));
        int rest = part - a;
        // exp(-2^e) for e of -2..3.
        ReadOnlySpan<int> factors = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401];
        for (int bit = 0; bit < factors.Length; bit++)
        {
            if ((rest & (Quarter << bit)) != 0)
            {
                result = MultiplyHigh(result, factors[bit]);
            }
        }
        return result;
    }

    /// <summary>exp(a) for a of -1/4..0 as Q0.31: the Taylor polynomial of degree 4 around -1/8.</summary>
    private static int ExpOfQuarter(int a)
    {
        const int ExpOfEighth = 1895147668;
        const int Third = 715827883;
        int x = a + (1 << 28);
        int x2 = MultiplyHigh(x, x);
        int x3 = MultiplyHigh(x2, x);
        int x4 = MultiplyHigh(x2, x2);
        int tail = DivideByPower(MultiplyHigh(DivideByPower(x4, 2) + x3, Third) + x2, 1);
        return ExpOfEighth + MultiplyHigh(ExpOfEighth, x + tail);
    }

    /// <summary>1 / (1 + a) for a of 0..1 as Q0.31.</summary>
    private static int Reciprocal(int a)
    {
        int half = (int)(((long)a + One + 1) / 2);
        // Of Q2.29: 48/17 - 32/17 * half, then three steps of Newton-Raphson.
        int x = 1515870810 + MultiplyHigh(half, -1010580540);
        for (int step = 0; step < 3; step++)
        {
            int error = (1 << 29) - MultiplyHigh(half, x);
            x += Saturate((long)MultiplyHigh(x, error) << 2);
        }
        return Saturate((long)x << 1);
    }

    /// <summary>value * multiplier, rounded as TensorFlow Lite rescales accumulators.</summary>
    private static int Rescale(int value, QuantizedMultiplier multiplier)
    {
        int left = Math.Max(multiplier.Shift, 0);
        int right = Math.Max(-multiplier.Shift, 0);
        return DivideByPower(MultiplyHigh(value << left, multiplier.Mantissa), right);
    }

    /// <summary>The high half of twice the product, halves rounded away from zero.</summary>
    private static int MultiplyHigh(int a, int b)
    {
        if (a == int.MinValue && b == int.MinValue)
        {
            return int.MaxValue;
        }
        long product = (long)a * b;
        long nudge = product >= 0 ? 1 << 30 : 1 - (1 << 30);
        return (int)((product + nudge) / (1L << 31));
    }

    /// <summary>value / 2^exponent, halves rounded away from zero.</summary>
    private static int DivideByPower(int value, int exponent)
    {
        int mask = (int)((1L << exponent) - 1);
        int threshold = (mask >> 1) + (value < 0 ? 1 : 0);
        return (value >> exponent) + ((value & mask) > threshold ? 1 : 0);
    }

    private static int Saturate(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);
}
