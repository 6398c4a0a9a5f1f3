using Attune.Data;
using Attune.Memory;

namespace Attune.Tests.Engine;

/// <summary>Samples that remember which of them were asked for.</summary>
internal sealed class SampleSpy(ISampleSource samples) : ISampleSource
{
    public List<int> Loaded { get; } = [];

    public int Count => samples.Count;

    public int Classes => samples.Classes;

    public int SampleBytes => samples.SampleBytes;

    public int Load(int index, Arena arena, int offset)
    {
        Loaded.Add(index);
        return samples.Load(index, arena, offset);
    }
}
