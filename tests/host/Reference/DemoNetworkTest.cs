using System.Security.Cryptography;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Demo;
using Attune.Host.Reference.Training;
using Attune.Host.Running;
using Attune.Model;

namespace Attune.Tests.Reference;

[TestClass]
public sealed class DemoNetworkTest
{
    [TestMethod]
    public void The_shipped_network_is_small_and_has_source_statistics()
    {
        AtmFile model = DemoNetwork.Load();
        var network = FloatNetwork.FromAtm(model);
        Assert.IsLessThan(160_000, model.Bytes.Length);
        Assert.IsLessThan(120_000, new ModelSummary(model).Parameters);
        Assert.IsLessThan(4_000_000, network.Macs);
        Assert.IsGreaterThan(2_000_000, network.Macs);
        Assert.AreEqual(500, model.Header(HeaderField.CalibrationSamples));
        Assert.AreEqual(4, model.Header(HeaderField.BlockCount));
    }

    [TestMethod]
    public void The_shipped_network_names_95_of_100_clean_pictograms_in_integers_and_as_real_network()
    {
        // Measured on 2000: 96.6 % and 96.7 %.
        AtmFile model = DemoNetwork.Load();
        var samples = new PictogramSource(PictogramSet.Test, 0, 1000);
        double integer = Accuracy(model, samples);
        double real = FloatEvaluator.Accuracy(FloatNetwork.FromAtm(model), samples, 2);
        Assert.IsGreaterThan(0.95, integer);
        Assert.AreEqual(real, integer, 0.01);
    }

    [TestMethod]
    [DataRow("gaussian_noise", 0.70)]
    [DataRow("contrast", 0.35)]
    public void A_corruption_costs_the_shipped_network_much(string name, double atMost)
    {
        // Measured on 500: 56.8 % and 16.2 %.
        using var set = new PictogramSet(PictogramSet.Test, 300);
        using var corrupted = Corruption.Apply(set, name, 5, 77);
        Assert.IsLessThan(atMost, Accuracy(DemoNetwork.Load(), new CorruptedSamples(corrupted)));
    }

    [TestMethod]
    public void Training_a_little_twice_gives_the_same_bytes_for_any_number_of_threads()
    {
        AtmFile one = DemoNetwork.Train(3, 96, 1, null, CancellationToken.None);
        AtmFile two = DemoNetwork.Train(3, 96, 2, null, CancellationToken.None);
        CollectionAssert.AreEqual(one.Bytes, two.Bytes);
    }

    [TestMethod]
    public void Pictograms_are_the_same_everywhere_and_their_classes_are_mixed()
    {
        var counts = new int[Pictograms.Classes.Count];
        var all = new List<byte>();
        for (int index = 0; index < 1000; index++)
        {
            var (rgb, label) = Pictograms.Create(7, index);
            counts[label]++;
            if (index < 20)
            {
                all.AddRange(rgb);
            }
        }
        foreach (int count in counts)
        {
            Assert.AreEqual(100, count, 45);
        }
        var again = Pictograms.Create(7, 19).Rgb;
        CollectionAssert.AreEqual(again, all[^Pictograms.Elements..]);
        // Of the generator as it was when the shipped network was trained.
        Assert.AreEqual("95EA84E26DBCE7C4", Convert.ToHexString(SHA256.HashData([.. all]))[..16]);
    }

    /// <summary>Accuracy of the integer network on real samples.</summary>
    private static double Accuracy(AtmFile model, ITrainingSamples samples)
    {
        var values = new List<byte[]>();
        var labels = new List<int>();
        for (int index = 0; index < samples.Count; index++)
        {
            var real = new float[model.Elements(0)];
            var quantized = new sbyte[real.Length];
            labels.Add(samples.Read(index, real));
            InputQuantizer.Quantize(model, real, quantized);
            values.Add((byte[])(Array)quantized);
        }
        var set = new MemorySamples(values, labels, Pictograms.Classes.Count);
        return (double)Evaluator.CountCorrect(model.Bytes, () => set, 2) / samples.Count;
    }

    private sealed class CorruptedSamples(ImageSet images) : ITrainingSamples
    {
        public int Count => images.Count;

        public int Read(int index, Span<float> input)
        {
            var (image, label, _) = images.Read(index);
            for (int i = 0; i < input.Length; i++)
            {
                input[i] = (image.Pixels[i] - 128) / 128f;
            }
            return label;
        }
    }
}
