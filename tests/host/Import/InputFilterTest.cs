using Attune.Adaptation;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Tests.Conformance;
using Attune.Tests.Engine;

namespace Attune.Tests.Import;

[TestClass]
public sealed class InputFilterTest
{
    [TestMethod]
    [DataRow("residual", 3)]
    [DataRow("pooled", 5)]
    [DataRow("pooled", 7)]
    public void A_filter_in_front_changes_no_byte_of_any_tensor(string name, int kernel)
    {
        AtmFile plain = name == "residual" ? SampleModels.Residual() : SampleModels.Pooled();
        AtmFile filtered = InputFilter.Insert(plain, kernel);
        MemorySamples samples = TinyModel.Samples(plain, 4, 20, 0, 200);
        filtered = InputFilter.Calibrate(filtered, samples, 20);
        Assert.AreEqual(plain.LayerCount + 2, filtered.LayerCount);
        using var before = new ModelRunner(plain, KernelLibrary.Product);
        using var after = new ModelRunner(filtered, KernelLibrary.Product);
        foreach (byte[] sample in samples.Values)
        {
            before.Infer(sample);
            after.Infer(sample);
            CollectionAssert.AreEqual(sample, after.Read(2));
            for (int tensor = 1; tensor <= plain.LayerCount; tensor++)
            {
                CollectionAssert.AreEqual(before.Read(tensor), after.Read(tensor + 2), $"tensor {tensor}");
            }
        }
    }

    [TestMethod]
    public void A_filtered_network_gives_the_values_of_the_reference()
    {
        Golden golden = Golden.Read(SharedFolder.Require("goldens", "mcunet-cifar10-int8.cifar10.json"));
        byte[] bytes = File.ReadAllBytes(SharedFolder.Require("models", "mcunet-cifar10-int8.tflite"));
        AtmFile model = TfliteImporter.Import(bytes, new ImportOptions { InputUpsample = 4 }).File;
        using var runner = new ModelRunner(InputFilter.Insert(model, 5), KernelLibrary.Product);
        foreach (var one in golden.Cases)
        {
            byte[] output = runner.Infer(Golden.SmallImage(one.GetProperty("record").GetInt32()));
            Assert.IsTrue(Golden.HasOutput(one, output), one.GetProperty("record").ToString());
        }
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(5)]
    [DataRow(7)]
    public void White_noise_has_its_variance_in_every_component(int kernel)
    {
        AtmFile file = InputFilter.Insert(Images(24, 24, 2), kernel);
        var random = new Random(3);
        // Uniform over -30..30: variance (61^2 - 1) / 12.
        MemorySamples noise = Samples(60, 24 * 24 * 2, (_, _) => random.Next(-30, 31));
        file = InputFilter.Calibrate(file, noise, 60);
        ReadOnlySpan<float> spectrum = file.Float32(file.Word(1, RecordField.Spectrum), 2 * kernel * kernel);
        foreach (float variance in spectrum)
        {
            Assert.AreEqual(310, variance, 31);
        }
    }

    [TestMethod]
    public void A_slope_has_all_its_variance_in_the_components_along_it()
    {
        AtmFile file = InputFilter.Insert(Images(8, 40, 1), 3);
        // Value 3 x: over positions the patches differ by a constant, so only component 0 varies: 9 * 9 * var(x), x = 0..37.
        file = InputFilter.Calibrate(file, Samples(1, 8 * 40, (_, i) => 3 * (i % 40) - 60), 1);
        float[] spectrum = file.Float32(file.Word(1, RecordField.Spectrum), 9).ToArray();
        Assert.AreEqual(81 * (38 * 38 - 1) / 12.0, spectrum[0], 0.5);
        Assert.IsTrue(spectrum[1..].All(variance => variance < 1e-6));
    }

