using System.Globalization;

namespace Attune.Host.Model;

/// <summary>
/// How raw values (pixels: 0..255) become the real values that a network was trained on: real = (raw - mean) / deviation,
/// channel by channel.
/// </summary>
public sealed class InputRange
{
    private const float Near = 1e-5f;

    private static readonly (string Name, InputRange Range, string Meaning)[] Named =
    [
        ("raw", new InputRange([0], [1]), "0..255"),
        ("unit", new InputRange([0], [255]), "0..1"),
        ("symmetric", new InputRange([127.5f], [127.5f]), "-1..1"),
        (
            "imagenet",
            new InputRange([255 * 0.485f, 255 * 0.456f, 255 * 0.406f], [255 * 0.229f, 255 * 0.224f, 255 * 0.225f]),
            "ImageNet's mean and deviation"
        ),
    ];

    /// <summary>Creates a range.</summary>
    /// <param name="means">One for all channels, or one for each.</param>
    /// <param name="deviations">As many, none 0.</param>
    public InputRange(IReadOnlyList<float> means, IReadOnlyList<float> deviations)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(deviations);
        bool sound = means.Count > 0 && means.Count == deviations.Count;
        if (!sound || !means.Concat(deviations).All(float.IsFinite) || deviations.Any(one => one == 0))
        {
            throw new ArgumentException("a range has finite means and as many deviations, which are not 0");
        }
        Means = means;
        Deviations = deviations;
    }

    /// <summary>Means in raw units; one for all channels, or one for each.</summary>
    public IReadOnlyList<float> Means { get; }

    /// <summary>Standard deviations in raw units, as many as means.</summary>
    public IReadOnlyList<float> Deviations { get; }

    /// <summary>The ranges that have a name, with what they are.</summary>
    public static IEnumerable<(string Name, InputRange Range, string Meaning)> WithNames => Named;

    /// <summary>What <see cref="Parse"/> takes, for help and messages.</summary>
    public static string Choices =>
        string.Join(", ", Named.Select(one => $"{one.Name} ({one.Meaning})"))
        + ", or MEAN,DEVIATION of the pixels 0..255 (one for each channel: 120,115,105/60,58,60)";

    /// <summary>Real value of a raw one.</summary>
    public double Real(double raw, int channel)
    {
        int at = Means.Count == 1 ? 0 : channel;
        return (raw - Means[at]) / Deviations[at];
    }

    /// <summary>Raw value of a real one.</summary>
    public double Raw(double real, int channel)
    {
        int at = Means.Count == 1 ? 0 : channel;
        return real * Deviations[at] + Means[at];
    }

    /// <summary>Whether the range is defined for inputs of so many channels.</summary>
    public bool Fits(int channels) => Means.Count == 1 || Means.Count == channels;

    /// <summary>A range by name, or as mean,deviation or means/deviations; null if the text is neither.</summary>
    public static InputRange? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Named.FirstOrDefault(one => one.Name.Equals(text, StringComparison.OrdinalIgnoreCase)).Range is { } known)
        {
            return known;
        }
        string[] parts = text.Split('/');
        float[]? values = parts.Length <= 2 ? Numbers(parts[0]) : null;
        float[]? deviations = parts.Length == 2 ? Numbers(parts[1]) : null;
        (float[]? means, deviations) =
            parts.Length == 2 ? (values, deviations)
            : values is { Length: 2 } ? (values[..1], values[1..])
            : (null, null);
        return means is not null && deviations?.Length == means.Length && !deviations.Contains(0)
            ? new InputRange(means, deviations)
            : null;
    }

    /// <summary>
    /// The range that an input's scale and zero point leave no doubt of, or null. Networks that were fed 0..1 or -1..1 cover
    /// about that; those that were fed 0..255 begin at 0 and reach the brightest pixel of their calibration.
    /// </summary>
    /// <param name="scale">Scale of the network's input.</param>
    /// <param name="zero">Its zero point.</param>
    public static InputRange? Guess(float scale, int zero)
    {
        var (low, high) = Covered(scale, zero);
        if (scale == 1f / 128 && zero == 0)
        {
            return new InputRange([128], [128]);
        }
        return zero == -128 && high is > 0.7 and <= 1.02 ? Named[1].Range
            : zero == -128 && high is >= 64 and <= 257 ? Named[0].Range
            : low is >= -1.02 and <= -0.7 && high is >= 0.7 and <= 1.02 ? Named[2].Range
            : null;
    }

    /// <summary>The real values that int8 covers with a scale and zero point.</summary>
    public static (double Low, double High) Covered(float scale, int zero) =>
        ((-128.0 - zero) * scale, (127.0 - zero) * scale);

    /// <summary>Name and meaning, or means and deviations.</summary>
    public string Describe()
    {
        var (name, _, meaning) = Named.FirstOrDefault(one => Equals(one.Range));
        return name is null ? $"(pixel - {List(Means)}) / {List(Deviations)}" : $"{name} ({meaning})";
    }

    /// <summary>The text that <see cref="Parse"/> takes back.</summary>
    public override string ToString() =>
        Named.FirstOrDefault(one => Equals(one.Range)).Name ?? $"{List(Means)}/{List(Deviations)}";

    /// <inheritdoc/>
    public override bool Equals(object? obj) =>
        obj is InputRange other && Same(Means, other.Means) && Same(Deviations, other.Deviations);

    /// <summary>The same for all: equal ranges need not have equal values.</summary>
    public override int GetHashCode() => 0;

    /// <summary>Whether two lists are the same for every channel; one value stands for all.</summary>
    private static bool Same(IReadOnlyList<float> one, IReadOnlyList<float> other)
    {
        int count = Math.Max(one.Count, other.Count);
        return (one.Count == 1 || one.Count == count)
            && (other.Count == 1 || other.Count == count)
            && Enumerable
                .Range(0, count)
                .All(at =>
                    Math.Abs(one[one.Count == 1 ? 0 : at] - other[other.Count == 1 ? 0 : at])
                    <= Near * Math.Max(1, Math.Abs(other[other.Count == 1 ? 0 : at]))
                );
    }

    private static string List(IReadOnlyList<float> values) =>
        string.Join(",", values.Select(value => value.ToString("0.####", CultureInfo.InvariantCulture)));

    private static float[]? Numbers(string text)
    {
        string[] parts = text.Split(',');
        var numbers = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            bool good = float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]);
            if (!good || !float.IsFinite(numbers[i]))
            {
                return null;
            }
        }
        return numbers;
    }
}
