using System.Runtime.ExceptionServices;

namespace Attune.Host.Data;

/// <summary>
/// Images of one size with their labels, read one at a time when they are asked for, so that a set may be larger than
/// memory. Reading is safe from several threads at once. Disposing closes the files behind the set.
/// </summary>
public abstract class ImageSet : IDisposable
{
    private readonly IDisposable[] owned;

    /// <summary>Describes the set.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="height">Rows of every image.</param>
    /// <param name="width">Columns of every image.</param>
    /// <param name="channels">Channels of every image, 1 or 3.</param>
    /// <param name="classes">Names of the classes; empty where the set has no labels.</param>
    /// <param name="owned">What is disposed with the set.</param>
    protected ImageSet(
        int count,
        int height,
        int width,
        int channels,
        IReadOnlyList<string> classes,
        params IDisposable[] owned
    )
    {
        this.owned = owned;
        Count = count;
        Height = height;
        Width = width;
        Channels = channels;
        Classes = classes;
    }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>Rows of every image.</summary>
    public int Height { get; }

    /// <summary>Columns of every image.</summary>
    public int Width { get; }

    /// <summary>Channels of every image, 1 or 3.</summary>
    public int Channels { get; }

    /// <summary>Names of the classes, in the order of the labels; empty where the set has no labels.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Reads one image.</summary>
    /// <param name="position">0..Count-1.</param>
    /// <exception cref="DataException">The data behind the set is damaged.</exception>
    public LabeledImage Read(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
        return ReadCore(position);
    }

    /// <summary>The label of one image, -1 without; cheaper than the image where the set knows it.</summary>
    /// <param name="position">0..Count-1.</param>
    /// <exception cref="DataException">The data behind the set is damaged.</exception>
    public virtual int LabelOf(int position) => Read(position).Label;

    /// <summary>
    /// All images in order. They are read some at a time on all processors, which does not change the result.
    /// </summary>
    /// <exception cref="DataException">The data behind the set is damaged.</exception>
    public IEnumerable<LabeledImage> ReadAll()
    {
        const long blockBytes = 1 << 25;
        int block = (int)Math.Clamp(blockBytes / ((long)Height * Width * Channels), 1, 256);
        for (int first = 0; first < Count; first += block)
        {
            var images = new LabeledImage[Math.Min(block, Count - first)];
            ReadBlock(first, images);
            foreach (var image in images)
            {
                yield return image;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var one in owned)
        {
            one.Dispose();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads the image at a position that is already known to exist.</summary>
    protected abstract LabeledImage ReadCore(int position);

    private void ReadBlock(int first, LabeledImage[] images)
    {
        try
        {
            Parallel.For(0, images.Length, i => images[i] = ReadCore(first + i));
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }
}
