using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Demo;
using Attune.Host.Reference.Quantization;
using Attune.Host.Reference.Training;
using Attune.Host.Running;
using Attune.Model;

namespace Attune.Tests.Reference;

[TestClass]
public sealed class QuantizerTest
{
    private const int Height = EveryOperatorNetwork.Height;
    private const int Width = EveryOperatorNetwork.Width;

    [TestMethod]
    public void The_integer_network_follows_the_real_one_through_every_operator()
    {
        var network = EveryOperatorNetwork.Create();
        var samples = new NormalSamples(40, Height * Width * 3);
        AtmFile model = PostTrainingQuantizer.Quantize(network, samples);
        var pass = new BatchPass(network, 1, 1);
        using var runner = new IntegerRunner(model);
        var quantized = new sbyte[runner.Size(0)];
        for (int index = 0; index < samples.Count; index++)
        {
            samples.Read(index, pass.Input(0));
            InputQuantizer.Quantize(model, pass.Input(0), quantized);
            pass.Forward(1);
            runner.Run(quantized);
            for (int tensor = 1; tensor < network.TensorCount; tensor++)
            {
                var values = new sbyte[runner.Size(tensor)];
                runner.Read(tensor, values);
                float scale = model.Single(tensor - 1, RecordField.OutputScale);
                int zero = model.Word(tensor - 1, RecordField.OutputZero);
                double squares = 0;
                for (int i = 0; i < values.Length; i++)
                {
                    double error = values[i] - zero - pass.Tensor(tensor, 0)[i] / scale;
                    squares += error * error;
                }
                double deviation = Math.Sqrt(squares / values.Length);
                Assert.IsLessThan(
                    4,
                    deviation,
                    $"tensor {tensor}, {Operators.Name(network.Layers[tensor - 1].Operator)}"
                );
            }
        }
    }

    [TestMethod]
    public void A_model_read_back_has_the_parameters_it_was_made_of()
    {
        var network = EveryOperatorNetwork.Create();
        AtmFile model = PostTrainingQuantizer.Quantize(network, new NormalSamples(10, Height * Width * 3));
        var back = FloatNetwork.FromAtm(model);
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            var expected = network.Layers[layer];
            var actual = back.Layers[layer];
            for (int i = 0; i < expected.Weights.Length; i++)
            {
                float half = (float)FloatLayer.WeightScale(model, layer, expected.ChannelOf(i)) * 0.501f;
                Assert.AreEqual(expected.Weights[i], actual.Weights[i], half, $"layer {layer} weight {i}");
            }
            for (int i = 0; i < expected.Bias.Length; i++)
            {
                Assert.AreEqual(expected.Bias[i], actual.Bias[i], 1e-3f, $"layer {layer} bias {i}");
            }
            for (int i = 0; i < expected.Constant.Length; i++)
            {
                Assert.AreEqual(expected.Constant[i], actual.Constant[i], 0.02f);
            }
            Assert.AreEqual(expected.Minimum, actual.Minimum);
            Assert.AreEqual(expected.Maximum, actual.Maximum);
        }
    }

    [TestMethod]
    public void Source_statistics_are_mean_and_variance_of_the_real_pre_activations()
    {
        var network = EveryOperatorNetwork.Create();
        var samples = new NormalSamples(60, Height * Width * 3);
        AtmFile model = PostTrainingQuantizer.Quantize(network, samples);
        Assert.AreEqual(60, model.Header(HeaderField.CalibrationSamples));
        var first = network.Layers[1];
        Assert.AreEqual(Operators.Conv2D, first.Operator);
        // Without its clamp, the layer's outputs are its pre-activations.
        var open = new FloatNetwork(network.InputShape, [network.Layers[0], WithoutActivation(first)], 2, -1);
        var pass = new BatchPass(open, 1, 1);
        int channels = first.Channels;
        var sum = new double[channels];
        var squares = new double[channels];
        for (int index = 0; index < samples.Count; index++)
        {
            samples.Read(index, pass.Input(0));
            pass.Forward(1);
            var values = pass.Tensor(2, 0);
            for (int i = 0; i < values.Length; i++)
            {
                sum[i % channels] += values[i];
                squares[i % channels] += values[i] * values[i];
            }
        }
        double count = (double)samples.Count * first.Positions;
        var statistics = model.Float32(model.Word(1, RecordField.Statistics), 2 * channels);
        for (int channel = 0; channel < channels; channel++)
        {
            double mean = sum[channel] / count;
            double variance = squares[channel] / count - mean * mean;
            Assert.AreEqual(mean, statistics[channel], 0.02 * Math.Sqrt(variance));
            Assert.AreEqual(variance, statistics[channels + channel], 0.03 * variance);
        }
    }

    [TestMethod]
    public void Blocks_head_and_logits_are_recorded()
    {
        AtmFile model = PostTrainingQuantizer.Quantize(
            EveryOperatorNetwork.Create(),
            new NormalSamples(4, Height * Width * 3)
        );
        int head = model.Head;
        Assert.AreEqual(Operators.FullyConnected, model.Word(head, RecordField.Operator));
        Assert.AreEqual(head + 1, model.LogitsTensor);
        Assert.AreEqual(Operators.Softmax, model.Word(model.LayerCount - 1, RecordField.Operator));
        Assert.AreEqual(4, model.Header(HeaderField.BlockCount));
        Assert.AreEqual(3, model.Word(head, RecordField.Block));
        Assert.AreEqual(1f / 256, model.Single(model.LayerCount - 1, RecordField.OutputScale));
    }

    [TestMethod]
    public void A_percentile_below_100_narrows_the_ranges()
    {
        var network = EveryOperatorNetwork.Create();
        var samples = new NormalSamples(20, Height * Width * 3);
        AtmFile all = PostTrainingQuantizer.Quantize(network, samples);
        AtmFile most = PostTrainingQuantizer.Quantize(network, samples, new QuantizationOptions { Percentile = 99 });
        float ratio = most.InputScale / all.InputScale;
        // 99 % of a normal variable lie within 2.58 deviations; the extremes of 2880 draws near 3.5.
        Assert.IsLessThan(0.85f, ratio);
        Assert.IsGreaterThan(0.6f, ratio);
    }

    [TestMethod]
    public void A_network_with_batch_normalization_is_rejected()
    {
        var network = DemoNetwork.Untrained(1);
        Assert.ThrowsExactly<ArgumentException>(() =>
            PostTrainingQuantizer.Quantize(network, new PictogramSource(1, 0, 1))
        );
    }

    private static FloatLayer WithoutActivation(FloatLayer layer) =>
        new()
        {
            Operator = layer.Operator,
            Input = layer.Input,
            InputShape = layer.InputShape,
            OutputShape = layer.OutputShape,
            KernelHeight = layer.KernelHeight,
            KernelWidth = layer.KernelWidth,
            PadTop = layer.PadTop,
            PadLeft = layer.PadLeft,
            Weights = layer.Weights,
            Bias = layer.Bias,
        };
}
