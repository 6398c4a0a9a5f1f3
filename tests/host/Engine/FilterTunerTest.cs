using System.Globalization;
using Attune.Adaptation;
using Attune.Data;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference.Demo;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Tests.Engine;

[TestClass]
public sealed class FilterTunerTest
{
    private const int Side = 10;

    [TestMethod]
    [DataRow("method = align")]
    [DataRow("method = align;align-groups = 3;align-samples = 5")]
    [DataRow("method = align;input-filter = both")]
    [DataRow("method = align;input-filter = repair")]
    [DataRow("method = align;input-filter = denoise")]
    [DataRow("method = align+zo;layers = all;epochs = 1;batch = 4;queries = 2")]
    public void A_session_restored_at_any_unit_ends_in_the_same_bytes_within_its_plan(string lines)
    {
        int tuning = AssertRestored(Filtered(), 9, Job(lines), out TrainingSession session);
        // Four trials of up to 128 passes and an entropy a sample, or one unit.
        Assert.AreEqual(Job(lines).Alignment.InputFilter == InputFilterChoice.Automatic, tuning > 60);
        Assert.IsGreaterThan(0, tuning);
        Assert.IsGreaterThanOrEqualTo(0, session.State.InputFilter);
    }

    [TestMethod]
    public void So_does_one_whose_layers_run_in_chains()
    {
        AtmFile model = Filtered(side: 24, channels: 20);
        TrainingJob job = Job("method = align;align-groups = 3");
        using var arena = new Arena(16);
        arena.LoadModel(model.Bytes);
        job.ArenaBytes = 1024;
        job.ArenaBytes = JobPlans.ForInputFilter(new QuantizedModel(arena), arena, job).Peak;
        AssertRestored(model, 5, job, out TrainingSession session);
        Assert.IsTrue(session.Network.Plan.Chains.Count > 0);
    }

    [TestMethod]
    [DataRow("off", 255, false)]
    [DataRow("denoise", 255, true)]
    [DataRow("repair", 20, false)]
    [DataRow("both", 20, true)]
    public void The_adapted_model_has_the_filter_that_was_in_force(string choice, int threshold, bool solved)
    {
        AtmFile model = Filtered();
        MemorySamples field = Field(model, 24);
        TrainingJob job = Job("method = align;input-filter = " + choice);
        AtmFile adapted = AtmFile.Parse(Adapt(model, field, job, out TrainingSession session));
        Assert.AreEqual(threshold, adapted.Word(0, RecordField.Threshold));
        sbyte[] Weights(AtmFile file) => file.Int8(file.Word(1, RecordField.Weights), 18).ToArray();
        Assert.AreEqual(solved, !Weights(model).SequenceEqual(Weights(adapted)));
        // The file by itself classifies as the session's network does.
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(adapted.Bytes);
        var again = new QuantizedModel(arena);
        var plain = new Network(arena, again, MemoryPlan.ForInference(new PlanRequest(again, arena)));
        using var first = new Arena(job.ArenaBytes);
        Assert.AreEqual(solved, session.Network.Parameters.Filtered);
        plain.UseInference();
        session.Network.UseInference();
        var scores = new byte[again.TensorBytes(again.LogitsTensor)];
        var expected = new byte[scores.Length];
        for (int index = 0; index < field.Count; index++)
        {
            plain.Load(field, index);
            plain.Classify();
            arena.Read(plain.TensorAt(again.LogitsTensor), scores, 0, scores.Length);
            session.Network.Load(field, index);
            session.Network.Classify();
            session.Network.Arena.Read(session.Network.TensorAt(again.LogitsTensor), expected, 0, expected.Length);
            CollectionAssert.AreEqual(expected, scores);
        }
        session.Network.Arena.Dispose();
    }

    [TestMethod]
    public void An_adapted_filter_is_tuned_anew_and_can_become_the_identity_again()
    {
        AtmFile model = Filtered();
        MemorySamples field = Field(model, 24);
        AtmFile noisy = AtmFile.Parse(Adapt(model, field, Job("method = align;input-filter = both"), out _));
        MemorySamples clean = Smooth(model, 5, 24);
        AtmFile back = AtmFile.Parse(Adapt(noisy, clean, Job("method = align;input-filter = denoise"), out _));
        int weights = model.Word(1, RecordField.Weights);
        Assert.AreEqual(255, back.Word(0, RecordField.Threshold));
        CollectionAssert.AreEqual(model.Int8(weights, 36).ToArray(), back.Int8(weights, 36).ToArray());
        AtmFile kept = AtmFile.Parse(Adapt(noisy, clean, Job("method = align;input-filter = off"), out _));
        Assert.AreEqual(noisy.Word(0, RecordField.Threshold), kept.Word(0, RecordField.Threshold));
        CollectionAssert.AreEqual(noisy.Int8(weights, 36).ToArray(), kept.Int8(weights, 36).ToArray());
    }