    [TestMethod]
    public void The_source_threshold_is_the_distance_that_one_value_in_200_exceeds()
    {
        AtmFile file = InputFilter.Insert(Images(20, 20, 1), 3);
        // Of 2,000 values, 9 single ones stand out by 90 and 4 by 40; 10 may exceed the threshold.
        MemorySamples samples = Samples(
            5,
            400,
            (sample, i) =>
                i is 105 or 285 && sample < 4 ? 90
                : (i == 105 && sample == 4) ? 90
                : i == 295 ? 40
                : 0
        );
        Assert.AreEqual(40, InputFilter.Calibrate(file, samples, 5).Word(0, RecordField.ThresholdSource));
        Assert.AreEqual(255, InputFilter.Calibrate(file, samples, 5).Word(0, RecordField.Threshold));
    }

    [TestMethod]
    public void Calibrating_again_measures_the_filter_again_and_leaves_it_out_of_statistics_and_blocks()
    {
        AtmFile file = InputFilter.Insert(SampleModels.Residual(), 3);
        AtmFile first = Calibrator.Calibrate(file, TinyModel.Samples(file, 1, 9, 0, 30), 9, _ => { });
        AtmFile second = Calibrator.Calibrate(first, TinyModel.Samples(file, 2, 9, 0, 100), 9, _ => { });
        Assert.AreEqual(-1, second.Word(1, RecordField.Block));
        Assert.AreEqual(-1, second.Word(1, RecordField.Statistics));
        float[] Spectrum(AtmFile model) => model.Float32(model.Word(1, RecordField.Spectrum), 18).ToArray();
        Assert.IsGreaterThan(5 * Spectrum(first)[17], Spectrum(second)[17]);
        using var arena = new Arena(16);
        arena.LoadModel(second.Bytes);
        var model = new QuantizedModel(arena);
        Assert.AreEqual(1, model.InputFilter);
        Assert.IsFalse(model.CanTrain(1));
        Assert.IsFalse(AlignmentOptions.CanAlign(model, 1));
        // Layer 3 is the first convolution; layer 0, 1 and 2 are the filter and the enlargement.
        Assert.IsTrue(model.ReadsInput(3));
    }

    [TestMethod]
    [DataRow(2, 20, 3, "at least 5x5")]
    [DataRow(20, 4, 3, "at least 5x5")]
    [DataRow(20, 20, 6, "at most 5 channels")]
    public void An_input_that_is_no_image_for_it_is_refused(int height, int width, int channels, string reason)
    {
        var error = Assert.ThrowsExactly<ImportException>(() => InputFilter.Insert(Images(height, width, channels), 5));
        Assert.Contains(reason, error.Message);
        Assert.Contains($"{height}x{width}x{channels}", error.Message);
    }

    [TestMethod]
    public void A_second_filter_is_refused()
    {
        AtmFile file = InputFilter.Insert(Images(20, 20, 3), 3);
        Assert.Contains(
            "has one already",
            Assert.ThrowsExactly<ImportException>(() => InputFilter.Insert(file, 3)).Message
        );
    }

    [TestMethod]
    public void A_filter_in_another_place_than_the_front_is_refused()
    {
        AtmFile file = InputFilter.Insert(SampleModels.Pooled(), 3);
        AtmBuilder builder = AtmBuilder.From(file);
        builder.Record(1)[RecordField.Input] = 0;
        Assert.Contains("input filter", Assert.ThrowsExactly<ModelException>(() => builder.Build()).Message);
        builder = AtmBuilder.From(file);
        builder.Record(1)[RecordField.OutputZero]++;
        Assert.Contains("input filter", Assert.ThrowsExactly<ModelException>(() => builder.Build()).Message);
    }

    private static AtmFile Images(int height, int width, int channels) =>
        new TinyModel(1, height, width, channels)
            .Convolution(
                new LayerSpec
                {
                    Kernel = 1,
                    Channels = 1,
                    BiasRange = 1,
                }
            )
            .Build();

    private static MemorySamples Samples(int count, int elements, Func<int, int, int> value) =>
        new(
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(sample => Enumerable.Range(0, elements).Select(i => (byte)value(sample, i)).ToArray()),
            ],
            [.. Enumerable.Repeat(-1, count)],
            0
        );
}
