namespace Attune.Host.Reference.Training;

/// <summary>Accuracy of an FP32 network.</summary>
public static class FloatEvaluator
{
    private const int BatchSize = 16;

    /// <summary>Share of samples whose largest class score is that of their label, 0..1.</summary>
    /// <exception cref="InvalidOperationException">The network has no logits.</exception>
    public static double Accuracy(FloatNetwork network, ITrainingSamples samples, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(samples);
        int logits = network.RequireLogits();
        var pass = new BatchPass(network, BatchSize, threads);
        int right = 0;
        for (int start = 0; start < samples.Count; start += BatchSize)
        {
            int size = Math.Min(BatchSize, samples.Count - start);
            var labels = new int[size];
            for (int i = 0; i < size; i++)
            {
                labels[i] = samples.Read(start + i, pass.Input(i));
            }
            pass.Forward(size);
            for (int i = 0; i < size; i++)
            {
                right += SoftmaxLoss.Class(pass.Tensor(logits, i)) == labels[i] ? 1 : 0;
            }
        }
        return (double)right / samples.Count;
    }
}