    [TestMethod]
    public void The_log_has_the_entropy_of_each_candidate_and_the_choice()
    {
        AtmFile model = Filtered();
        TrainingJob job = Job("method = align");
        var storage = new MemoryStorage();
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(model.Bytes);
        var run = new CardRun(storage, arena, job, Field(model, 9), null!);
        Assert.IsTrue(run.Run(new Countdown(int.MaxValue)));
        int[] entropies = Entropies(model, Field(model, 9), job);
        string[] names = ["off", "denoise", "repair", "both"];
        string[] expected =
        [
            .. names.Select(
                (name, i) => string.Create(CultureInfo.InvariantCulture, $"filter,,{name},{entropies[i] / 1e6:F6},,,")
            ),
        ];
        string[] lines = [.. storage.Text("log.csv").Split('\n').Where(line => line.StartsWith("filter"))];
        CollectionAssert.AreEqual(expected, lines[..4]);
        Assert.IsTrue(entropies.All(entropy => entropy > 0));
        Assert.HasCount(5, lines);
        Assert.StartsWith($"filter,,{InputFilterChoice.Name(run.Session.State.InputFilter)},,,,", lines[4]);
    }

    [TestMethod]
    public void Jobs_that_cannot_tune_one_say_why()
    {
        AtmFile model = Filtered();
        AtmFile plain = SampleModels.Residual(statistics: true);
        string Refusal(AtmFile file, string lines) =>
            Assert.ThrowsExactly<JobException>(() => Adapt(file, Field(file, 3), Job(lines), out _)).Message;

        Assert.Contains("the model has none", Refusal(plain, "method = align;input-filter = denoise"));
        Assert.Contains("zo tunes none", Refusal(model, "method = zo;layers = all;input-filter = both"));
        Assert.Contains("auto, off, repair", Refusal(model, "input-filter = on"));
        Assert.Contains("layer 1", Refusal(model, "method = align+zo;layers = 1"));
        Adapt(plain, Field(plain, 3), Job("method = align"), out TrainingSession session);
        Assert.AreEqual(-1, session.State.InputFilter);
    }

    [TestMethod]
    [DataRow("clean", "off")]
    [DataRow("gaussian_noise", "denoise")]
    [DataRow("impulse_noise", "repair both")]
    public void A_device_under_noise_finds_the_filter_for_it(string corruption, string expected)
    {
        string folder = SharedFolder.Require("data", "cifar10");
        byte[] bytes = File.ReadAllBytes(SharedFolder.Require("models", "mcunet-cifar10-int8.tflite"));
        using var train = Cifar10File.Open(Path.Combine(folder, "data_batch_1.bin"));
        AtmFile model = TfliteImporter.Import(bytes, new ImportOptions { InputUpsample = 4 }).File;
        model = InputFilter.Insert(model, 5);
        model = Calibrator.Calibrate(model, Images(train, 0, 100, "clean"), 100, _ => { });
        AssertChoice(model, Images(train, 500, 48, corruption), corruption, expected);
    }

    [TestMethod]
    [DataRow("clean", "off")]
    [DataRow("gaussian_noise", "denoise")]
    public void So_does_the_demo_network(string corruption, string expected)
    {
        AtmFile model = InputFilter.Insert(DemoNetwork.Load(), 5);
        var clean = Pictures(1000, 100, "clean");
        model = Calibrator.Calibrate(model, clean, 100, _ => { });
        AssertChoice(model, Pictures(3000, 64, corruption), corruption, expected);
    }

    /// <summary>A session restored before every unit ends as an undisturbed one. Returns units of the filter's stage.</summary>
    private static int AssertRestored(AtmFile model, int count, TrainingJob job, out TrainingSession session)
    {
        MemorySamples field = Field(model, count);
        byte[] expected = Adapt(model, field, job, out TrainingSession undisturbed);
        Assert.AreEqual(undisturbed.PlannedPeak, undisturbed.MeasuredPeak);
        Assert.AreEqual(undisturbed.PlannedPeak, undisturbed.LargestPlan);
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(model.Bytes);
        session = new TrainingSession(arena, job, field, null!);
        int tuning = 0;
        int[]? entropies = null;
        do
        {
            MemoryPlan plan = session.Network.Plan;
            var state = new byte[plan.StateEnd - plan.StateAt];
            arena.Read(plan.StateAt, state, 0, state.Length);
            var words = new int[SessionWord.Count];
            session.Save(words);
            arena.Fill(0, arena.Size, 0x55);
            session = new TrainingSession(arena, job, field, null!);
            session.Restore(words);
            arena.Write(session.Network.Plan.StateAt, state, 0, state.Length);
            entropies = session.State.InputFilterEntropies ?? entropies;
            tuning += session.Stage == StageKind.InputFilter ? 1 : 0;
        } while (session.Advance(null!));
        Assert.AreEqual(undisturbed.State.InputFilter, session.State.InputFilter);
        CollectionAssert.AreEqual(Entropies(model, field, job), entropies);
        Assert.AreEqual(undisturbed.AdaptationMacs, session.AdaptationMacs);
        CollectionAssert.AreEqual(expected, Write(session));
        return tuning;
    }

