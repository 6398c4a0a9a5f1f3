using Attune.Host.Reference;
using Attune.Host.Shell;
using Attune.Model;

namespace Attune.Tests.Reference;

/// <summary>Networks as text: what each word means, and one line for what is none.</summary>
[TestClass]
public sealed class NetworkTextTest
{
    private static FloatNetwork Build(string text, int side = 12, int channels = 3, ulong seed = 1) =>
        NetworkText.Build(text, (side, side, channels), 5, seed);

    [TestMethod]
    public void Every_kind_of_layer_has_its_operator_shape_and_activation()
    {
        FloatNetwork network = Build(
            "conv 8 5x5 s2 relu, DW, dw 5x5 s2 linear, maxpool 2x2,conv 6 1x1 , avgpool 1x1, mean, fc 7 relu, fc"
        );

        var layers = network.Layers;
        int[] operators = [.. layers.Select(layer => layer.Operator)];
        CollectionAssert.AreEqual(
            (int[])
                [
                    Operators.Conv2D,
                    Operators.DepthwiseConv2D,
                    Operators.DepthwiseConv2D,
                    Operators.MaxPool2D,
                    Operators.Conv2D,
                    Operators.AveragePool2D,
                    Operators.Mean,
                    Operators.FullyConnected,
                    Operators.FullyConnected,
                ],
            operators
        );
        int[] activations = [.. layers.Select(layer => layer.Activation)];
        CollectionAssert.AreEqual((int[])[1, 3, 0, 0, 3, 0, 0, 1, 0], activations);
        int[] sides = [.. layers.Select(layer => layer.OutputShape[1])];
        CollectionAssert.AreEqual((int[])[6, 6, 3, 1, 1, 1, 1, 1, 1], sides);
        int[] channels = [.. layers.Select(layer => layer.Channels)];
        CollectionAssert.AreEqual((int[])[8, 8, 8, 8, 6, 6, 6, 7, 5], channels);
        Assert.AreEqual((5, 2, 3), (layers[0].KernelHeight, layers[0].StrideHeight, layers[1].KernelHeight));
        Assert.AreEqual(layers.Count, network.LogitsTensor);
        Assert.IsTrue(layers.All(layer => layer.Normalization is null && layer.Bias.All(bias => bias == 0)));
    }

    [TestMethod]
    public void A_dense_layer_takes_all_values_of_a_tensor()
    {
        FloatNetwork network = Build("conv 4, fc 6, fc");

        Assert.AreEqual(12 * 12 * 4 * 6, network.Layers[1].Weights.Length);
        CollectionAssert.AreEqual((int[])[1, 1, 1, 576], network.Layers[1].InputShape);
    }

    [TestMethod]
    public void Weights_have_the_variance_of_their_activation_and_come_from_the_seed()
    {
        FloatNetwork network = Build("conv 64 3x3, conv 64 3x3 linear, fc");

        Assert.AreEqual(2.0 / 27, Variance(network.Layers[0]), 0.15 * 2 / 27);
        Assert.AreEqual(1.0 / 576, Variance(network.Layers[1]), 0.05 / 576);
        CollectionAssert.AreEqual(
            network.Layers[1].Weights,
            Build("conv 64 3x3, conv 64 3x3 linear, fc").Layers[1].Weights
        );
        CollectionAssert.AreNotEqual(
            network.Layers[1].Weights,
            Build("conv 64 3x3, conv 64 3x3 linear, fc", seed: 2).Layers[1].Weights
        );
    }

    /// <summary>Weights, their gradients and a few activations in 128 KB.</summary>
    [TestMethod]
    [DataRow("small", 220_000)]
    [DataRow("pooled", 600_000)]
    public void The_networks_with_a_name_can_be_trained_on_a_small_board(string name, int macs)
    {
        FloatNetwork network = NetworkText.Build(name, (28, 28, 1), 10, 1);

        Assert.AreEqual(4, network.Layers.Count(layer => layer.HasWeights));
        int weights = network.Layers.Sum(layer => layer.Weights.Length);
        int biases = network.Layers.Sum(layer => layer.Bias.Length);
        int activations = network.Layers.Sum(layer => layer.OutputCount);
        Assert.IsLessThan(128 * 1024, 5 * weights + 8 * biases + activations);
        Assert.IsLessThan(macs, network.Macs);
    }

    [TestMethod]
    [DataRow("conv 8", "layer 1, 'conv 8': the last layer is 'fc' alone")]
    [DataRow("conv 8, fc 5", "layer 2, 'fc 5': the last layer is 'fc' alone")]
    [DataRow("fc, fc", "layer 1, 'fc': give a number of units, 1..4096")]
    [DataRow("conv, fc", "layer 1, 'conv': give a number of channels, 1..4096")]
    [DataRow("conv 0, fc", "layer 1, 'conv 0': give a number of channels")]
    [DataRow("conv 8 3x5, fc", "a window is square")]
    [DataRow("conv 8 33x33, fc", "a window is square, 1x1..31x31")]
    [DataRow("conv 8 s9, fc", "a stride is s1..s8")]
    [DataRow("conv 8 swish, fc", "'swish' is out of place; takes conv CHANNELS KxK sN")]
    [DataRow("conv 8 3x3 3x3, fc", "'3x3' is out of place")]
    [DataRow("mean 4, fc", "'4' is out of place")]
    [DataRow("maxpool 13x13, fc", "layer 1, 'maxpool 13x13': its input is only 12x12")]
    [DataRow("lstm 8, fc", "layer 1, 'lstm 8': takes conv CHANNELS KxK sN")]
    [DataRow("conv 8,, fc", "layer 2, '': takes")]
    [DataRow("", "layer 1, '': the last layer is 'fc' alone")]
    [DataRow("conv 600, fc 500, fc", "layer 2, 'fc 500': its 86400 inputs are more than 65535")]
    public void What_is_no_network_is_refused_in_one_line(string text, string message)
    {
        var error = Assert.ThrowsExactly<UsageException>(() => Build(text));

        StringAssert.StartsWith(error.Message, "--layers: ");
        StringAssert.Contains(error.Message, message);
        Assert.IsFalse(error.Message.Contains('\n', StringComparison.Ordinal));
    }

    private static double Variance(FloatLayer layer) => layer.Weights.Average(weight => (double)weight * weight);
}
