using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Running;

/// <summary>A class with its probability.</summary>
/// <param name="Class">Number of the class.</param>
/// <param name="Name">Its name, or "class" and its number.</param>
/// <param name="Probability">0..1.</param>
public sealed record ClassProbability(int Class, string Name, double Probability);

/// <summary>Asks a model for the class of one input after the other. Not for several threads.</summary>
public sealed class Classifier : IDisposable
{
    private readonly AtmFile file;
    private readonly IntegerRunner runner;
    private readonly sbyte[] scores;

    /// <summary>Prepares a model.</summary>
    /// <exception cref="ModelException">Its outputs are no classes.</exception>
    public Classifier(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.ClassCount == 0)
        {
            throw new ModelException(
                $"the network's outputs are {OutputKinds.Names[OutputKinds.Effective(file)]}, no classes, so it cannot classify; use 'attune run' for its raw outputs"
            );
        }
        this.file = file;
        runner = new IntegerRunner(file);
        scores = new sbyte[runner.Size(file.LogitsTensor)];
    }

    /// <summary>
    /// The classes of an input, the most probable first; of equal ones the smaller number, as devices choose it. Probabilities
    /// are the softmax of the scores in real units, or for a single score its logistic function.
    /// </summary>
    /// <param name="input">The model's int8 input.</param>
    public IReadOnlyList<ClassProbability> Classify(ReadOnlySpan<sbyte> input)
    {
        runner.Run(input);
        runner.Read(file.LogitsTensor, scores);
        int last = file.LogitsTensor - 1;
        float scale = file.Single(last, RecordField.OutputScale);
        int zero = file.Word(last, RecordField.OutputZero);
        double[] logits = [.. scores.Select(score => (double)(score - zero) * scale)];
        double[] classes = logits.Length == 1 ? [0, logits[0]] : logits;
        double most = classes.Max();
        double sum = classes.Sum(one => Math.Exp(one - most));
        return
        [
            .. classes
                .Select((one, place) => new ClassProbability(place, NameOf(place), Math.Exp(one - most) / sum))
                .OrderByDescending(one => one.Probability),
        ];
    }

    /// <summary>Name of a class.</summary>
    public string NameOf(int number) => number < file.ClassNames.Count ? file.ClassNames[number] : $"class {number}";

    /// <inheritdoc/>
    public void Dispose() => runner.Dispose();
}
