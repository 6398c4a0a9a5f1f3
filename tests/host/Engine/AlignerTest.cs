using Attune.Adaptation;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference.Demo;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Tests.Engine;

[TestClass]
public sealed class AlignerTest
{
    private const int Count = 24;

    [TestMethod]
    [DataRow(20, 0.02, 0.03)]
    [DataRow(2, 0.25, 0.35)]
    [DataRow(1, 0.25, 0.35)]
    public void Shifted_and_scaled_inputs_get_their_statistics_back(
        int groups,
        double meanTolerance,
        double varianceTolerance
    )
    {
        AtmFile clean = Calibrated();
        MemorySamples field = Shift(TinyModel.Samples(clean, 21, Count, 0, 40));
        AtmFile adapted = Adapt(clean, field, $"align-groups = {groups};align-guard = 0");
        AtmFile before = Calibrator.Calibrate(clean, field, Count, _ => { });
        AtmFile after = Calibrator.Calibrate(adapted, field, Count, _ => { });
        double worstBefore = 0;
        foreach (int layer in Layers(clean))
        {
            var (means, variances) = Statistics(clean, layer);
            var (shiftedMeans, shiftedVariances) = Statistics(before, layer);
            var (alignedMeans, alignedVariances) = Statistics(after, layer);
            for (int c = 0; c < means.Length; c++)
            {
                double deviation = Math.Sqrt(variances[c]);
                string where = $"layer {layer} channel {c}";
                Assert.AreEqual(0, (alignedMeans[c] - means[c]) / deviation, meanTolerance, "mean of " + where);
                Assert.AreEqual(1, alignedVariances[c] / variances[c], varianceTolerance, "variance of " + where);
                worstBefore = Math.Max(worstBefore, Math.Abs(shiftedMeans[c] - means[c]) / deviation);
                worstBefore = Math.Max(worstBefore, Math.Abs(shiftedVariances[c] / variances[c] - 1));
            }
        }
        Assert.IsGreaterThan(0.5, worstBefore, "the shift must be one that is seen");
    }

    [TestMethod]
    [DataRow(0, 0, 1, 1)]
    [DataRow(0, 8, 0.75, 0.75)]
    [DataRow(3, 0, 0.5, 1)]
    [DataRow(3, 8, 0.4, 0.75)]
    [DataRow(20, 0, 0.05, 0.98)]
    [DataRow(100000, 0, 0, 0)]
    public void A_shift_is_corrected_as_far_as_chance_and_prior_leave_it(int guard, int prior, double low, double high)
    {
        const double epsilon = 0.001;
        AtmFile clean = Calibrated();
        MemorySamples field = Shift(TinyModel.Samples(clean, 21, Count, 0, 40));
        AtmFile adapted = Adapt(
            clean,
            field,
            $"align-groups = 20;align-guard = {guard};align-prior = {prior};align-epsilon = 0.001"
        );
        // The first layer's inputs are the samples, so its field statistics are those of the samples one by one.
        const int layer = 0;
        var source = Statistics(clean, layer);
        var samples = field.Values.Select(Alone).ToArray();
        (float[] Means, float[] Variances) Alone(byte[] sample) =>
            Statistics(Calibrator.Calibrate(clean, new MemorySamples([sample], [-1], 0), 1, _ => { }), layer);
        int channels = source.Means.Length;
        // Mean and variance of all samples up to each, by their definition.
        double Mean(int c, int count) => samples.Take(count).Average(one => (double)one.Means[c]);
        double Variance(int c, int count) =>
            samples.Take(count).Average(one => one.Variances[c] + Math.Pow(one.Means[c], 2))
            - Math.Pow(Mean(c, count), 2);
        double Ratio(double a, double b) => Math.Log((a + epsilon) / (b + epsilon));
        double OverChannels(Func<int, double> value) => Enumerable.Range(0, channels).Average(value);
        double meanScatter = OverChannels(c =>
            samples.Sum(one => Math.Pow(one.Means[c] - Mean(c, Count), 2)) / source.Variances[c]
        );
        double varianceScatter = OverChannels(c =>
            Enumerable
                .Range(1, Count - 1)
                .Sum(n =>
                {
                    double added = Math.Pow(samples[n].Means[c] - Mean(c, n), 2) * n / (n + 1);
                    return Math.Pow(Ratio(samples[n].Variances[c] + added, Variance(c, n + 1)), 2);
                })
        );
        double meanShift = OverChannels(c => Math.Pow(Mean(c, Count) - source.Means[c], 2) / source.Variances[c]);
        double varianceShift = OverChannels(c => Math.Pow(Ratio(Variance(c, Count), source.Variances[c]), 2));
        double Part(double scatter, double shift) =>
            Math.Max(0, 1 - guard * scatter / (Count - 5) / Count / shift) * Count / (Count + prior);
        double meanPart = Part(meanScatter, meanShift);
        double variancePart = Part(varianceScatter, varianceShift);
        Assert.IsTrue(low <= meanPart && meanPart <= high, $"mean part {meanPart}");
        Assert.IsTrue(low <= variancePart && variancePart <= high, $"variance part {variancePart}");
        using var network = new PlainNetwork(clean);
        using var result = new PlainNetwork(adapted);
        for (int c = 0; c < channels; c++)
        {
            double gain = Math.Exp(-variancePart / 2 * Ratio(Variance(c, Count), source.Variances[c]));
            Assert.AreEqual(gain * network.Multiplier(layer, c), result.Multiplier(layer, c), 2e-5 * gain);
            float scale = clean.Float32(clean.Word(layer, RecordField.Scales), channels)[c];
            double unit = (double)clean.Single(layer, RecordField.InputScale) * scale;
            double target = source.Means[c] + meanPart * (Mean(c, Count) - source.Means[c]);
            double moved = (source.Means[c] / gain - target) / unit;
            Assert.AreEqual(moved, result.Biases(layer)[c] - network.Biases(layer)[c], 0.51);
        }
    }

