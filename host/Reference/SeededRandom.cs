namespace Attune.Host.Reference;

/// <summary>
/// A small deterministic generator (SplitMix64: a counter through a 64-bit mixer). Equal on every platform; any
/// (seed, stream) pair starts an independent sequence.
/// </summary>
public sealed class SeededRandom
{
    private const ulong Increment = 0x9E3779B97F4A7C15;
    private ulong state;

    /// <summary>Starts the sequence of a seed and a stream number.</summary>
    public SeededRandom(ulong seed, ulong stream = 0) => state = Mix(seed) ^ Mix(stream + Increment);

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        state += Increment;
        return Mix(state);
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double Between(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform in 0..count-1; count is positive.</summary>
    public int Below(int count) => (int)(((UInt128)NextBits() * (uint)count) >> 64);

    /// <summary>Standard normal (Box-Muller; one value per two draws).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * PortableMath.Log(1 - NextDouble()));
        return radius * PortableMath.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Puts an array into random order (Fisher-Yates).</summary>
    public void Shuffle(int[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
