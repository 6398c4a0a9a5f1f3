namespace Attune.Host.Data;

/// <summary>Parts of a labelled set with the same share of every class. Images keep the set's order.</summary>
public static class ClassSplit
{
    /// <summary>
    /// Splits every class by shares: its images up to round(n * cumulative share), in the set's order, go to each part. No image
    /// is in two parts, and the same set gives the same parts.
    /// </summary>
    /// <param name="source">Labelled images; disposing any part disposes it.</param>
    /// <param name="shares">Share of each part, above 0; their sum is the whole.</param>
    /// <exception cref="DataException">The set has no labels, or a part gets no image.</exception>
    public static IReadOnlyList<ImageSet> Split(ImageSet source, IReadOnlyList<int> shares)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(shares);
        double whole = shares.Sum(share => (double)share);
        var parts = shares.Select(_ => new List<int>()).ToArray();
        foreach (List<int> places in ByClass(source))
        {
            double sum = 0;
            int from = 0;
            for (int part = 0; part < parts.Length; part++)
            {
                sum += shares[part];
                int to = (int)Math.Round(places.Count * sum / whole, MidpointRounding.AwayFromZero);
                parts[part].AddRange(places[from..to]);
                from = to;
            }
        }
        int empty = Array.FindIndex(parts, part => part.Count == 0);
        return empty < 0
            ? [.. parts.Select(part => Ordered(source, part))]
            : throw new DataException(
                $"{source.Count} images leave none for part {empty + 1} of the split; give more images or other shares."
            );
    }

    /// <summary>The first images of every class.</summary>
    /// <param name="source">Labelled images; disposing the result disposes it.</param>
    /// <param name="count">Images of each class, at least 1.</param>
    /// <exception cref="DataException">The set has no labels, or a class has fewer images.</exception>
    public static ImageSet PerClass(ImageSet source, int count)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        List<int>[] classes = ByClass(source);
        int poor = Array.FindIndex(classes, places => places.Count < count);
        return poor < 0
            ? Ordered(source, [.. classes.SelectMany(places => places[..count])])
            : throw new DataException(
                $"class \"{source.Classes[poor]}\" has {classes[poor].Count} images to choose from, fewer than {count} a class; give at most {classes.Min(places => places.Count)}."
            );
    }

    private static ImageSet Ordered(ImageSet source, List<int> places)
    {
        places.Sort();
        return source.Choose(places);
    }

    private static List<int>[] ByClass(ImageSet source)
    {
        var classes = source.Classes.Select(_ => new List<int>()).ToArray();
        for (int position = 0; position < source.Count; position++)
        {
            int label = source.LabelOf(position);
            if (label < 0)
            {
                throw new DataException("the images have no classes to be split by; give labelled ones.");
            }
            classes[label].Add(position);
        }
        return classes;
    }
}
