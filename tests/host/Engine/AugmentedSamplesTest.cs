using Attune.Data;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>Training samples as a trainer sees them.</summary>
[TestClass]
public sealed class AugmentedSamplesTest
{
    private const int Samples = 7;
    private const int Steps = 20;

    private static readonly AtmFile Model = SampleModels.Residual();
    private static readonly MemorySamples Source = TinyModel.Samples(Model, 8, Samples, 4, 100);

    [TestMethod]
    public void A_sample_is_the_same_all_through_a_step_and_another_in_the_next()
    {
        TrainingJob job = EngineRun.Job("augment-flip = on", "augment-shift = 2", "augment-gain = 50", "batch = 7");
        using var one = new Loader(job);
        using var other = new Loader(job);
        var seen = new HashSet<string>();
        for (int step = 0; step < Steps; step++)
        {
            one.Order.Begin(step, Steps);
            other.Order.Begin(step, Steps);
            string[] forwards = [.. Enumerable.Range(0, Samples).Select(one.Load)];
            // A run that goes on loads other samples before.
            string[] backwards = [.. Enumerable.Range(0, Samples).Reverse().Select(other.Load).Reverse()];
            CollectionAssert.AreEqual(forwards, backwards);
            seen.Add(forwards[3]);
        }
        Assert.IsGreaterThan(Steps / 2, seen.Count);
        using var another = new Loader(
            EngineRun.Job("augment-shift = 2", "augment-gain = 50", "batch = 7", "seed = 2")
        );
        another.Order.Begin(0, Steps);
        one.Order.Begin(0, Steps);
        Assert.AreNotEqual(one.Load(3), another.Load(3));
    }

    [TestMethod]
    public void Labels_sizes_and_classes_are_those_of_the_source()
    {
        using var loader = new Loader(EngineRun.Job("augment-flip = on"));
        loader.Order.Begin(0, Steps);
        Assert.AreEqual(
            (Samples, 4, Source.SampleBytes),
            (loader.Seen.Count, loader.Seen.Classes, loader.Seen.SampleBytes)
        );
        using var arena = new Arena(1 << 10);
        for (int sample = 0; sample < Samples; sample++)
        {
            Assert.AreEqual(Source.Labels[sample], loader.Seen.Load(sample, arena, 0));
        }
    }

    [TestMethod]
    public void Without_an_amount_the_samples_are_the_source()
    {
        using var loader = new Loader(EngineRun.Job("augment-flip = off", "augment-shift = 0"));
        Assert.AreSame(Source, loader.Seen);
    }

    [TestMethod]
    public void A_sample_keeps_to_its_place_in_the_arena()
    {
        using var loader = new Loader(EngineRun.Job("augment-flip = on", "augment-shift = 3", "augment-gain = 255"));
        loader.Order.Begin(0, Steps);
        using var arena = new Arena(1 << 10);
        arena.Fill(0, 1 << 10, 77);
        loader.Seen.Load(2, arena, 100);
        var bytes = new byte[1 << 10];
        arena.Read(0, bytes, 0, bytes.Length);
        Assert.IsTrue(bytes[..100].Concat(bytes[(100 + Source.SampleBytes)..]).All(value => value == 77));
    }

    [TestMethod]
    [DataRow(
        1,
        40,
        "augment-time-shift = 39",
        "augment-time-shift = 40",
        "input of 1 x 40 moves by at most 39 values, not 40"
    )]
    [DataRow(
        40,
        1,
        "augment-time-shift = 39",
        "augment-time-shift = 41",
        "input of 40 x 1 moves by at most 39 values, not 41"
    )]
    [DataRow(
        40,
        1,
        "augment-gain = 9",
        "augment-flip = on",
        "augment-flip: the model's input of 40 x 1 has nothing to mirror"
    )]
    [DataRow(
        1,
        40,
        "augment-flip = on",
        "augment-shift = 1",
        "augment-shift: the model's input of 1 x 40 is no picture"
    )]
    [DataRow(1, 1, "augment-gain = 9", "augment-time-shift = 1", "input of 1 x 1 has nothing to move along")]
    [DataRow(4, 6, "augment-shift = 3", "augment-shift = 4", "input of 4 x 6 moves by at most 3 pixels, not 4")]
    [DataRow(4, 6, "augment-flip = on", "augment-time-shift = 1", "input of 4 x 6 is no series")]
    [DataRow(
        4,
        6,
        "optimizer = adam",
        "optimizer = adam\nparts = scales",
        "optimizer: output multipliers move by sgd alone"
    )]
    [DataRow(
        4,
        6,
        "method = learn\nrounding = carried",
        "rounding = carried",
        "rounding: method = zo carries nothing to the next step; use rounding = stochastic or method = learn"
    )]
    [DataRow(
        4,
        6,
        "method = learn\nrounding = carried",
        "method = learn\noptimizer = momentum\nrounding = carried",
        "rounding: carried goes with optimizer = sgd alone; use that, or rounding = stochastic"
    )]
    [DataRow(4, 6, "optimizer = adam\nmomentum = 0.5", "momentum = 0.5", "momentum: sgd has none")]
    public void What_the_model_has_no_room_for_is_refused_in_one_line(
        int height,
        int width,
        string good,
        string bad,
        string message
    )
    {
        AtmFile file = new TinyModel(3, height, width, 2)
            .Convolution(
                new LayerSpec
                {
                    Channels = 3,
                    Kernel = 1,
                    WeightRange = 20,
                    BiasRange = 100,
                }
            )
            .Head(
                new LayerSpec
                {
                    Channels = height * width * 3,
                    WeightRange = 20,
                    BiasRange = 100,
                }
            )
            .Build(1);
        using var arena = new Arena(1 << 20);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        JobCheck.Check(EngineRun.Job(good), model);
        var error = Assert.ThrowsExactly<JobException>(() => JobCheck.Check(EngineRun.Job(bad), model));
        StringAssert.Contains(error.Message, message);
        Assert.IsFalse(error.Message.Contains('\n'));
        // Where nothing is trained, nothing is augmented.
        if (!bad.Contains("optimizer"))
        {
            JobCheck.Check(TrainingJob.Parse("method = align\n" + bad), new QuantizedModel(Aligning(arena)));
        }
    }

    private static Arena Aligning(Arena arena)
    {
        arena.LoadModel(SampleModels.Residual(statistics: true).Bytes);
        return arena;
    }

    /// <summary>Augmented samples of a job and the order that tells them the step.</summary>
    private sealed class Loader : IDisposable
    {
        private readonly Arena arena = new(1 << 20);

        public Loader(TrainingJob job)
        {
            arena.LoadModel(Model.Bytes);
            Order = new StepOrder(job.Training, Source);
            Seen = AugmentedSamples.Of(Source, Order, new QuantizedModel(arena), job.Training);
        }

        public StepOrder Order { get; }

        public ISampleSource Seen { get; }

        public string Load(int sample)
        {
            var bytes = new byte[Source.SampleBytes];
            Seen.Load(sample, arena, 0);
            arena.Read(0, bytes, 0, bytes.Length);
            return Convert.ToHexString(bytes);
        }

        public void Dispose() => arena.Dispose();
    }
}
