using Attune.Button;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Reference.Demo;
using Attune.Memory;
using Attune.Model;
using Attune.Tests.Engine;

namespace Attune.Tests.Device;

/// <summary>device/samples/Attune.Button: the engine in a program of one's own, as far as it needs no board.</summary>
[TestClass]
public sealed class ButtonSampleTest
{
    private const int ArenaBytes = 131072;
    private const int Tested = 300;

    /// <summary>Real values of bytes 0 and 255, by the demo network's scale of 1/128.</summary>
    private const float Low = -1;
    private const float High = 127f / 128;

    [TestMethod]
    public void A_press_of_the_button_adapts_without_labels_and_can_be_taken_back()
    {
        using var arena = new Arena(ArenaBytes);
        arena.LoadModel(DemoNetwork.Load().Bytes);
        var classifier = new AdaptiveClassifier(arena);
        (byte[] Pixels, int Label)[] test = Foggy(PictogramSet.Test, Tested);
        int before = Correct(classifier, test);

        RecentSamples recent = Recent(classifier, Foggy(PictogramSet.Field, 64));
        classifier.Adapt(recent);
        Assert.IsTrue(classifier.Adapted);
        int after = Correct(classifier, test);
        Assert.IsGreaterThan(before + Tested / 10, after);

        classifier.Adapt(recent);
        Assert.AreEqual(after, Correct(classifier, test), "a second press begins from the model again");
        classifier.Forget();
        Assert.AreEqual(before, Correct(classifier, test));
    }

    [TestMethod]
    public void The_last_samples_are_kept_and_the_oldest_go()
    {
        var recent = new RecentSamples(2, 1);
        using var arena = new Arena(16);
        foreach (byte value in (byte[])[1, 2, 3])
        {
            Assert.AreEqual(value == 3, recent.Full);
            recent.Next[0] = value;
            recent.Keep();
        }
        Assert.AreEqual(2, recent.Count);
        var values = new byte[2];
        for (int i = 0; i < 2; i++)
        {
            Assert.AreEqual(-1, recent.Load(i, arena, i));
        }
        arena.Read(0, values, 0, 2);
        CollectionAssert.AreEquivalent((byte[])[2, 3], values);
    }

    [TestMethod]
    public void A_sensors_bytes_are_quantized_as_the_network_expects()
    {
        using var arena = new Arena(ArenaBytes);
        arena.LoadModel(DemoNetwork.Load().Bytes);
        var classifier = new AdaptiveClassifier(arena);
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        byte[] sample = [.. bytes];
        classifier.Quantize(sample, Low, High);
        CollectionAssert.AreEqual(bytes.Select(value => (byte)(value ^ 0x80)).ToArray(), sample);
        classifier.Quantize(bytes, 2 * Low, 2 * High);
        Assert.AreEqual(128, bytes[0], "values beyond the range are clamped");
        Assert.AreEqual(127, bytes[255]);
    }

    [TestMethod]
    public void A_model_without_statistics_is_refused_with_what_to_do()
    {
        using var arena = new Arena(1 << 20);
        arena.LoadModel(SampleModels.Residual(statistics: false).Bytes);
        var error = Assert.ThrowsExactly<ModelException>(() => new AdaptiveClassifier(arena));
        Assert.Contains("--calibrate", error.Message);
    }

    private static RecentSamples Recent(AdaptiveClassifier classifier, (byte[] Pixels, int Label)[] images)
    {
        var recent = new RecentSamples(images.Length, classifier.SampleBytes);
        foreach (var (pixels, _) in images)
        {
            pixels.CopyTo(recent.Next, 0);
            classifier.Quantize(recent.Next, Low, High);
            recent.Keep();
        }
        return recent;
    }

    private static int Correct(AdaptiveClassifier classifier, (byte[] Pixels, int Label)[] images) =>
        images.Count(image =>
        {
            byte[] sample = [.. image.Pixels];
            classifier.Quantize(sample, Low, High);
            return classifier.Classify(sample) == image.Label;
        });

    private static (byte[] Pixels, int Label)[] Foggy(ulong generator, int count)
    {
        using ImageSet set = Corruption.Apply(new PictogramSet(generator, count), "fog", 5, 1);
        return [.. Enumerable.Range(0, count).Select(set.Read).Select(one => (one.Image.Pixels, one.Label))];
    }
}
