namespace Attune.Host.Reference;

/// <summary>
/// Elementary functions from additions, multiplications and divisions only, so that training and generated data do not
/// depend on the platform's mathematics library. Relative error below 1e-14 where it is not said otherwise.
/// </summary>
public static class PortableMath
{
    private const double Ln2High = 0.693147180369123816490; // upper bits of ln 2, exact in products with |k| < 2^20
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double HalfPiHigh = 1.57079632673412561417;
    private const double HalfPiLow = 6.07710050650619224932e-11;

    /// <summary>e^x; 0 below -700, infinite above 700.</summary>
    public static double Exp(double x)
    {
        if (x < -700)
        {
            return 0;
        }
        if (x > 700)
        {
            return double.PositiveInfinity;
        }
        double k = Math.Round(x / (Ln2High + Ln2Low));
        double r = x - k * Ln2High - k * Ln2Low;
        double sum = 1;
        for (int n = 14; n >= 1; n--)
        {
            sum = 1 + r * sum / n;
        }
        return sum * BitConverter.Int64BitsToDouble((1023L + (long)k) << 52);
    }

    /// <summary>Natural logarithm of a positive, normal x.</summary>
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }
        double s = (mantissa - 1) / (mantissa + 1);
        double square = s * s;
        double sum = 0;
        for (int n = 23; n >= 1; n -= 2)
        {
            sum = sum * square + 1.0 / n;
        }
        return exponent * Ln2High + (2 * s * sum + exponent * Ln2Low);
    }

    /// <summary>Sine of x in radians, |x| below 1e5; absolute error below 1e-12.</summary>
    public static double Sin(double x)
    {
        double quadrant = Math.Round(x / (HalfPiHigh + HalfPiLow));
        double r = x - quadrant * HalfPiHigh - quadrant * HalfPiLow;
        return ((long)quadrant & 3) switch
        {
            0 => SmallSine(r),
            1 => SmallCosine(r),
            2 => -SmallSine(r),
            _ => -SmallCosine(r),
        };
    }

    /// <summary>Cosine of x in radians, |x| below 1e5; absolute error below 1e-12.</summary>
    public static double Cos(double x) => Sin(x + (HalfPiHigh + HalfPiLow));

    private static double SmallSine(double x)
    {
        double square = x * x;
        double sum = 1;
        for (int n = 19; n >= 3; n -= 2)
        {
            sum = 1 - square * sum / (n * (n - 1));
        }
        return x * sum;
    }

    private static double SmallCosine(double x)
    {
        double square = x * x;
        double sum = 1;
        for (int n = 20; n >= 2; n -= 2)
        {
            sum = 1 - square * sum / (n * (n - 1));
        }
        return sum;
    }
}
