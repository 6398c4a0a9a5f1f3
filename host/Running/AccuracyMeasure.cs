using Attune.Data;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Shell;

namespace Attune.Host.Running;

/// <summary>Measures a model on a sample file and shows how far it is.</summary>
public static class AccuracyMeasure
{
    /// <summary>Accuracy of a model on a sample file, under a progress bar.</summary>
    /// <param name="model">Bytes of an .atm model.</param>
    /// <param name="path">Labelled samples (.ats).</param>
    /// <param name="threads">1 or more; the result does not depend on it.</param>
    /// <param name="title">Of the progress bar.</param>
    /// <exception cref="DataException">The samples have no labels.</exception>
    public static (int Correct, int Count) Of(byte[] model, string path, int threads, string title)
    {
        int correct = Measure(
            model,
            path,
            title,
            progress => Evaluator.CountCorrect(model, () => CardFolder.OpenSamples(path), threads, progress),
            out int count
        );
        return (correct, count);
    }

    /// <summary>What a model says of each sample of a file, under a progress bar.</summary>
    /// <param name="model">Bytes of an .atm model.</param>
    /// <param name="path">Labelled samples (.ats).</param>
    /// <param name="threads">1 or more; the result does not depend on it.</param>
    /// <param name="title">Of the progress bar.</param>
    /// <exception cref="DataException">The samples have no labels.</exception>
    public static Predictions Predict(byte[] model, string path, int threads, string title) =>
        Measure(
            model,
            path,
            title,
            progress => Evaluator.Predict(model, () => CardFolder.OpenSamples(path), threads, progress),
            out _
        );

    private static T Measure<T>(byte[] model, string path, string title, Func<Action<int>, T> measure, out int count)
    {
        string[] suspicions = [.. SampleCheck.Require(AtmFile.Parse(model), path)];
        using (SampleFile samples = CardFolder.OpenSamples(path))
        {
            count = samples.Count;
            if (samples.Classes == 0)
            {
                throw new DataException(
                    $"{path}: has no labels, so no accuracy can be measured; pack a folder with a subfolder for each class"
                );
            }
        }
        int done = 0;
        T measured = ProgressView.Run(title, count, report => measure(part => report(Interlocked.Add(ref done, part))));
        // A refusal stands alone; what is measured may still deserve a doubt.
        foreach (string suspicion in suspicions)
        {
            Terminal.Note($"attune: {suspicion}");
        }
        return measured;
    }
}
