using Attune.Host.Reference;

namespace Attune.Tests.Reference;

/// <summary>Standard normal inputs with labels 0, 1, 2 ... modulo 5.</summary>
internal sealed class NormalSamples(int count, int elements) : ITrainingSamples
{
    public int Count => count;

    public int Read(int index, Span<float> input)
    {
        GradientCheck.Normal(new SeededRandom(31, (ulong)index), elements, 1).CopyTo(input);
        return index % 5;
    }
}
