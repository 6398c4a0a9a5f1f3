using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Demo;
using Attune.Host.Reference.Quantization;
using Attune.Host.Running;
using Attune.Model;

namespace Attune.Tests.Reference;

/// <summary>Int8 models of untrained networks: where weights and ranges stand, and what is kept of a model that is begun again.</summary>
[TestClass]
public sealed class RandomNetworkTest
{
    private static AtmFile Small(ITrainingSamples? samples = null) =>
        RandomNetwork.Quantize(
            NetworkText.Build("conv 8 3x3 s2, conv 12 3x3 relu, fc 20, fc", (16, 16, 3), 10, 1),
            samples,
            1f / 128,
            0
        );

    [TestMethod]
    public void A_model_that_is_begun_again_keeps_its_form_and_nothing_else()
    {
        AtmFile demo = DemoNetwork.Load();

        AtmFile fresh = RandomNetwork.Randomize(demo, 1, null, "demo.atm");

        Assert.AreEqual(demo.LayerCount, fresh.LayerCount);
        Assert.AreEqual((demo.Head, demo.LogitsTensor), (fresh.Head, fresh.LogitsTensor));
        Assert.AreEqual((demo.InputScale, demo.InputZero), (fresh.InputScale, fresh.InputZero));
        Assert.AreEqual(demo.InputRange, fresh.InputRange);
        CollectionAssert.AreEqual(demo.ClassNames.ToArray(), fresh.ClassNames.ToArray());
        Assert.AreEqual(0, fresh.Header(HeaderField.CalibrationSamples));
        for (int layer = 0; layer < demo.LayerCount; layer++)
        {
            foreach (
                int field in (int[])
                    [RecordField.Operator, RecordField.Block, RecordField.Activation, RecordField.OutputN + 3]
            )
            {
                Assert.AreEqual(demo.Word(layer, field), fresh.Word(layer, field), $"layer {layer}");
            }
            FloatLayer old = FloatLayer.FromRecord(demo, layer, false);
            FloatLayer random = FloatLayer.FromRecord(fresh, layer, false);
            if (old.HasWeights)
            {
                Assert.IsTrue(random.Bias.All(bias => bias == 0), $"layer {layer}");
                double wanted = (old.Minimum == 0 ? 2.0 : 1.0) / (old.Weights.Length / old.Channels);
                double variance = random.Weights.Average(weight => (double)weight * weight);
                double tolerance = 6 / Math.Sqrt(old.Weights.Length);
                Assert.AreEqual(1, variance / wanted, tolerance, $"layer {layer}");
            }
        }
        CollectionAssert.AreEqual(fresh.Bytes, RandomNetwork.Randomize(demo, 1, null, "demo.atm").Bytes);
        CollectionAssert.AreNotEqual(fresh.Bytes, RandomNetwork.Randomize(demo, 2, null, "demo.atm").Bytes);
    }

    [TestMethod]
    public void The_int8_range_holds_twice_the_largest_weight_of_a_channel_and_four_times_in_dense_layers()
    {
        AtmFile model = Small();

        for (int layer = 0; layer < model.LayerCount; layer++)
        {
            int count = LayerRecord.WeightCount(model.Record(layer));
            int filter = LayerRecord.FilterSize(model.Record(layer));
            sbyte[] weights = model.Int8(model.Word(layer, RecordField.Weights), count).ToArray();
            for (int at = 0; at < count; at += filter)
            {
                int largest = weights[at..(at + filter)].Max(weight => Math.Abs(weight));
                Assert.AreEqual(127.0 / (layer < 2 ? 2 : 4), largest, 1, $"layer {layer}");
            }
        }
    }

    [TestMethod]
    public void A_tensor_with_bounds_gets_them_and_the_class_scores_sixteen()
    {
        AtmFile model = Small();

        Assert.AreEqual(6f / 255, model.Single(0, RecordField.OutputScale));
        Assert.AreEqual(-128, model.Word(0, RecordField.OutputZero));
        Assert.AreNotEqual(6f / 255, model.Single(1, RecordField.OutputScale)); // RELU has no upper bound
        Assert.AreEqual(32f / 255, model.Single(3, RecordField.OutputScale), 1e-6);
    }

    /// <summary>Of the samples that ranges come from, an unbounded tensor fills half of its range and saturates nowhere.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Activations_have_room_and_are_not_lost_in_it(bool own)
    {
        var samples = new PictogramSource(3, 0, 40);
        AtmFile model = RandomNetwork.Randomize(DemoNetwork.Load(), 1, own ? samples : null, "demo.atm");
        using var runner = new IntegerRunner(model);
        var largest = new int[model.LayerCount];
        var clamped = new int[model.LayerCount];
        var input = new float[32 * 32 * 3];
        var quantized = new sbyte[input.Length];
        for (int index = 0; index < samples.Count; index++)
        {
            samples.Read(index, input);
            InputQuantizer.Quantize(model, input, quantized);
            runner.Run(quantized);
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                var values = new sbyte[model.Elements(layer + 1)];
                runner.Read(layer + 1, values);
                int zero = model.Word(layer, RecordField.OutputZero);
                largest[layer] = Math.Max(largest[layer], values.Max(value => Math.Abs(value - zero)));
                clamped[layer] += values.Count(value => value == 127);
            }
        }
        for (int layer = 0; layer < model.LayerCount; layer++)
        {
            double share = (double)clamped[layer] / model.Elements(layer + 1) / samples.Count;
            Assert.IsLessThan(own ? 0.01 : 0.05, share, $"layer {layer}");
            Assert.IsGreaterThan(layer == model.Head ? 10 : 20, largest[layer], $"layer {layer}"); // scores have more room
        }
    }

    /// <summary>Means of RELU6 are small: they have a scale of their own, within the range of what they average.</summary>
    [TestMethod]
    public void A_mean_has_a_scale_of_its_own()
    {
        FloatNetwork network = NetworkText.Build("conv 8 3x3, mean, fc", (16, 16, 3), 4, 1);

        AtmFile model = RandomNetwork.Quantize(network, null, 1f / 128, 0);

        Assert.AreEqual(Operators.Mean, model.Word(1, RecordField.Operator));
        Assert.IsLessThan(5f / 255, model.Single(1, RecordField.OutputScale));
        Assert.IsGreaterThan(0.5f / 255, model.Single(1, RecordField.OutputScale));
    }

    [TestMethod]
    public void An_input_filter_is_refused()
    {
        AtmFile filtered = InputFilter.Insert(DemoNetwork.Load(), 3);

        var error = Assert.ThrowsExactly<DataException>(() => RandomNetwork.Randomize(filtered, 1, null, "net.atm"));

        StringAssert.StartsWith(error.Message, "net.atm: has an input filter");
    }
}
