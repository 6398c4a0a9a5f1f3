using Attune.Host.Model;

namespace Attune.Host.Reference.Training;

/// <summary>Accuracy of an int8 model on real-valued samples.</summary>
public static class IntegerEvaluator
{
    /// <summary>Share of samples whose largest class score is that of their label, 0..1.</summary>
    /// <exception cref="InvalidOperationException">The model has no logits.</exception>
    public static double Accuracy(AtmFile model, ITrainingSamples samples)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        int logits = model.LogitsTensor;
        if (logits < 0)
        {
            throw new InvalidOperationException("the model has no class scores, so it has no accuracy");
        }
        using var trace = new IntegerTrace(model);
        var real = new float[trace.Size(0)];
        var quantized = new sbyte[real.Length];
        var scores = new sbyte[trace.Size(logits)];
        int right = 0;
        for (int index = 0; index < samples.Count; index++)
        {
            int label = samples.Read(index, real);
            InputQuantizer.Quantize(model, real, quantized);
            trace.Run(quantized);
            trace.Read(logits, scores);
            right += Array.IndexOf(scores, scores.Max()) == label ? 1 : 0;
        }
        return (double)right / samples.Count;
    }
}
