namespace Attune.Host.Running;

/// <summary>A class in an evaluation.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name, or its number as text.</param>
/// <param name="Samples">Samples of it.</param>
/// <param name="Correct">Those whose class the model names.</param>
/// <param name="Said">Times that the model named it, rightly or not.</param>
public sealed record ClassScore(int Number, string Name, int Samples, int Correct, int Said)
{
    /// <summary>The part of its samples that the model names, 0..1; null: it has no samples.</summary>
    public double? Accuracy => Samples == 0 ? null : (double)Correct / Samples;
}

/// <summary>Samples of one class that the model took for another.</summary>
/// <param name="Label">The true class.</param>
/// <param name="Said">What the model said.</param>
/// <param name="Count">How often.</param>
public sealed record Mistake(int Label, int Said, int Count);

/// <summary>Which classes a model takes for which: accuracy by class, and the confusion matrix.</summary>
public sealed class Confusion
{
    /// <summary>A class with a larger part of the samples hides what the model does with the others.</summary>
    public const double LargestPart = 0.9;

    private readonly Dictionary<(int Label, int Said), int> counts;

    /// <summary>Counts predictions.</summary>
    /// <param name="predictions">At least one.</param>
    /// <param name="names">Names of the classes; empty: their numbers.</param>
    public Confusion(Predictions predictions, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        counts = predictions.Labels.Zip(predictions.Said).CountBy(pair => pair).ToDictionary();
        Samples = predictions.Labels.Length;
        var labels = predictions.Labels.CountBy(label => label).ToDictionary();
        var said = predictions.Said.CountBy(one => one).ToDictionary();
        Classes =
        [
            .. Enumerable
                .Range(0, predictions.Classes)
                .Select(number => new ClassScore(
                    number,
                    ClassLabels.Name(names, number),
                    labels.GetValueOrDefault(number),
                    Count(number, number),
                    said.GetValueOrDefault(number)
                )),
        ];
    }

    /// <summary>Number of samples.</summary>
    public int Samples { get; }

    /// <summary>All classes of the model, in order.</summary>
    public IReadOnlyList<ClassScore> Classes { get; }

    /// <summary>Mean of the accuracies of the classes that have samples, 0..1.</summary>
    public double BalancedAccuracy => Classes.Select(one => one.Accuracy).OfType<double>().Average();

    /// <summary>Mistakes, the most frequent first.</summary>
    public IReadOnlyList<Mistake> Mistakes =>
        [
            .. counts
                .Where(one => one.Key.Label != one.Key.Said)
                .OrderByDescending(one => one.Value)
                .ThenBy(one => one.Key)
                .Select(one => new Mistake(one.Key.Label, one.Key.Said, one.Value)),
        ];

    /// <summary>What the figures hide, one line each: one class has nearly all samples, or is all that the model says.</summary>
    public IEnumerable<string> Remarks
    {
        get
        {
            ClassScore most = Classes.MaxBy(one => one.Samples)!;
            if (most.Samples > LargestPart * Samples)
            {
                yield return $"{100.0 * most.Samples / Samples:F1} % of the samples are of class {most.Name}: always saying it would have this accuracy; look at the balanced one";
            }
            ClassScore loudest = Classes.MaxBy(one => one.Said)!;
            if (loudest.Said > LargestPart * Samples && loudest.Samples < 0.8 * loudest.Said)
            {
                yield return $"the model says class {loudest.Name} to {100.0 * loudest.Said / Samples:F1} % of the samples; were they packed for it? see 'attune inspect'";
            }
        }
    }

    /// <summary>How many samples of a class the model took for a class.</summary>
    public int Count(int label, int said) => counts.GetValueOrDefault((label, said));
}
