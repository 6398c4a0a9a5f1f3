namespace Attune.Host.Reference.Training;

/// <summary>Gradients of the loss by every parameter of a network, in the parameters' own layouts; empty arrays where a
/// layer has none.</summary>
public sealed class ParameterGradients
{
    /// <summary>Zeros for a network.</summary>
    public ParameterGradients(FloatNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Weights = [.. network.Layers.Select(layer => new float[layer.Weights.Length])];
        Bias = [.. network.Layers.Select(layer => new float[layer.Bias.Length])];
        Gamma = [.. network.Layers.Select(layer => new float[layer.Normalization?.Gamma.Length ?? 0])];
        Beta = [.. network.Layers.Select(layer => new float[layer.Normalization?.Beta.Length ?? 0])];
    }

    /// <summary>By layer: d loss / d weights.</summary>
    public float[][] Weights { get; }

    /// <summary>By layer: d loss / d biases.</summary>
    public float[][] Bias { get; }

    /// <summary>By layer: d loss / d scale of the batch normalisation.</summary>
    public float[][] Gamma { get; }

    /// <summary>By layer: d loss / d offset of the batch normalisation.</summary>
    public float[][] Beta { get; }

    /// <summary>Sets everything to zero.</summary>
    public void Clear() => ForEach(array => Array.Clear(array));

    /// <summary>Adds other gradients of the same network.</summary>
    public void Add(ParameterGradients other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int layer = 0; layer < Weights.Length; layer++)
        {
            RowMath.Add(Weights[layer], other.Weights[layer]);
            RowMath.Add(Bias[layer], other.Bias[layer]);
            RowMath.Add(Gamma[layer], other.Gamma[layer]);
            RowMath.Add(Beta[layer], other.Beta[layer]);
        }
    }

    /// <summary>Divides everything, by the number of samples for example.</summary>
    public void Divide(float divisor) =>
        ForEach(array =>
        {
            for (int i = 0; i < array.Length; i++)
            {
                array[i] /= divisor;
            }
        });

    private void ForEach(Action<float[]> action)
    {
        foreach (float[][] arrays in (float[][][])[Weights, Bias, Gamma, Beta])
        {
            Array.ForEach(arrays, action);
        }
    }
}
