using System.Globalization;
using Attune.Host.Model;

namespace Attune.Host.Running;

/// <summary>What an adaptation did to a model on the samples that it adapted to, seen without labels.</summary>
/// <param name="Before">The model as it came.</param>
/// <param name="After">The result.</param>
public sealed record ShiftComparison(DomainShift Before, DomainShift After)
{
    /// <summary>Measures both models on the same samples.</summary>
    /// <param name="before">The model as it came.</param>
    /// <param name="after">The result.</param>
    /// <param name="samples">The training samples (.ats).</param>
    /// <param name="threads">1 or more; the result does not depend on it.</param>
    public static ShiftComparison Of(AtmFile before, AtmFile after, string samples, int threads) =>
        new(DomainShift.Of(before, samples, threads), DomainShift.Of(after, samples, threads));

    /// <summary>Names and values, as far as they can be measured.</summary>
    public IEnumerable<(string Name, string Value)> Lines
    {
        get
        {
            if (Before.Entropy is { } sure && After.Entropy is { } surer)
            {
                yield return ("entropy", $"{Text(sure)} -> {Text(surer)} nats ({Samples}; less is surer, not righter)");
            }
            if (Before is { MeanShift: { } far } && After is { MeanShift: { } near })
            {
                yield return ("channel means", $"{Text(far)} -> {Text(near)} deviations from those of calibration");
                yield return (
                    "channel spreads",
                    $"factor {Text(Before.Spread!.Value)} -> {Text(After.Spread!.Value)} from those of calibration"
                );
            }
        }
    }

    private string Samples => $"{Before.Samples.ToString("N0", CultureInfo.InvariantCulture)} training samples";

    private static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
