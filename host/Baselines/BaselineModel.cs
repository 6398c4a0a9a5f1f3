using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Host.Running;

namespace Attune.Host.Baselines;

/// <summary>A model that a baseline has made: int8, as bytes of an .atm file, or in FP32.</summary>
public sealed class BaselineModel
{
    private readonly AtmFile? quantization;

    /// <summary>An int8 model.</summary>
    public BaselineModel(byte[] bytes) => Bytes = bytes;

    /// <summary>An FP32 network that takes the inputs of an int8 model, dequantized.</summary>
    public BaselineModel(FloatNetwork network, AtmFile quantization)
    {
        Network = network;
        this.quantization = quantization;
    }

    /// <summary>The int8 model's .atm file, or null.</summary>
    public byte[]? Bytes { get; }

    /// <summary>The FP32 network, or null.</summary>
    public FloatNetwork? Network { get; }

    /// <summary>Share of samples whose largest class score has the label's number, 0..1.</summary>
    /// <param name="samples">Labelled samples.</param>
    /// <param name="threads">1 or more; the result does not depend on it.</param>
    public double Accuracy(MemorySamples samples, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Bytes is not null
            ? (double)Evaluator.CountCorrect(Bytes, () => samples, threads) / samples.Count
            : FloatEvaluator.Accuracy(Network!, new DequantizedSamples(quantization!, samples), threads);
    }
}
