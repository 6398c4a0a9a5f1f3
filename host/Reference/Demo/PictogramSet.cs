using Attune.Host.Data;

namespace Attune.Host.Reference.Demo;

/// <summary>A series of <see cref="Pictograms"/> as an image set.</summary>
public sealed class PictogramSet : ImageSet
{
    /// <summary>Seed of the series to adapt to in the field.</summary>
    public const ulong Field = 2;

    /// <summary>Seed of the series that chooses between adaptations.</summary>
    public const ulong HeldOut = 3;

    /// <summary>Seed of the series to test on.</summary>
    public const ulong Test = 4;

    private readonly ulong seed;
    private readonly bool redrawn;

    /// <summary>Pictures 0..count-1 of a series; they are drawn when they are read.</summary>
    /// <param name="seed">Of the series.</param>
    /// <param name="count">Number of pictures.</param>
    /// <param name="redrawn">Whether two classes have another pictogram (<see cref="Pictograms.Redrawings"/>).</param>
    public PictogramSet(ulong seed, int count, bool redrawn = false)
        : base(count, Pictograms.Size, Pictograms.Size, 3, Pictograms.Classes)
    {
        this.seed = seed;
        this.redrawn = redrawn;
    }

    /// <inheritdoc/>
    protected override LabeledImage ReadCore(int position)
    {
        var (rgb, label) = Pictograms.Create(seed, position, redrawn);
        return new LabeledImage(new Image(Pictograms.Size, Pictograms.Size, 3, rgb), label, position);
    }
}
