using Attune.Data;
using Attune.Memory;

namespace Attune.Host.Data;

/// <summary>Samples in managed memory, as int8 values ready for the model.</summary>
/// <param name="Values">One array of equal length a sample; each byte is an int8 value.</param>
/// <param name="Labels">One label a sample, or -1.</param>
/// <param name="Classes">Number of classes; 0: no labels.</param>
public sealed record MemorySamples(IReadOnlyList<byte[]> Values, IReadOnlyList<int> Labels, int Classes) : ISampleSource
{
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
