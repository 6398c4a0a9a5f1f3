namespace Attune.Host.Data;

/// <summary>How often each int8 value occurs.</summary>
public sealed class ValueHistogram
{
    private const int Bars = 16;
    private const string Heights = "_▁▂▃▄▅▆▇█";
    private readonly long[] counts = new long[256];

    /// <summary>Number of values.</summary>
    public long Count => counts.Sum();

    /// <summary>Standard deviation, in int8 steps; 0 without values.</summary>
    public double Deviation
    {
        get
        {
            double count = Count;
            if (count == 0)
            {
                return 0;
            }
            double mean = counts.Select((times, place) => (place - 128.0) * times).Sum() / count;
            double squares = counts.Select((times, place) => times * Math.Pow(place - 128.0 - mean, 2)).Sum();
            return Math.Sqrt(squares / count);
        }
    }

    /// <summary>Share of the values that are -128 or 127, 0..1.</summary>
    public double Ends => Count == 0 ? 0 : (double)(counts[0] + counts[255]) / Count;

    /// <summary>Counts a value.</summary>
    public void Add(sbyte value, long times) => counts[value + 128] += times;

    /// <summary>The histogram in one line: 16 bars from -128 to 127, as high as their share of the fullest.</summary>
    public string Picture()
    {
        long[] bars = [.. counts.Chunk(256 / Bars).Select(part => part.Sum())];
        long most = Math.Max(1, bars.Max());
        var text = bars.Select(bar => Heights[(int)Math.Ceiling((Heights.Length - 1) * (double)bar / most)]);
        return $"-128 [{string.Concat(text)}] 127";
    }
}
