using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Reference.Quantization;

/// <summary>
/// Networks to be trained from random weights: int8 weights by He initialisation (He et al. 2015), biases 0, and ranges of the
/// activations that have room for what training makes of them.
/// </summary>
/// <remarks>
/// Weights are normal of variance gain / fan-in, gain 2 before a RELU or RELU6 and 1 elsewhere. The scale of a channel holds
/// twice its largest weight, four times in FULLY_CONNECTED: training grew the largest weights of convolutions up to twofold and
/// those of dense layers three- to sixfold (FP32, Fashion-MNIST, 10 epochs). Ranges are found by running samples through the FP32 network: a tensor
/// with bounds on both sides, as RELU6 has, gets these bounds; any other gets <see cref="ActivationHeadroom"/> times the range
/// of the samples, the class scores at least -16..15.9. Without samples, generated ones are run. Where a range must be found
/// during training, this is the place to leave it open.
/// </remarks>
public static class RandomNetwork
{
    /// <summary>How often the range of the samples fits into that of a tensor without bounds.</summary>
    public const double ActivationHeadroom = 2;

    private const float LeastLogit = 16;
    private const int Generated = 64;

    /// <summary>How often the largest weight of a channel at the start fits into the int8 range.</summary>
    public static double WeightHeadroom(FloatLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer.Operator == Operators.FullyConnected ? 4 : 2;
    }

    /// <summary>An int8 model of a network.</summary>
    /// <param name="network">The network with its random weights.</param>
    /// <param name="samples">Samples to find ranges with; null: generated ones.</param>
    /// <param name="inputScale">Scale of the input.</param>
    /// <param name="inputZero">Zero point of the input.</param>
    public static AtmFile Quantize(FloatNetwork network, ITrainingSamples? samples, float inputScale, int inputZero)
    {
        ArgumentNullException.ThrowIfNull(network);
        var input = new TensorScale(inputScale, inputZero);
        return PostTrainingQuantizer.Quantize(
            network,
            samples ?? new GeneratedSamples(network.InputShape, input, Generated),
            new QuantizationOptions
            {
                InputScale = inputScale,
                InputZero = inputZero,
                WeightHeadroom = WeightHeadroom,
                ActivationHeadroom = ActivationHeadroom,
                LeastLogit = LeastLogit,
                Statistics = false,
            }
        );
    }

    /// <summary>The same network with random weights: layers, classes and input of a model, nothing of what it has learnt.</summary>
    /// <param name="file">The model, without an input filter.</param>
    /// <param name="seed">Of the weights; the same seed gives the same bytes everywhere.</param>
    /// <param name="samples">Samples to find ranges with; null: generated ones.</param>
    /// <param name="path">The model's file, for messages.</param>
    /// <exception cref="DataException">The model has an input filter.</exception>
    public static AtmFile Randomize(AtmFile file, ulong seed, ITrainingSamples? samples, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (Enumerable.Range(0, file.LayerCount).Any(layer => file.Word(layer, RecordField.Spectrum) != 0))
        {
            throw new DataException(
                $"{path}: has an input filter, which has no weights to train; start from the network without it."
            );
        }
        var random = new SeededRandom(seed);
        FloatNetwork trained = FloatNetwork.FromAtm(file);
        var network = new FloatNetwork(
            trained.InputShape,
            [.. trained.Layers.Select(layer => Randomize(layer, random))],
            trained.OutputTensor,
            trained.LogitsTensor
        );
        return Describe(Quantize(network, samples, file.InputScale, file.InputZero), file);
    }

    /// <summary>A model with what another one of the same layers says beside them: names, input range, outputs, blocks.</summary>
    public static AtmFile Describe(AtmFile model, AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(file);
        AtmBuilder builder = AtmBuilder.From(model);
        builder.ClassNames = file.ClassNames;
        builder.InputRange = file.InputRange;
        builder.OutputKind = file.OutputKind;
        builder.BlockCount = file.Header(HeaderField.BlockCount);
        for (int layer = 0; layer < file.LayerCount; layer++)
        {
            builder.Record(layer)[RecordField.Block] = file.Word(layer, RecordField.Block);
        }
        return builder.Build();
    }

    private static FloatLayer Randomize(FloatLayer layer, SeededRandom random)
    {
        if (!layer.HasWeights)
        {
            return layer;
        }
        int fanIn = layer.Weights.Length / layer.Channels;
        double deviation = Math.Sqrt((layer.Minimum == 0 ? 2.0 : 1.0) / fanIn);
        float[] weights = [.. layer.Weights.Select(_ => (float)(deviation * random.NextNormal()))];
        return layer.WithParameters(weights, new float[layer.Channels]);
    }

    /// <summary>Patches of random brightness with noise on them, over the whole range of the input.</summary>
    private sealed class GeneratedSamples(int[] shape, TensorScale input, int count) : ITrainingSamples
    {
        private const int Patch = 4;

        public int Count => count;

        public int Read(int index, Span<float> values)
        {
            var random = new SeededRandom(1, (ulong)index);
            int columns = (shape[2] + Patch - 1) / Patch;
            var patches = new double[(shape[1] + Patch - 1) / Patch * columns * shape[3]];
            for (int i = 0; i < patches.Length; i++)
            {
                patches[i] = random.Between(-128, 128);
            }
            for (int i = 0; i < values.Length; i++)
            {
                int channel = i % shape[3];
                int x = i / shape[3] % shape[2] / Patch;
                int y = i / shape[3] / shape[2] / Patch;
                double value = patches[(y * columns + x) * shape[3] + channel] + random.Between(-32, 32);
                values[i] = input.Scale * ((float)Math.Clamp(value, -128, 127) - input.Zero);
            }
            return 0;
        }
    }
}
