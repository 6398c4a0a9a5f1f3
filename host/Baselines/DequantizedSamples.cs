using System.Runtime.InteropServices;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;

namespace Attune.Host.Baselines;

/// <summary>Samples of an int8 model as the real values that they stand for.</summary>
/// <param name="model">Has the input's scale and zero point.</param>
/// <param name="samples">The samples.</param>
internal sealed class DequantizedSamples(AtmFile model, MemorySamples samples) : ITrainingSamples
{
    /// <summary>Samples of a file that goes with the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file (.ats).</param>
    /// <param name="say">Told what is suspicious about it.</param>
    /// <param name="most">The first so many, or all if there are fewer.</param>
    /// <exception cref="DataException">The file cannot be read, or does not go with the model.</exception>
    public static DequantizedSamples Read(AtmFile model, string path, Action<string> say, int most = int.MaxValue)
    {
        foreach (string suspicion in SampleCheck.Require(model, path))
        {
            say($"attune: {suspicion}");
        }
        MemorySamples samples = MemorySamples.Read(path, most);
        int[] shape = model.InputShape;
        return samples.SampleBytes == shape[1] * shape[2] * shape[3]
            ? new DequantizedSamples(model, samples)
            : throw new DataException(
                $"{path}: samples of {samples.SampleBytes} values, the model takes {string.Join('x', shape[1..])}; pack them with --model."
            );
    }

    /// <summary>The samples as the model takes them.</summary>
    public MemorySamples Quantized => samples;

    /// <inheritdoc/>
    public int Count => samples.Count;

    /// <inheritdoc/>
    public int Read(int index, Span<float> input)
    {
        InputQuantizer.Dequantize(model, MemoryMarshal.Cast<byte, sbyte>(samples.Values[index]), input);
        return samples.Labels[index];
    }
}
