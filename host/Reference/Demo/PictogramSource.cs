namespace Attune.Host.Reference.Demo;

/// <summary>Pictograms as samples of the demo network: real input = (pixel - 128) / 128.</summary>
public sealed class PictogramSource : ITrainingSamples
{
    private readonly ulong seed;
    private readonly int first;

    /// <summary>Pictures first .. first + count - 1 of a series.</summary>
    public PictogramSource(ulong seed, int first, int count)
    {
        this.seed = seed;
        this.first = first;
        Count = count;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Read(int index, Span<float> input)
    {
        var (rgb, label) = Pictograms.Create(seed, first + index);
        for (int i = 0; i < rgb.Length; i++)
        {
            input[i] = (rgb[i] - 128) / 128f;
        }
        return label;
    }
}
