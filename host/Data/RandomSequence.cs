using System.Numerics;

namespace Attune.Host.Data;

/// <summary>
/// Random numbers that depend on a seed and an index alone: xoshiro256** (Blackman and Vigna 2018) whose state is
/// filled by SplitMix64. The integers are the same on every machine; numbers that pass through the platform's log, cos
/// or exp may differ in the last bit between platforms.
/// </summary>
public sealed class RandomSequence
{
    /// <summary>The largest mean that <see cref="Poisson"/> takes; exp(-mean) must not underflow.</summary>
    public const double MaxPoissonMean = 700;

    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;
    private double spare = double.NaN;

    /// <summary>Starts the stream of one image.</summary>
    /// <param name="seed">Any value.</param>
    /// <param name="index">The image's number; streams of different numbers are independent.</param>
    public RandomSequence(ulong seed, long index)
    {
        // Mixing the seed before the index is added keeps (seed, index + 1) apart from (seed + 1, index).
        ulong state = seed;
        state = SplitMix(ref state) ^ (ulong)index;
        s0 = SplitMix(ref state);
        s1 = SplitMix(ref state);
        s2 = SplitMix(ref state);
        s3 = SplitMix(ref state);
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        ulong t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * Uniform();

    /// <summary>Uniform integer in 0..bound-1, without bias.</summary>
    /// <param name="bound">At least 1.</param>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        ulong range = (ulong)bound;
        ulong excess = (ulong.MaxValue % range + 1) % range;
        ulong value;
        do
        {
            value = Next();
        } while (value > ulong.MaxValue - excess);
        return (int)(value % range);
    }

    /// <summary>Normal with mean 0 and standard deviation 1 (Box and Muller 1958; made in pairs).</summary>
    public double Normal()
    {
        if (!double.IsNaN(spare))
        {
            double result = spare;
            spare = double.NaN;
            return result;
        }
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        double angle = 2 * Math.PI * Uniform();
        spare = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    /// <summary>
    /// Poisson, by inversion of the distribution function, summed from 0: exact to the rounding of doubles.
    /// </summary>
    /// <param name="mean">0..<see cref="MaxPoissonMean"/>.</param>
    public int Poisson(double mean)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(mean);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mean, MaxPoissonMean);
        double u = Uniform();
        double probability = Math.Exp(-mean);
        double sum = probability;
        int value = 0;
        while (u >= sum)
        {
            probability *= mean / (value + 1);
            // Rounding may leave the whole sum below u: the tail ends where its terms no longer count.
            if (value > mean && sum + probability == sum)
            {
                break;
            }
            value++;
            sum += probability;
        }
        return value;
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
