using Attune.Data;
using Attune.Memory;

namespace Attune.Host.Data;

/// <summary>Samples in managed memory, as int8 values ready for the model.</summary>
/// <param name="Values">One array of equal length a sample; each byte is an int8 value.</param>
/// <param name="Labels">One label a sample, or -1.</param>
/// <param name="Classes">Number of classes; 0: no labels.</param>
public sealed record MemorySamples(IReadOnlyList<byte[]> Values, IReadOnlyList<int> Labels, int Classes) : ISampleSource
{
    /// <summary>Samples of a file.</summary>
    /// <param name="path">The file (.ats).</param>
    /// <param name="most">The first so many, or all if there are fewer.</param>
    /// <exception cref="DataException">The file cannot be read or is damaged.</exception>
    public static MemorySamples Read(string path, int most = int.MaxValue)
    {
        using SampleReader reader = SampleReader.Open(path);
        byte shift = (byte)(reader.Header.Type == SampleType.UInt8 ? 128 : 0);
        var values = new List<byte[]>();
        var labels = new List<int>();
        foreach (Sample sample in reader.ReadAll().Take(most))
        {
            values.Add(Array.ConvertAll(sample.Elements, value => (byte)(value - shift)));
            labels.Add(sample.Label);
        }
        return new MemorySamples(values, labels, reader.Header.Classes);
    }

    /// <inheritdoc/>
    public int Count => Values.Count;

    /// <inheritdoc/>
    public int SampleBytes => Values[0].Length;

    /// <inheritdoc/>
    public int Load(int index, Arena arena, int offset)
    {
        arena.Write(offset, Values[index], 0, SampleBytes);
        return Labels[index];
    }
}
