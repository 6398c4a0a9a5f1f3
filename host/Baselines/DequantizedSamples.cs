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
    /// <inheritdoc/>
    public int Count => samples.Count;

    /// <inheritdoc/>
    public int Read(int index, Span<float> input)
    {
        InputQuantizer.Dequantize(model, MemoryMarshal.Cast<byte, sbyte>(samples.Values[index]), input);
        return samples.Labels[index];
    }
}
