using Attune.Host.Baselines;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Quantization;
using Attune.Host.Reference.Training;
using Attune.Runs;
using Attune.Tests.Reference;

namespace Attune.Tests.Engine;

/// <summary>The gradients of back-propagation in int8 against those in FP32 at the same values.</summary>
[TestClass]
public sealed class BackwardGradientTest
{
    private const int Count = 100;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("resnet8-cifar10-int8")]
    [DataRow("mcunet-cifar10-int8")]
    public void Gradients_of_recorded_networks_point_where_those_in_FP32_do(string name)
    {
        AtmFile file = SharedModels.Load(name);
        AssertCosines(file, Images(file), 0.96);
    }

    [TestMethod]
    public void So_do_those_through_every_operator()
    {
        AtmFile file = PostTrainingQuantizer.Quantize(
            EveryOperatorNetwork.Create(),
            // Of all samples, so that no value saturates: errors pass what int8 cuts without an activation.
            new NormalSamples(Count, EveryOperatorNetwork.Height * EveryOperatorNetwork.Width * 3)
        );
        // Tensors of a hundred values clip their few largest errors, so that the angle is wider than in larger networks.
        AssertCosines(file, Normal(file, 5), 0.8);
    }

    private void AssertCosines(AtmFile file, MemorySamples samples, double least)
    {
        TrainingJob job = EngineRun.Job("method = learn", "learning-rate = 0", $"batch = {Count}", "arena = 16000000");
        using var engine = new EngineRun(file, job, samples);
        // The first step finds the ranges of errors.
        engine.Trainer.Step(0, 2, null);
        engine.Trainer.Step(0, 2, null);
        var parameters = new IntegerParameters(file);
        using var pass = new IntegerBatchPass(file, parameters, TrainableParameters.All, 2);
        var exact = new ParameterGradients(FloatNetwork.FromAtm(file));
        pass.AddGradients(samples, Enumerable.Range(0, Count).ToArray(), exact);
        int compared = 0;
        double lowest = 1;
        for (int layer = 0; layer < engine.Model.LayerCount; layer++)
        {
            if (engine.Plan.WeightSumsAt[layer] < 0)
            {
                continue;
            }
            float[] weights = engine.Floats(engine.Plan.WeightSumsAt[layer], engine.Model.WeightCount(layer));
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] /= (float)parameters.WeightScale(layer, parameters.ChannelOf(layer, i));
            }
            double ofWeights = Cosine(weights, exact.Weights[layer]);
            TestContext.WriteLine($"layer {layer, 2}: weights {ofWeights:F4}");
            lowest = Math.Min(lowest, ofWeights);
            compared++;
            if (engine.Plan.BiasAt[layer] < 0)
            {
                continue;
            }
            float[] biases = engine.Floats(engine.Plan.BiasSumsAt[layer], engine.Model.Channels(layer));
            for (int i = 0; i < biases.Length; i++)
            {
                biases[i] /= (float)parameters.BiasScale(layer, i);
            }
            double ofBiases = Cosine(biases, exact.Bias[layer]);
            TestContext.WriteLine($"layer {layer, 2}: biases {ofBiases:F4}");
            lowest = Math.Min(lowest, ofBiases);
        }
        Assert.IsGreaterThan(1, compared);
        Assert.IsGreaterThanOrEqualTo(least, lowest);
    }

    /// <summary>Normal inputs as a model takes them.</summary>
    private static MemorySamples Normal(AtmFile file, int classes)
    {
        int elements = file.Elements(0);
        var source = new NormalSamples(Count, elements);
        var real = new float[elements];
        var values = new List<byte[]>();
        for (int index = 0; index < Count; index++)
        {
            var quantized = new sbyte[elements];
            source.Read(index, real);
            InputQuantizer.Quantize(file, real, quantized);
            values.Add(Array.ConvertAll(quantized, value => (byte)value));
        }
        return new MemorySamples(values, [.. Enumerable.Range(0, Count).Select(index => index % classes)], classes);
    }

    /// <summary>The first images of CIFAR-10's training part, as the network takes them.</summary>
    private static MemorySamples Images(AtmFile file)
    {
        using var set = Cifar10File.Open(SharedFolder.Require("data", "cifar10", "data_batch_1.bin"));
        var images = Corruption.Apply(set.Take(Count), "snow", 5, 1).ReadAll().ToList();
        Assert.AreEqual(images[0].Image.Pixels.Length, file.Elements(0));
        return new MemorySamples(
            [.. images.Select(one => Array.ConvertAll(one.Image.Pixels, pixel => (byte)(pixel ^ 0x80)))],
            [.. images.Select(one => one.Label)],
            10
        );
    }

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum() / (Size(a) * Size(b));

    private static double Size(float[] a) => Math.Sqrt(a.Sum(x => (double)x * x));
}