    private static void AssertChoice(AtmFile model, MemorySamples field, string corruption, string expected)
    {
        TrainingJob job = Job("method = align;arena = 4000000");
        Adapt(model, field, job, out TrainingSession session);
        Assert.Contains(InputFilterChoice.Name(session.State.InputFilter), expected, corruption);
        Assert.AreEqual(session.PlannedPeak, session.MeasuredPeak);
    }

    private static MemorySamples Images(Cifar10File set, int first, int count, string corruption) =>
        Quantize(Enumerable.Range(first, count).Select(index => (index, set.Read(index).Image)), corruption);

    private static MemorySamples Pictures(int first, int count, string corruption)
    {
        var set = new PictogramSet(PictogramSet.Field, first + count);
        return Quantize(Enumerable.Range(first, count).Select(index => (index, set.Read(index).Image)), corruption);
    }

    private static MemorySamples Quantize(IEnumerable<(int Index, Image Image)> images, string corruption)
    {
        var quantizer = new PixelQuantizer(InputRange.Parse("raw")!, 1, -128);
        byte[][] values =
        [
            .. images.Select(one =>
                quantizer.Quantize(
                    corruption == "clean" ? one.Image : Corruption.Apply(one.Image, corruption, 5, 1, one.Index)
                )
            ),
        ];
        return new MemorySamples(values, [.. values.Select(_ => -1)], 0);
    }

    /// <summary>A small network with a filter, calibrated on smooth images.</summary>
    private static AtmFile Filtered(int side = Side, int channels = 6)
    {
        var spec = new LayerSpec
        {
            Kernel = 3,
            Pad = 1,
            Channels = channels,
            Multipliers = [0.021, 0.013, 0.017],
            OutputScale = 0.05f,
            WeightRange = 60,
            BiasRange = 500,
        };
        AtmFile file = new TinyModel(9, side, side, 2, 0.02f, 5)
            .Convolution(spec)
            .Depthwise(spec with { Multipliers = [0.03] })
            .AveragePool(2)
            .Head(spec with { Channels = 4 })
            .Build();
        file = InputFilter.Insert(file, 3);
        file = Calibrator.Calibrate(file, Smooth(file, 1, 40), 40, _ => { });
        AtmBuilder builder = AtmBuilder.From(file);
        builder.Record(0)[RecordField.ThresholdSource] = 20;
        return builder.Build();
    }

    private static MemorySamples Smooth(AtmFile file, int seed, int count) => Waves(file, seed, count, 0);

    private static MemorySamples Field(AtmFile file, int count) => Waves(file, 2, count, 25);

    /// <summary>Slow waves, and noise of so many steps on top.</summary>
    private static MemorySamples Waves(AtmFile file, int seed, int count, int noise)
    {
        var random = new Random(seed);
        var values = new List<byte[]>();
        for (int sample = 0; sample < count; sample++)
        {
            double phase = random.NextDouble() * 6;
            double down = random.NextDouble() * 0.6;
            double across = random.NextDouble() * 0.6;
            var image = new byte[
                file.Header(HeaderField.InputH) * file.Header(HeaderField.InputW) * file.Header(HeaderField.InputC)
            ];
            for (int i = 0; i < image.Length; i++)
            {
                int pixel = i / file.Header(HeaderField.InputC);
                double wave =
                    40
                    * Math.Sin(
                        phase
                            + down * (pixel / file.Header(HeaderField.InputW))
                            + across * (pixel % file.Header(HeaderField.InputW))
                    );
                image[i] = (byte)(int)Math.Clamp(Math.Round(wave) + random.Next(-noise, noise + 1), -128, 127);
            }
            values.Add(image);
        }
        return new MemorySamples(values, [.. values.Select((_, sample) => sample % 4)], 4);
    }

    private static byte[] Adapt(AtmFile file, ISampleSource samples, TrainingJob job, out TrainingSession session)
    {
        var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(file.Bytes);
        session = new TrainingSession(arena, job, samples, null!);
        while (session.Advance(null!)) { }
        return Write(session);
    }

    /// <summary>The entropies of an undisturbed run.</summary>
    private static int[] Entropies(AtmFile file, ISampleSource samples, TrainingJob job)
    {
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(file.Bytes);
        var session = new TrainingSession(arena, job, samples, null!);
        int[] entropies = session.State.InputFilterEntropies;
        while (session.Stage == StageKind.InputFilter)
        {
            session.Advance(null!);
        }
        return entropies;
    }

    private static byte[] Write(TrainingSession session)
    {
        var storage = new MemoryStorage();
        AdaptedModel.Write(session.Network, storage, "adapted.atm");
        return storage.Files["adapted.atm"];
    }

    private static TrainingJob Job(string lines) => TrainingJob.Parse("arena = 1000000\n" + lines.Replace(';', '\n'));
}
