namespace Attune.Host.Data;

/// <summary>Selections from image sets. Nothing is read or copied until an image is asked for.</summary>
public static class SampleSource
{
    /// <summary>The set without its first images. Disposing it disposes the source.</summary>
    /// <param name="source">The set to choose from.</param>
    /// <param name="count">How many to leave out; fewer than the source has.</param>
    /// <exception cref="DataException">Nothing would be left.</exception>
    public static ImageSet Skip(this ImageSet source, int count)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (count < 0 || count >= source.Count)
        {
            throw new DataException(
                $"cannot skip {count} of {source.Count} images; skip 0..{source.Count - 1} or use a larger data set."
            );
        }
        return new Selection(source, source.Count - count, position => position + count);
    }

    /// <summary>The first images of the set. Disposing it disposes the source.</summary>
    /// <param name="source">The set to choose from.</param>
    /// <param name="count">How many, 1..source.Count.</param>
    /// <exception cref="DataException">There are not that many.</exception>
    public static ImageSet Take(this ImageSet source, int count)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (count < 1 || count > source.Count)
        {
            throw new DataException(
                $"cannot take {count} of {source.Count} images; take 1..{source.Count} or use a larger data set."
            );
        }
        return new Selection(source, count, position => position);
    }

    /// <summary>
    /// The set in random order (Fisher-Yates), the same for the same seed and number of images everywhere. Disposing it
    /// disposes the source.
    /// </summary>
    public static ImageSet Shuffle(this ImageSet source, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        var order = new int[source.Count];
        var random = new RandomSequence(seed, 0);
        for (int i = 0; i < order.Length; i++)
        {
            int other = random.Below(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return new Selection(source, order.Length, position => order[position]);
    }

    /// <summary>Some images of the set, in the order given. Disposing it disposes the source.</summary>
    /// <param name="source">The set to choose from.</param>
    /// <param name="places">At least one of 0..source.Count-1.</param>
    public static ImageSet Choose(this ImageSet source, IReadOnlyList<int> places)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentOutOfRangeException.ThrowIfZero(places.Count);
        return new Selection(source, places.Count, position => places[position]);
    }

    /// <summary>
    /// Several sets of the same image size and classes as one; images are numbered through. Disposing it disposes them.
    /// </summary>
    /// <exception cref="DataException">The sets differ in image size or classes.</exception>
    public static ImageSet Concat(params IReadOnlyList<ImageSet> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Count);
        return new Concatenation(sources);
    }

    private sealed class Selection(ImageSet source, int count, Func<int, int> place)
        : ImageSet(count, source.Height, source.Width, source.Channels, source.Classes, source)
    {
        public override int LabelOf(int position) => source.LabelOf(place(position));

        protected override LabeledImage ReadCore(int position) => source.Read(place(position));
    }

    private sealed class Concatenation : ImageSet
    {
        private readonly IReadOnlyList<ImageSet> sources;

        public Concatenation(IReadOnlyList<ImageSet> sources)
            : base(
                Total(sources),
                sources[0].Height,
                sources[0].Width,
                sources[0].Channels,
                sources[0].Classes,
                [.. sources]
            ) => this.sources = sources;

        protected override LabeledImage ReadCore(int position)
        {
            int rest = position;
            int part = 0;
            while (rest >= sources[part].Count)
            {
                rest -= sources[part++].Count;
            }
            return sources[part].Read(rest) with { Index = position };
        }

        private static int Total(IReadOnlyList<ImageSet> sources)
        {
            var first = sources[0];
            long total = 0;
            foreach (var source in sources)
            {
                if (
                    (source.Height, source.Width, source.Channels) != (first.Height, first.Width, first.Channels)
                    || !source.Classes.SequenceEqual(first.Classes)
                )
                {
                    throw new DataException(
                        "the data sets to be joined differ in image size or classes; give files of one data set."
                    );
                }
                total += source.Count;
            }
            return total <= int.MaxValue
                ? (int)total
                : throw new DataException($"{total} images are too many for one set; give fewer files.");
        }
    }
}