    [TestMethod]
    public void Few_samples_of_the_source_itself_change_a_network_less_with_the_guard_than_without()
    {
        AtmFile clean = Calibrated();
        MemorySamples few = TinyModel.Samples(clean, 33, 8, 0, 40);
        double guarded = Change(clean, Adapt(clean, few, ""));
        double unguarded = Change(clean, Adapt(clean, few, "align-guard = 0"));
        Assert.IsLessThan(unguarded / 2, guarded);
        double alone = Change(clean, Adapt(clean, few, "align-samples = 5"));
        Assert.AreEqual(0, alone, 1e-7, "five samples say too little of how samples scatter");
    }

    [TestMethod]
    [DataRow("align-groups = 1")]
    [DataRow("align-groups = 3")]
    [DataRow("align-groups = 20")]
    [DataRow("align-groups = 0;align-samples = 7")]
    public void A_session_restored_at_any_sample_aligns_to_the_same_bits(string lines)
    {
        AtmFile clean = Calibrated();
        MemorySamples field = Shift(TinyModel.Samples(clean, 21, 9, 0, 40));
        TrainingJob job = Job(lines);
        byte[] expected = Adapt(clean, field, lines).Bytes;
        Assert.IsGreaterThan(0.01, Change(clean, AtmFile.Parse(expected)));
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(clean.Bytes);
        var session = new TrainingSession(arena, job, field, null!);
        int steps = 0;
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
            steps++;
        } while (session.Advance(null!));
        Assert.IsGreaterThan(6, steps);
        var storage = new MemoryStorage();
        AdaptedModel.Write(session.Network, storage, "adapted.atm");
        CollectionAssert.AreEqual(expected, storage.Files["adapted.atm"]);
    }

    [TestMethod]
    [DataRow(0, 9, 0, 3, 9)]
    [DataRow(1024, 9, 0, 3, 9)]
    [DataRow(0, 2000, 0, 1, 2000)]
    [DataRow(2, 9, 5, 2, 5)]
    [DataRow(100, 9, 100, 3, 9)]
    [DataRow(0, 600, 512, 2, 512)]
    public void Groups_and_samples_are_as_asked_or_chosen_by_the_number_of_samples(
        int groups,
        int available,
        int samples,
        int expectedGroups,
        int expectedSamples
    )
    {
        AtmFile clean = Calibrated();
        TrainingJob job = Job($"align-groups = {groups};align-samples = {samples}");
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(clean.Bytes);
        var model = new QuantizedModel(arena);
        var network = new Network(arena, model, AlignmentPlan.OfAllLayers(model, arena));
        var aligner = new Aligner(network, job.Alignment, TinyModel.Samples(clean, 1, available, 0, 40));
        Assert.AreEqual(expectedGroups, aligner.PassCount);
        Assert.AreEqual(expectedSamples, aligner.SampleCount);
        Assert.AreEqual(expectedGroups * expectedSamples, aligner.Length);
    }

    [TestMethod]
    [DataRow(3, 10)]
    [DataRow(102, 10)]
    [DataRow(103, 9)]
    [DataRow(256, 4)]
    [DataRow(600, 1)]
    public void A_deep_network_has_at_most_ten_groups_unless_the_job_says_so(int samples, int expected)
    {
        AtmFile file = SharedModels.Load("mcunet-cifar10-int8");
        MemorySamples one = SharedModels.Noise(file, 1, 1, 0);
        var many = one with { Values = [.. Enumerable.Repeat(one.Values[0], 600)], Labels = new int[600] };
        using var arena = new Arena(1 << 20);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        var network = new Network(arena, model, AlignmentPlan.OfAllLayers(model, arena));
        Assert.AreEqual(expected, new Aligner(network, Job($"align-samples = {samples}").Alignment, many).PassCount);
        int all = Enumerable.Range(0, model.LayerCount).Count(layer => AlignmentOptions.CanAlign(model, layer));
        TrainingJob most = Job($"align-samples = {samples};align-groups = 999");
        Assert.AreEqual(all, new Aligner(network, most.Alignment, many).PassCount);
    }

    [TestMethod]
    public void Alignment_brings_a_network_under_noise_back_by_more_than_20_points()
    {
        string folder = SharedFolder.Require("data", "cifar10");
        byte[] bytes = File.ReadAllBytes(SharedFolder.Require("models", "resnet8-cifar10-int8.tflite"));
        AtmFile model = TfliteImporter.Import(bytes).File;
        using var train = Cifar10File.Open(Path.Combine(folder, "data_batch_1.bin"));
        using var test = Cifar10File.Open(Path.Combine(folder, "test_batch.bin"));
        model = Calibrator.Calibrate(model, Images(train, 0, 100, false), 100, _ => { });
        MemorySamples field = Images(train, 500, 64, true);
        MemorySamples validation = Images(test, 0, 200, true);
        TrainingJob job = Job("arena = 16777216");
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(model.Bytes);
        var session = new TrainingSession(arena, job, field, validation);
        while (session.Advance(null!)) { }
        double before = 100.0 * session.State.CorrectBefore / validation.Count;
        double after = 100.0 * session.State.CorrectAfter / validation.Count;
        Assert.IsGreaterThan(20, after - before, $"{before:F1} % before, {after:F1} % after");
    }

    [TestMethod]
    [DataRow(59, 3)]
    [DataRow(60, 3)]
    [DataRow(61, 4)]
    [DataRow(100, 5)]
    public void Of_five_layers_sixty_per_cent_are_three(int depth, int expected)
    {
        using var arena = new Arena(16);
        arena.LoadModel(SampleModels.Residual(statistics: true).Bytes);
        var model = new QuantizedModel(arena);
        int all = Enumerable.Range(0, model.LayerCount).Count(layer => AlignmentOptions.CanAlign(model, layer));
        MemoryPlan plan = JobPlans.ForAlignment(model, arena, Job($"align-depth = {depth}"));
        Assert.AreEqual(5, all);
        Assert.AreEqual(expected, plan.AlignedMultipliersAt.Count(at => at >= 0));
    }

    [TestMethod]
    public void A_clean_stream_of_two_classes_does_no_harm_unless_all_layers_are_corrected()
    {
        AtmFile model = DemoNetwork.Load();
        MemorySamples stream = TwoClasses(0, 1000);
        MemorySamples test = TwoClasses(1000, 1000);
        double Right(AtmFile file) => (double)Evaluator.CountCorrect(file.Bytes, () => test, 1) / test.Count;
        double before = Right(model);
        int usual = new TrainingJob().Alignment.Depth;
        // Measured: 0.97 before, 0.96 and 0.45 after.
        Assert.IsGreaterThan(before - 0.03, Right(Adapt(model, stream, $"align-depth = {usual}")));
        Assert.IsLessThan(before - 0.3, Right(Adapt(model, stream, "align-depth = 100")));
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(33, 1)]
    [DataRow(34, 2)]
    [DataRow(66, 2)]
    [DataRow(67, 3)]
    [DataRow(100, 3)]
    public void Depth_says_which_part_of_the_layers_is_corrected(int depth, int expected)
    {
        AtmFile clean = Calibrated();
        MemorySamples field = Shift(TinyModel.Samples(clean, 21, Count, 0, 40));
        TrainingJob job = Job($"align-guard = 0;align-depth = {depth}");
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(clean.Bytes);
        var session = new TrainingSession(arena, job, field, null!);
        while (session.Advance(null!)) { }
        Assert.IsLessThanOrEqualTo(session.PlannedPeak, session.MeasuredPeak);
        var storage = new MemoryStorage();
        AdaptedModel.Write(session.Network, storage, "adapted.atm");
        AtmFile adapted = AtmFile.Parse(storage.Files["adapted.atm"]);
        using var first = new PlainNetwork(clean);
        using var second = new PlainNetwork(adapted);
        bool[] changed =
        [
            .. Layers(clean)
                .Select(layer =>
                    Enumerable
                        .Range(0, first.Channels(layer))
                        .Any(c => first.Multiplier(layer, c) != second.Multiplier(layer, c))
                ),
        ];
        CollectionAssert.AreEqual(changed.Select((_, i) => i < expected).ToArray(), changed);
        // Layers after the last corrected one do not run.
        var model = new QuantizedModel(arena);
        int last = Layers(clean).ElementAt(expected - 1);
        long pass = Enumerable.Range(0, last + 1).Sum(model.Macs);
        Assert.IsLessThanOrEqualTo(pass * Count * expected, session.AdaptationMacs);
    }

    private static MemorySamples TwoClasses(int first, int count)
    {
        using var set = new PictogramSet(PictogramSet.Field, first + count);
        var all = Enumerable.Range(first, count).Select(set.Read).Where(one => one.Label < 2).ToList();
        return new MemorySamples(
            [.. all.Select(one => Array.ConvertAll(one.Image.Pixels, pixel => (byte)(pixel ^ 0x80)))],
            [.. all.Select(one => one.Label)],
            set.Classes.Count
        );
    }

    /// <summary>Root mean square of the logarithm of the multipliers' changes.</summary>
    private static double Change(AtmFile before, AtmFile after)
    {
        using var first = new PlainNetwork(before);
        using var second = new PlainNetwork(after);
        return Math.Sqrt(
            Layers(before)
                .SelectMany(layer => Enumerable.Range(0, first.Channels(layer)).Select(c => (layer, c)))
                .Average(at =>
                    Math.Pow(Math.Log(second.Multiplier(at.layer, at.c) / first.Multiplier(at.layer, at.c)), 2)
                )
        );
    }

    private static MemorySamples Images(ImageSet set, int first, int count, bool noisy)
    {
        var quantizer = new PixelQuantizer(InputRange.Parse("raw")!, 1, -128);
        var values = new List<byte[]>();
        var labels = new List<int>();
        for (int index = first; index < first + count; index++)
        {
            LabeledImage image = set.Read(index);
            values.Add(
                quantizer.Quantize(noisy ? Corruption.Apply(image.Image, "gaussian_noise", 5, 1, index) : image.Image)
            );
            labels.Add(image.Label);
        }
        return new MemorySamples(values, labels, 10);
    }

    /// <summary>Three aligned layers and a head, with source statistics of 24 samples.</summary>
    private static AtmFile Calibrated()
    {
        var spec = new LayerSpec
        {
            Kernel = 3,
            Pad = 1,
            Channels = 6,
            Multipliers = [0.021, 0.013, 0.017],
            OutputScale = 0.05f,
            WeightRange = 60,
            BiasRange = 500,
        };
        AtmFile file = new TinyModel(9, 10, 10, 3, 0.02f)
            .Convolution(spec)
            .Depthwise(spec with { Multipliers = [0.03] })
            .Convolution(spec with { Kernel = 1, Pad = 0, Multipliers = [0.02] })
            .AveragePool(2)
            .Head(spec with { Channels = 4 })
            .Build();
        return Calibrator.Calibrate(file, TinyModel.Samples(file, 20, Count, 0, 40), Count, _ => { });
    }

    private static MemorySamples Shift(MemorySamples samples)
    {
        double[] gain = [0.5, 1.6, 0.8];
        double[] offset = [20, -10, 30];
        return samples with
        {
            Values =
            [
                .. samples.Values.Select(values =>
                    values
                        .Select((value, i) => (byte)Math.Clamp((sbyte)value * gain[i % 3] + offset[i % 3], -128, 127))
                        .ToArray()
                ),
            ],
        };
    }

    private static AtmFile Adapt(AtmFile file, MemorySamples samples, string lines)
    {
        TrainingJob job = Job(lines);
        var storage = new MemoryStorage();
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(file.Bytes);
        Assert.IsTrue(new CardRun(storage, arena, job, samples, null!).Run(new Countdown(int.MaxValue)));
        return AtmFile.Parse(storage.Files["adapted.atm"]);
    }

    private static TrainingJob Job(string lines) =>
        TrainingJob.Parse("method = align\nalign-depth = 100\narena = 1000000\n" + lines.Replace(';', '\n'));

    private static IEnumerable<int> Layers(AtmFile file) =>
        SampleModels.WeightedLayers(file).Where(layer => layer != file.Head);

    private static (float[] Means, float[] Variances) Statistics(AtmFile file, int layer)
    {
        int channels = file.Word(layer, RecordField.OutputN + 3);
        float[] both = file.Float32(file.Word(layer, RecordField.Statistics), 2 * channels).ToArray();
        return (both[..channels], both[channels..]);
    }
}
