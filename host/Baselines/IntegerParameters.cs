using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Running;
using Attune.Model;

namespace Attune.Host.Baselines;

/// <summary>
/// The weights and biases of an int8 model, to be changed in place. There is no copy in floating point: what a step rounds off
/// is lost, as in real-quantized training (section 2.1 of the paper).
/// </summary>
public sealed class IntegerParameters
{
    private const int LargestBias = 1 << 30; // with it no accumulator of a sound model overflows
    private readonly AtmFile file;
    private readonly double[][] weightScales;

    /// <summary>Copies the parameters of a model.</summary>
    public IntegerParameters(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        this.file = file;
        int layers = file.LayerCount;
        Weights = new sbyte[layers][];
        Biases = new int[layers][];
        BiasSteps = new int[layers][];
        weightScales = new double[layers][];
        var macs = new long[layers];
        Macs = macs;
        for (int layer = 0; layer < layers; layer++)
        {
            int count = LayerRecord.WeightCount(file.Record(layer));
            int channels = count == 0 ? 0 : file.Word(layer, RecordField.OutputN + 3);
            bool biased = channels > 0 && file.Word(layer, RecordField.Bias) >= 0;
            Weights[layer] = count == 0 ? [] : file.Int8(file.Word(layer, RecordField.Weights), count).ToArray();
            Biases[layer] = biased ? file.Int32(file.Word(layer, RecordField.Bias), channels).ToArray() : [];
            weightScales[layer] = new double[channels];
            BiasSteps[layer] = new int[Biases[layer].Length];
            for (int channel = 0; channel < channels; channel++)
            {
                weightScales[layer][channel] = FloatLayer.WeightScale(file, layer, channel);
                if (biased)
                {
                    BiasSteps[layer][channel] = BiasStep(layer, channel);
                }
            }
            macs[layer] = count == 0 ? 0 : Positions(layer) * count;
        }
    }

    /// <summary>By layer: weights in the record's layout; empty for layers without.</summary>
    public sbyte[][] Weights { get; }

    /// <summary>By layer: biases, one an output channel; empty for layers without.</summary>
    public int[][] Biases { get; }

    /// <summary>By layer and channel: bias units that move the pre-activation by about one unit, max(1, round(1 / M)).</summary>
    public int[][] BiasSteps { get; }

    /// <summary>By layer: multiply-accumulates of a forward.</summary>
    public IReadOnlyList<long> Macs { get; }

    /// <summary>Number of layers.</summary>
    public int LayerCount => Weights.Length;

    /// <summary>The last layer that the loss needs.</summary>
    public int LastLayer => file.LastLayer;

    /// <summary>Multiply-accumulates from a layer to the loss.</summary>
    public long MacsFrom(int layer)
    {
        long sum = 0;
        for (int index = layer; index <= LastLayer; index++)
        {
            sum += Macs[index];
        }
        return sum;
    }

    /// <summary>Layers with weights that the loss depends on by position: up to the last one.</summary>
    public int[] TrainableLayers() => [.. Enumerable.Range(0, LastLayer + 1).Where(layer => Weights[layer].Length > 0)];

    /// <summary>A runner takes over a layer's weights and biases.</summary>
    public void ApplyTo(IntegerRunner runner, int layer)
    {
        ArgumentNullException.ThrowIfNull(runner);
        if (Weights[layer].Length > 0)
        {
            runner.SetWeights(layer, Weights[layer]);
        }
        if (Biases[layer].Length > 0)
        {
            runner.SetBiases(layer, Biases[layer]);
        }
    }

    /// <summary>Output channel of a weight.</summary>
    public int ChannelOf(int layer, int weight) =>
        LayerRecord.ChannelOf(
            file.Word(layer, RecordField.Operator),
            weight,
            Weights[layer].Length,
            weightScales[layer].Length
        );

    /// <summary>s_w[c]: the real value of one unit of a weight.</summary>
    public double WeightScale(int layer, int channel) => weightScales[layer][channel];

    /// <summary>s_a s_w[c]: the real value of one unit of a bias.</summary>
    public double BiasScale(int layer, int channel) =>
        weightScales[layer][channel] * file.Single(layer, RecordField.InputScale);

    /// <summary>
    /// A step of a weight with quantization-aware scaling (eq. 11, 15): w_q becomes clip(w_q - R(rate g / s_w^2), -127, 127),
    /// R to the nearest, ties away from zero. Channels of scale 0 and gradients that are no number change nothing.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="weight">Number of the weight.</param>
    /// <param name="gradient">d loss / d w_q: loss per unit of the int8 weight.</param>
    /// <param name="rate">Learning rate of the real network.</param>
    public void StepWeight(int layer, int weight, double gradient, double rate)
    {
        double step = Step(gradient, rate, weightScales[layer][ChannelOf(layer, weight)]);
        if (step != 0)
        {
            Weights[layer][weight] = (sbyte)Math.Clamp(Weights[layer][weight] - step, -127, 127);
        }
    }

    /// <summary>The same of a bias: b_q becomes b_q - R(rate g / (s_a s_w)^2), within +-2^30.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channel">The output channel.</param>
    /// <param name="gradient">d loss / d b_q: loss per unit of the int32 bias.</param>
    /// <param name="rate">Learning rate of the real network.</param>
    public void StepBias(int layer, int channel, double gradient, double rate)
    {
        double step = Step(gradient, rate, BiasScale(layer, channel));
        if (step != 0)
        {
            Biases[layer][channel] = (int)Math.Clamp(Biases[layer][channel] - step, -LargestBias, LargestBias);
        }
    }

    /// <summary>The model with these parameters, as bytes of an .atm file.</summary>
    public byte[] ToModel()
    {
        var builder = AtmBuilder.From(file);
        builder.Adaptations++;
        for (int layer = 0; layer < LayerCount; layer++)
        {
            if (Weights[layer].Length > 0)
            {
                builder.Attach<sbyte>(layer, RecordField.Weights, Weights[layer]);
            }
            if (Biases[layer].Length > 0)
            {
                builder.Attach<int>(layer, RecordField.Bias, Biases[layer]);
            }
        }
        return builder.Build().Bytes;
    }

    private static double Step(double gradient, double rate, double scale)
    {
        double step = Math.Round(rate * gradient / (scale * scale), MidpointRounding.AwayFromZero);
        return scale > 0 && double.IsFinite(step) ? step : 0;
    }

    private int BiasStep(int layer, int channel)
    {
        double multiplier = BiasScale(layer, channel) / file.Single(layer, RecordField.OutputScale);
        double step = Math.Round(1 / multiplier, MidpointRounding.AwayFromZero);
        return multiplier > 0 ? (int)Math.Clamp(step, 1, LargestBias) : 1;
    }

    private long Positions(int layer) =>
        (long)file.Word(layer, RecordField.OutputN)
        * file.Word(layer, RecordField.OutputN + 1)
        * file.Word(layer, RecordField.OutputN + 2);
}
