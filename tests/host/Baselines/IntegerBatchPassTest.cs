using System.Runtime.InteropServices;
using Attune.Host.Baselines;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Tests.Engine;

namespace Attune.Tests.Baselines;

[TestClass]
public sealed class IntegerBatchPassTest
{
    [TestMethod]
    public void Gradients_of_all_layers_are_those_of_the_oracle_layer_by_layer() =>
        Compare(BaselineModels.Model, BaselineModels.Samples(5), BaselineModels.WeightedLayers(BaselineModels.Model));

    [TestMethod]
    public void So_they_are_where_the_loss_is_that_of_int8_scores()
    {
        var spec = new LayerSpec
        {
            Channels = 3,
            Multipliers = [0.03, 0.05],
            OutputScale = 0.1f,
            WeightRange = 20,
        };
        AtmFile model = new TinyModel(2, 4, 4, 3)
            .Convolution(spec with { Kernel = 3, ActMin = 0 })
            .Convolution(spec with { Kernel = 2 })
            .Logits()
            .Build();
        Compare(model, TinyModel.Samples(model, 1, 4, 3, 60), [0, 1]);
    }

    [TestMethod]
    [DataRow("resnet8-cifar10-int8", 0, 4, 9, 1e-3)]
    [DataRow("mcunet-cifar10-int8", 1, 26, 51, 0.03)]
    public void So_they_are_on_the_reference_networks(string name, int first, int middle, int last, double tolerance)
    {
        // An accumulator of exactly 0 lies on the bound of a ReLU: the oracle's FP32 sum falls on either side of it.
        AtmFile model = SharedModels.Load(name);
        int[] weighted = BaselineModels.WeightedLayers(model);
        int[] layers = [.. new[] { first, middle, last }.Select(layer => weighted.Last(index => index <= layer))];
        Compare(model, SharedModels.Noise(model, 3, 1, 10), layers, tolerance);
    }

    [TestMethod]
    public void Only_wanted_gradients_are_formed()
    {
        int[] layers = BaselineModels.WeightedLayers(BaselineModels.Model);
        var trained = TrainableParameters.Of([layers[2]], [layers[3]]);
        using var pass = new IntegerBatchPass(
            BaselineModels.Model,
            new IntegerParameters(BaselineModels.Model),
            trained,
            1
        );
        int[] batch = [0, 1, 2, 3];
        Assert.AreEqual(layers[2], pass.First);
        var sum = new ParameterGradients(FloatNetwork.FromAtm(BaselineModels.Model));
        pass.AddGradients(BaselineModels.Samples(4), batch, sum);
        foreach (int layer in layers)
        {
            Assert.AreEqual(layer == layers[2], sum.Weights[layer].Any(value => value != 0), $"weights of {layer}");
        }
        Assert.IsTrue(
            sum.Bias.Select((bias, layer) => layer == layers[3] || bias.All(value => value == 0)).All(x => x)
        );
        using var whole = new IntegerBatchPass(
            BaselineModels.Model,
            new IntegerParameters(BaselineModels.Model),
            TrainableParameters.All,
            1
        );
        var all = new ParameterGradients(FloatNetwork.FromAtm(BaselineModels.Model));
        whole.AddGradients(BaselineModels.Samples(4), batch, all);
        CollectionAssert.AreEqual(all.Weights[layers[2]], sum.Weights[layers[2]]);
        CollectionAssert.AreEqual(all.Bias[layers[3]], sum.Bias[layers[3]]);
    }

    private static void Compare(AtmFile model, MemorySamples samples, int[] layers, double tolerance = 1e-3)
    {
        var parameters = new IntegerParameters(model);
        using var pass = new IntegerBatchPass(model, parameters, TrainableParameters.All, 2);
        var sum = new ParameterGradients(FloatNetwork.FromAtm(model));
        double loss = pass.AddGradients(samples, Enumerable.Range(0, samples.Count).ToArray(), sum);
        using var oracle = new GradientOracle(model);
        foreach (int layer in layers)
        {
            var weights = new double[sum.Weights[layer].Length];
            var bias = new double[sum.Bias[layer].Length];
            double expectedLoss = 0;
            for (int sample = 0; sample < samples.Count; sample++)
            {
                var values = MemoryMarshal.Cast<byte, sbyte>(samples.Values[sample]);
                LayerGradient gradient = oracle.LayerGradient(values, samples.Labels[sample], layer);
                expectedLoss += gradient.Loss;
                for (int i = 0; i < weights.Length; i++)
                {
                    weights[i] += gradient.Weights[i] / parameters.WeightScale(layer, parameters.ChannelOf(layer, i));
                }
                for (int c = 0; c < bias.Length; c++)
                {
                    bias[c] += gradient.Bias[c] / parameters.BiasScale(layer, c);
                }
            }
            Assert.AreEqual(expectedLoss, loss, 1e-4 * expectedLoss);
            AssertClose(weights, sum.Weights[layer], tolerance, $"weights of layer {layer}");
            AssertClose(bias, sum.Bias[layer], tolerance, $"biases of layer {layer}");
        }
    }

    private static void AssertClose(double[] expected, float[] actual, double tolerance, string what)
    {
        double difference = 0;
        double length = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += (expected[i] - actual[i]) * (expected[i] - actual[i]);
            length += expected[i] * expected[i];
        }
        Assert.IsGreaterThan(0.0, length, what);
        Assert.IsLessThan(tolerance, Math.Sqrt(difference / length), what);
    }
}
