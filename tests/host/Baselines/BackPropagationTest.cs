using System.Runtime.InteropServices;
using Attune.Host.Baselines;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Tests.Engine;

namespace Attune.Tests.Baselines;

[TestClass]
public sealed class BackPropagationTest
{
    [TestMethod]
    public void A_step_of_int8_full_goes_against_the_oracles_mean_gradient_over_the_squared_scale()
    {
        const double Rate = 0.02;
        AtmFile model = BaselineModels.Model;
        BaselineTask task = BaselineModels.Task(3, 3, 9, Rate);
        BaselineResult result = BaselineMethods.Find("int8-full").Run(task);
        Assert.AreEqual(1, result.Steps);
        using var plain = new PlainNetwork(model);
        using var oracle = new GradientOracle(model);
        var (weights, biases) = BaselineModels.Parameters(result.Model.Bytes!);
        int moved = 0;
        int[] layers = BaselineModels.WeightedLayers(model);
        for (int place = 0; place < layers.Length; place++)
        {
            int layer = layers[place];
            LayerGradient[] gradients =
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(n =>
                        oracle.LayerGradient(
                            MemoryMarshal.Cast<byte, sbyte>(task.Samples.Values[n]),
                            task.Samples.Labels[n],
                            layer
                        )
                    ),
            ];
            sbyte[] before = plain.Weights(layer);
            for (int i = 0; i < before.Length; i++)
            {
                double scale = BaselineModels.Scale(plain, layer, BaselineModels.ChannelOf(plain, layer, i));
                double step = Rate * gradients.Average(gradient => gradient.Weights[i]) / (scale * scale);
                double expected = Math.Clamp(before[i] - step, -127, 127);
                Assert.AreEqual(expected, weights[place][i], 0.5 + 1e-3 * Math.Abs(step), $"layer {layer} weight {i}");
                moved += weights[place][i] != before[i] ? 1 : 0;
            }
            for (int c = 0; c < biases[place].Length; c++)
            {
                double unit =
                    BaselineModels.Scale(plain, layer, c) * model.Single(layer, Attune.Model.RecordField.InputScale);
                double step = Rate * gradients.Average(gradient => gradient.Bias[c]) / (unit * unit);
                double expected = plain.Biases(layer)[c] - step;
                Assert.AreEqual(expected, biases[place][c], 0.5 + 1e-3 * Math.Abs(step), $"layer {layer} bias {c}");
            }
        }
        Assert.IsGreaterThan(100, moved);
    }

    [TestMethod]
    public void A_step_of_fp32_full_goes_against_the_mean_gradient_of_the_real_network()
    {
        const double Rate = 0.01;
        BaselineTask task = BaselineModels.Task(3, 3, 9, Rate);
        BaselineResult result = BaselineMethods.Find("fp32-full").Run(task);
        FloatNetwork start = FloatNetwork.FromAtm(BaselineModels.Model);
        var pass = new BatchPass(start, 3, 1);
        var sum = new ParameterGradients(start);
        for (int n = 0; n < 3; n++)
        {
            InputQuantizer.Dequantize(
                BaselineModels.Model,
                MemoryMarshal.Cast<byte, sbyte>(task.Samples.Values[n]),
                pass.Input(n)
            );
        }
        pass.Forward(3);
        pass.Backward([.. task.Samples.Labels], sum);
        foreach (int layer in BaselineModels.WeightedLayers(BaselineModels.Model))
        {
            float[] after = result.Model.Network!.Layers[layer].Weights;
            for (int i = 0; i < after.Length; i++)
            {
                double step = Rate * sum.Weights[layer][i] / 3;
                Assert.AreEqual(start.Layers[layer].Weights[i] - step, after[i], 1e-6 + 1e-4 * Math.Abs(step));
            }
        }
        BaselineResult biases = BaselineMethods.Find("fp32-biases").Run(task);
        int head = BaselineModels.Model.Head;
        CollectionAssert.AreEqual(start.Layers[head].Weights, biases.Model.Network!.Layers[head].Weights);
        CollectionAssert.AreEqual(result.Model.Network!.Layers[head].Bias, biases.Model.Network!.Layers[head].Bias);
    }

    [TestMethod]
    [DataRow("fp32-full", 0.02)]
    [DataRow("int8-full", 0.002)]
    public void Training_lowers_the_loss(string name, double rate)
    {
        var losses = new List<double>();
        BaselineTask task = BaselineModels.Task(12, 6, 12 * 3 * 15, rate);
        BaselineMethods.Find(name).Run(task, progress => losses.Add(progress.Loss));
        Assert.HasCount(15, losses);
        Assert.IsLessThan(0.8 * losses[0], losses[^1]);
    }

    [TestMethod]
    public void Sparse_training_leaves_the_other_layers_alone()
    {
        int[] layers = BaselineModels.WeightedLayers(BaselineModels.Model);
        BaselineTask task = BaselineModels.Task(6, 6, 30, 0.1) with { Layers = [layers[^2]] };
        var (before, _) = BaselineModels.Parameters(task.Model);
        var (after, _) = BaselineModels.Parameters(BaselineMethods.Find("int8-full").Run(task).Model.Bytes!);
        for (int place = 0; place < layers.Length; place++)
        {
            Assert.AreEqual(place != layers.Length - 2, before[place].SequenceEqual(after[place]), $"{layers[place]}");
        }
    }
}
