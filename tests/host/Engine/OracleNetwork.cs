using Attune.Host.Model;
using Attune.Model;

namespace Attune.Tests.Engine;

/// <summary>
/// Loss and exact gradients of a chain of layers with weights by plain forward and back-propagation in double, without
/// any rounding: the function that the integer network approximates. Everything is in quantized units.
/// </summary>
internal sealed class OracleNetwork
{
    private readonly PlainNetwork network;
    private readonly double[][] activations;
    private readonly double[][] gradients;

    /// <summary>Runs one sample forward and back; all layers read the tensor before them.</summary>
    public OracleNetwork(PlainNetwork network, byte[] sample, int label)
    {
        this.network = network;
        AtmFile file = network.File;
        int layers = file.LayerCount;
        activations = new double[layers + 1][];
        gradients = new double[layers + 1][];
        activations[0] = [.. sample.Select(value => (double)(sbyte)value)];
        for (int layer = 0; layer < layers; layer++)
        {
            activations[layer + 1] = Forward(layer);
        }
        int head = network.Head;
        double scale = file.Single(head, RecordField.OutputScale);
        Loss = LossOf(activations[head + 1], scale, label, out double[] probabilities);
        gradients[head + 1] =
        [
            .. probabilities
                .Select((probability, k) => scale * (probability - (k == label ? 1 : 0)))
                .Skip(probabilities.Length - activations[head + 1].Length),
        ];
        for (int layer = head; layer > 0; layer--)
        {
            gradients[layer] = Backward(layer);
        }
    }

    public double Loss { get; }

    /// <summary>Values of a tensor before they would be rounded.</summary>
    public double[] Tensor(int tensor) => activations[tensor];

    /// <summary>d loss / d z_q of a layer's outputs.</summary>
    public double[] Nodes(int layer) => gradients[layer + 1];

    /// <summary>d loss / d w_q, then d loss / d b_q.</summary>
    public double[] Parameters(int layer)
    {
        int channels = network.Channels(layer);
        var result = new double[network.WeightCount(layer) + (network.HasBias(layer) ? channels : 0)];
        var taps = new LayerTaps(network.File, layer);
        int zero = network.File.Word(layer, RecordField.InputZero);
        for (int p = 0; p < network.Positions(layer); p++)
        {
            for (int c = 0; c < channels; c++)
            {
                double node = network.Multiplier(layer, c) * Nodes(layer)[p * channels + c];
                foreach (var (weight, element) in taps.Of(p, c))
                {
                    result[weight] += node * (activations[layer][element] - zero);
                }
                if (network.HasBias(layer))
                {
                    result[network.WeightCount(layer) + c] += node;
                }
            }
        }
        return result;
    }

    /// <summary>Softmax cross-entropy of logits = values * scale; a single value is that of class 1, that of class 0 is 0.</summary>
    public static double LossOf(double[] values, double scale, int label, out double[] probabilities)
    {
        values = values.Length == 1 ? [0, values[0]] : values;
        double largest = values.Max();
        double sum = values.Sum(value => Math.Exp((value - largest) * scale));
        probabilities = [.. values.Select(value => Math.Exp((value - largest) * scale) / sum)];
        return Math.Log(sum) - (values[label] - largest) * scale;
    }

    private double[] Forward(int layer)
    {
        AtmFile file = network.File;
        int channels = network.Channels(layer);
        var result = new double[network.Elements(layer + 1)];
        var taps = new LayerTaps(file, layer);
        sbyte[] weights = network.Weights(layer);
        int[] biases = network.HasBias(layer) ? network.Biases(layer) : new int[channels];
        int zero = file.Word(layer, RecordField.InputZero);
        for (int e = 0; e < result.Length; e++)
        {
            double sum = biases[e % channels];
            foreach (var (weight, element) in taps.Of(e / channels, e % channels))
            {
                sum += weights[weight] * (activations[layer][element] - zero);
            }
            result[e] = network.Multiplier(layer, e % channels) * sum;
            result[e] += layer == network.Head ? 0 : file.Word(layer, RecordField.OutputZero);
        }
        return result;
    }

    private double[] Backward(int layer)
    {
        int channels = network.Channels(layer);
        var result = new double[network.Elements(layer)];
        var taps = new LayerTaps(network.File, layer);
        sbyte[] weights = network.Weights(layer);
        for (int e = 0; e < network.Elements(layer + 1); e++)
        {
            double node = network.Multiplier(layer, e % channels) * gradients[layer + 1][e];
            foreach (var (weight, element) in taps.Of(e / channels, e % channels))
            {
                result[element] += node * weights[weight];
            }
        }
        return result;
    }
}
