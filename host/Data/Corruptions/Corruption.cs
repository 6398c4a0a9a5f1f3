namespace Attune.Host.Data.Corruptions;

/// <summary>
/// The corruptions of CIFAR-10-C (Hendrycks and Dietterich 2019) but for "frost", which blends photographs: 15 kinds in 5
/// severities. A corrupted image depends on the image, the kind, the severity, the seed and the image's number, and on
/// nothing else: not on other images, their order or the number of threads. Distances are in pixels and noise is per
/// value, both as published for 32x32 images, whatever the size of the image; gray images are treated as one channel.
/// </summary>
public static class Corruption
{
    private static readonly (string Name, Func<Image, int, RandomSequence, Image> Apply)[] Kinds =
    [
        ("gaussian_noise", Noise.Gaussian),
        ("shot_noise", Noise.Shot),
        ("impulse_noise", Noise.Impulse),
        ("speckle_noise", Noise.Speckle),
        ("gaussian_blur", Blur.Gaussian),
        ("defocus_blur", Blur.Defocus),
        ("motion_blur", Blur.Motion),
        ("zoom_blur", Blur.Zoom),
        ("fog", Weather.Fog),
        ("snow", Weather.Snow),
        ("brightness", Weather.Brightness),
        ("contrast", Digital.Contrast),
        ("elastic_transform", Digital.ElasticTransform),
        ("pixelate", Digital.Pixelate),
        ("jpeg_compression", Digital.JpegCompression),
    ];

    /// <summary>The lowest and the highest severity.</summary>
    public const int MinSeverity = 1,
        MaxSeverity = 5;

    /// <summary>The names of the 15 kinds, as CIFAR-10-C spells them.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(Kinds, kind => kind.Name);

    /// <summary>Corrupts one image.</summary>
    /// <param name="image">The clean image; it is not changed.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="severity">1 (weak) .. 5 (strong).</param>
    /// <param name="seed">Seed of all images of a set.</param>
    /// <param name="index">Number of the image (<see cref="LabeledImage.Index"/>).</param>
    /// <exception cref="DataException">There is no such kind or severity.</exception>
    public static Image Apply(Image image, string name, int severity, ulong seed, long index)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Find(name, severity)(image, severity - 1, new RandomSequence(seed, index));
    }

    /// <summary>
    /// A set whose images are corrupted when they are read. Disposing it disposes the source.
    /// </summary>
    /// <param name="source">The clean images.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="severity">1 (weak) .. 5 (strong).</param>
    /// <param name="seed">Seed of all images of the set.</param>
    /// <exception cref="DataException">There is no such kind or severity.</exception>
    public static ImageSet Apply(ImageSet source, string name, int severity, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new CorruptedSet(source, Find(name, severity), severity - 1, seed);
    }

    private static Func<Image, int, RandomSequence, Image> Find(string name, int severity)
    {
        if (severity is < MinSeverity or > MaxSeverity)
        {
            throw new DataException($"there is no severity {severity}; use {MinSeverity}..{MaxSeverity}.");
        }
        foreach (var kind in Kinds)
        {
            if (kind.Name == name)
            {
                return kind.Apply;
            }
        }
        string frost =
            name == "frost" ? " (frost blends photographs and comes only with the published CIFAR-10-C files)" : "";
        throw new DataException(
            $"there is no corruption \"{name}\" to generate{frost}; use one of {string.Join(", ", Names)}."
        );
    }

    private sealed class CorruptedSet(
        ImageSet source,
        Func<Image, int, RandomSequence, Image> apply,
        int level,
        ulong seed
    ) : ImageSet(source.Count, source.Height, source.Width, source.Channels, source.Classes, source)
    {
        protected override LabeledImage ReadCore(int position)
        {
            var clean = source.Read(position);
            return clean with { Image = apply(clean.Image, level, new RandomSequence(seed, clean.Index)) };
        }
    }
}
