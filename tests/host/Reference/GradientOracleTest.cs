using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Demo;
using Attune.Host.Reference.Training;
using Attune.Host.Running;
using Attune.Model;

namespace Attune.Tests.Reference;

[TestClass]
public sealed class GradientOracleTest
{
    private const int Steps = 4;
    private static readonly AtmFile Model = DemoNetwork.Load();

    [TestMethod]
    public void The_heads_gradient_is_the_closed_form()
    {
        int head = Model.Head;
        int input = Model.Word(head, RecordField.Input);
        sbyte[] sample = Sample(5, out int label);
        using var oracle = new GradientOracle(Model);
        LayerGradient gradient = oracle.LayerGradient(sample, label, head);
        using var runner = new IntegerRunner(Model);
        runner.Run(sample);
        var features = new sbyte[runner.Size(input)];
        runner.Read(input, features);
        int classes = gradient.Bias.Length;
        var accumulators = new double[classes];
        var weights = Model.Int8(Model.Word(head, RecordField.Weights), classes * features.Length);
        var bias = Model.Int32(Model.Word(head, RecordField.Bias), classes);
        int zero = Model.Word(head, RecordField.InputZero);
        var units = new double[classes];
        for (int c = 0; c < classes; c++)
        {
            long sum = bias[c];
            for (int k = 0; k < features.Length; k++)
            {
                sum += weights[c * features.Length + k] * (features[k] - zero);
            }
            units[c] = FloatLayer.WeightScale(Model, head, c) * Model.Single(head, RecordField.InputScale);
            accumulators[c] = sum * units[c];
        }
        double total = accumulators.Sum(Math.Exp);
        Assert.AreEqual(Math.Log(total) - accumulators[label], gradient.Loss, 1e-4);
        for (int c = 0; c < classes; c++)
        {
            double error = Math.Exp(accumulators[c]) / total - (c == label ? 1 : 0);
            Assert.AreEqual(error * units[c], gradient.Bias[c], 1e-5 * units[c] + 1e-4 * Math.Abs(error * units[c]));
            for (int k = 0; k < features.Length; k++)
            {
                double expected = error * units[c] * (features[k] - zero);
                Assert.AreEqual(expected, gradient.Weights[c * features.Length + k], 1e-5 + 1e-3 * Math.Abs(expected));
            }
        }
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(8)]
    [DataRow(12)]
    [DataRow(19)]
    public void Bias_gradients_agree_with_loss_differences_of_the_integer_network(int layer)
    {
        // The change of loss as a channel's bias moves up and down by so many output steps that the rounding noise of the layers
        // after does not hide it (one step: cosines of 0.45 to 0.8; four: 0.91 to 0.96).
        const int Samples = 6;
        int channels = Model.Word(layer, RecordField.OutputN + 3);
        var expected = new double[channels];
        var measured = new double[channels];
        int head = Model.Head;
        using var oracle = new GradientOracle(Model);
        for (int index = 0; index < Samples; index++)
        {
            LayerGradient gradient = oracle.LayerGradient(Sample(index, out int label), label, layer);
            for (int channel = 0; channel < channels; channel++)
            {
                expected[channel] += gradient.Bias[channel] * Step(layer, channel);
            }
        }
        for (int channel = 0; channel < channels; channel++)
        {
            foreach (int sign in (int[])[1, -1])
            {
                using var moved = new GradientOracle(WithBias(layer, channel, sign * Steps * Step(layer, channel)));
                for (int index = 0; index < Samples; index++)
                {
                    sbyte[] sample = Sample(index, out int label);
                    measured[channel] += 0.5 * sign / Steps * moved.LayerGradient(sample, label, head).Loss;
                }
            }
        }
        double dot = 0;
        double a = 0;
        double b = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            dot += expected[channel] * measured[channel];
            a += expected[channel] * expected[channel];
            b += measured[channel] * measured[channel];
        }
        Assert.IsGreaterThan(0.85, dot / Math.Sqrt(a * b), "cosine of the two gradients");
        Assert.AreEqual(1, Math.Sqrt(a / b), 0.35, "ratio of their lengths");
    }

    [TestMethod]
    public void Gradients_are_close_to_those_of_the_real_network()
    {
        var network = FloatNetwork.FromAtm(Model);
        var pass = new BatchPass(network, 1, 1);
        var real = new ParameterGradients(network);
        using var oracle = new GradientOracle(Model);
        sbyte[] sample = Sample(1, out int label);
        InputQuantizer.Dequantize(Model, sample, pass.Input(0));
        pass.Forward(1);
        pass.Backward([label], real);
        foreach (int layer in (int[])[0, 3, 5, 16, 22, 24])
        {
            LayerGradient gradient = oracle.LayerGradient(sample, label, layer);
            var parameters = network.Layers[layer];
            double dot = 0;
            double a = 0;
            double b = 0;
            for (int i = 0; i < gradient.Weights.Length; i++)
            {
                double unit = FloatLayer.WeightScale(Model, layer, parameters.ChannelOf(i));
                double expected = real.Weights[layer][i] * unit;
                dot += expected * gradient.Weights[i];
                a += expected * expected;
                b += (double)gradient.Weights[i] * gradient.Weights[i];
            }
            Assert.IsGreaterThan(0.9, dot / Math.Sqrt(a * b), $"layer {layer}");
        }
    }

    [TestMethod]
    public void Node_gradients_sum_to_the_bias_gradient_and_vanish_where_the_output_is_clamped()
    {
        const int Layer = 5;
        sbyte[] sample = Sample(3, out int label);
        using var oracle = new GradientOracle(Model);
        LayerGradient gradient = oracle.LayerGradient(sample, label, Layer);
        using var runner = new IntegerRunner(Model);
        runner.Run(sample);
        var output = new sbyte[runner.Size(Layer + 1)];
        runner.Read(Layer + 1, output);
        int channels = gradient.Bias.Length;
        float step = Model.Single(Layer, RecordField.OutputScale);
        var sums = new double[channels];
        int clamped = 0;
        for (int i = 0; i < output.Length; i++)
        {
            sums[i % channels] += gradient.Nodes[i];
            if (gradient.Nodes[i] != 0)
            {
                continue;
            }
            clamped += output[i] == Model.Word(Layer, RecordField.ActMin) ? 1 : 0;
        }
        Assert.IsGreaterThan(output.Length / 10, clamped);
        for (int channel = 0; channel < channels; channel++)
        {
            double unit = FloatLayer.WeightScale(Model, Layer, channel) * Model.Single(Layer, RecordField.InputScale);
            Assert.AreEqual(
                sums[channel] * unit / step,
                gradient.Bias[channel],
                1e-6 + 1e-3 * Math.Abs(gradient.Bias[channel])
            );
        }
    }

    [TestMethod]
    public void A_layer_without_weights_has_no_gradient()
    {
        using var oracle = new GradientOracle(Model);
        int add = Enumerable
            .Range(0, Model.LayerCount)
            .First(layer => Model.Word(layer, RecordField.Operator) == Operators.Add);
        Assert.ThrowsExactly<ArgumentException>(() => oracle.LayerGradient(Sample(0, out int label), label, add));
    }

    /// <summary>Bias units of one output step.</summary>
    private static int Step(int layer, int channel) =>
        (int)
            Math.Round(
                Model.Single(layer, RecordField.OutputScale)
                    / (FloatLayer.WeightScale(Model, layer, channel) * Model.Single(layer, RecordField.InputScale))
            );

    private static AtmFile WithBias(int layer, int channel, int change)
    {
        var builder = AtmBuilder.From(Model);
        int channels = Model.Word(layer, RecordField.OutputN + 3);
        int[] bias = Model.Int32(Model.Word(layer, RecordField.Bias), channels).ToArray();
        bias[channel] += change;
        builder.Attach<int>(layer, RecordField.Bias, bias);
        return builder.Build();
    }

    private static sbyte[] Sample(int index, out int label)
    {
        var real = new float[Pictograms.Elements];
        // Noisy pictures: the network is unsure of them, so that gradients are not tiny.
        label = new PictogramSource(PictogramSet.Test, 100, 100).Read(index, real);
        var random = new SeededRandom(5, (ulong)index);
        for (int i = 0; i < real.Length; i++)
        {
            real[i] += (float)(0.2 * random.NextNormal());
        }
        var quantized = new sbyte[real.Length];
        InputQuantizer.Quantize(Model, real, quantized);
        return quantized;
    }
}
