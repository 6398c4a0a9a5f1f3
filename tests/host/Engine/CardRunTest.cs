using System.Globalization;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;
using Attune.Testing;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>Runs over a card folder: interrupted anywhere, they end in the same bytes.</summary>
[TestClass]
public sealed partial class CardRunTest
{
    private static readonly string[] Checkpoints = ["state-a.atc", "state-b.atc"];
    private static readonly AtmFile Model = SampleModels.Residual(statistics: true);
    private static readonly MemorySamples Training = TinyModel.Samples(Model, 11, 11, 4, 100);
    private static readonly MemorySamples Validation = TinyModel.Samples(Model, 12, 33, 4, 100);

    public static IEnumerable<object[]> Jobs =>
        from lines in (string[])
            [
                "layers = auto",
                "layers = all;rollback = on;learning-rate = 1000",
                "layers = all;update = sequential;checkpoint-steps = 1",
                "layers = all;rounding = nearest;perturbation = nodes;checkpoint-steps = 5",
                "method = align;align-groups = 5;checkpoint-steps = 4",
                "method = align;align-groups = 1",
                "method = zo;layers = block 2",
                "layers = all;parts = scales;checkpoint-steps = 2",
                "layers = all;optimizer = momentum;augment-flip = on;augment-shift = 1;augment-gain = 40;checkpoint-steps = 2",
                "layers = auto;rollback = on;optimizer = adam;augment-shift = 2;checkpoint-steps = 1",
                "method = learn;layers = all;batch = 1;checkpoint-steps = 1",
                "method = hybrid;layers = all;batch = 2;arena = 7500;augment-flip = on;checkpoint-steps = 2",
                "method = align+learn;layers = all;optimizer = momentum;augment-flip = on;augment-shift = 1;checkpoint-steps = 2",
                "method = learn;layers = block 1;batch = 1;optimizer = momentum;error-rounding = nearest;full-rate-loss = 2;checkpoint-steps = 4",
                "method = learn;layers = all;rounding = carried;checkpoint-steps = 1",
                "method = align+learn;layers = auto;rollback = on;batch = 1;rounding = carried;checkpoint-steps = 4",
                "method = align+learn;layers = auto;rollback = on;optimizer = adam;weight-layers = head;augment-gain = 40",
                "method = align+hybrid;layers = all;checkpoint-steps = 1",
                "method = learn;layers = all;batch = 1;lambda-min = 0.3;lambda-max = 0.8;checkpoint-steps = 1",
                "method = align+hybrid;layers = all;optimizer = adam;lambda-min = 0.1;checkpoint-steps = 2",
                "method = fqt;layers = all;error-rounding = nearest;rounding = nearest;checkpoint-steps = 1",
                "method = align+fqt;layers = auto;rollback = on;batch = 1;lambda-min = 0.1;checkpoint-steps = 3",
            ]
        select new object[] { lines };

    [TestMethod]
    [DynamicData(nameof(Jobs))]
    public void A_run_that_is_stopped_anywhere_goes_on_to_the_same_bytes(string lines)
    {
        TrainingJob job = Job(lines);
        MemoryStorage undisturbed = Finish(new MemoryStorage(), job);
        var counter = new Countdown(int.MaxValue);
        Assert.IsTrue(Run(new MemoryStorage(), job, counter));
        var random = new Random(5);
        for (int trial = 0; trial < 12; trial++)
        {
            int at = random.Next(1, counter.Ticks + 1);
            var storage = new MemoryStorage();
            Assert.IsFalse(Run(storage, job, new Countdown(at)) && at < counter.Ticks, $"stopped at tick {at}");
            Finish(storage, job);
            AssertSame(undisturbed, storage, $"stopped at tick {at}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Jobs))]
    public void A_run_that_is_stopped_again_and_again_ends_in_the_same_bytes(string lines)
    {
        TrainingJob job = Job(lines);
        MemoryStorage undisturbed = Finish(new MemoryStorage(), job);
        var random = new Random(6);
        var storage = new MemoryStorage();
        int runs = 1;
        // A step that is stopped is taken again as a whole; 18 ticks are the most that a step has.
        int least = job.Trains ? 20 : 3;
        while (!Run(storage, job, new Countdown(least + random.Next(8))))
        {
            runs++;
            Assert.IsLessThan(1000, runs);
        }
        Assert.IsGreaterThan(1, runs);
        AssertSame(undisturbed, storage, $"{runs} runs");
    }

    [TestMethod]
    [DynamicData(nameof(Jobs))]
    public void A_run_that_loses_power_at_any_step_of_the_card_goes_on_to_the_same_bytes(string lines)
    {
        TrainingJob job = Job(lines);
        var undisturbed = new MemoryStorage();
        var counter = new FaultStorage(undisturbed, 0);
        Assert.IsTrue(Run(counter, job, new Countdown(int.MaxValue)));
        int steps = counter.WriteSteps;
        int stride = Math.Max(1, steps / 60);
        for (int at = 1; at <= steps; at += stride)
        {
            var files = new MemoryStorage();
            var storage = new FaultStorage(files, (uint)at);
            storage.Arm(FaultStorage.PowerLoss, at);
            Assert.ThrowsExactly<PowerLossException>(() => Run(storage, job, new Countdown(int.MaxValue)));
            // A second loss soon after the restart hits the repair of files.
            storage.Restart();
            storage.Arm(FaultStorage.PowerLoss, 1 + at % 7);
            try
            {
                Run(storage, job, new Countdown(int.MaxValue));
            }
            catch (PowerLossException)
            {
                storage.Restart();
                Run(storage, job, new Countdown(int.MaxValue));
            }
            AssertSame(undisturbed, files, $"power lost at step {at} of {steps}: {storage.Report}");
        }
    }

    [TestMethod]
    public void The_only_block_that_fits_is_trained_without_a_trial()
    {
        int limit = 1024;
        int[] fitting = [];
        while (fitting.Length == 0)
        {
            limit += 4;
            fitting = [.. Enumerable.Range(0, 4).Where(block => PeakOf(block, limit) <= limit)];
        }
        Assert.HasCount(1, fitting);
        MemoryStorage automatic = Finish(new MemoryStorage(), Job($"method = zo;layers = auto;arena = {limit}"));
        MemoryStorage named = Finish(
            new MemoryStorage(),
            Job($"method = zo;layers = block {fitting[0]};arena = {limit}")
        );
        CollectionAssert.AreEqual(named.Files["log.csv"], automatic.Files["log.csv"]);
        CollectionAssert.AreEqual(named.Files["adapted.atm"], automatic.Files["adapted.atm"]);
        Assert.DoesNotContain("trial", System.Text.Encoding.ASCII.GetString(automatic.Files["log.csv"]));
    }

    [TestMethod]
    [DataRow("zo")]
    [DataRow("align+zo")]
    public void Training_that_loses_validation_samples_is_undone(string method)
    {
        // Whether training at such a rate makes a network with random labels worse is a matter of luck.
        string rate = ";learning-rate = 3000";
        string lines;
        MemoryStorage untrained;
        MemoryStorage kept;
        TrainingSession worse;
        int seed = 0;
        do
        {
            lines = $"method = {method};layers = all;seed = {++seed};align-prior = {4 * seed}";
            untrained = new MemoryStorage();
            kept = new MemoryStorage();
            Whole(untrained, Job(lines + ";learning-rate = 0"));
            worse = Whole(kept, Job(lines + rate));
        } while (
            seed < 20
            && worse.State.CorrectAfter >= (method == "zo" ? worse.State.CorrectBefore : worse.State.CorrectAligned)
        );
        var undone = new MemoryStorage();
        TrainingSession session = Whole(undone, Job(lines + rate + ";rollback = on"));
        Assert.IsTrue(session.State.RolledBack);
        Assert.IsFalse(worse.State.RolledBack);
        Assert.AreEqual(
            method == "zo" ? session.State.CorrectBefore : session.State.CorrectAligned,
            session.State.CorrectAfter
        );
        Assert.IsLessThan(session.State.CorrectAfter, worse.State.CorrectAfter);
        CollectionAssert.AreEqual(untrained.Files["adapted.atm"], undone.Files["adapted.atm"]);
        CollectionAssert.AreNotEqual(untrained.Files["adapted.atm"], kept.Files["adapted.atm"]);
    }

    [TestMethod]
    public void Training_that_wins_no_validation_sample_is_undone()
    {
        // Whether training moves the network with random labels without winning or losing a sample is a matter of luck.
        string lines;
        MemoryStorage kept;
        TrainingSession free;
        int seed = 0;
        do
        {
            lines = $"method = zo;layers = all;learning-rate = 3;seed = {++seed}";
            kept = new MemoryStorage();
            free = Whole(kept, Job(lines));
        } while (seed < 40 && free.State.CorrectAfter != free.State.CorrectBefore);
        var undone = new MemoryStorage();
        TrainingSession session = Whole(undone, Job(lines + ";rollback = on"));
        Assert.AreEqual(free.State.CorrectBefore, free.State.CorrectAfter);
        Assert.IsFalse(free.State.RolledBack);
        Assert.IsTrue(session.State.RolledBack);
        CollectionAssert.AreEqual(Model.Bytes[128..], undone.Files["adapted.atm"][128..]);
        CollectionAssert.AreNotEqual(undone.Files["adapted.atm"], kept.Files["adapted.atm"]);
    }

    [TestMethod]
    public void An_alignment_that_loses_validation_samples_is_undone()
    {
        // Whether alignment makes a network with random labels worse is a matter of luck.
        string lines;
        MemoryStorage kept;
        TrainingSession worse;
        int samples = 1;
        do
        {
            lines = $"method = align;align-guard = 0;align-samples = {++samples}";
            kept = new MemoryStorage();
            worse = Whole(kept, Job(lines));
        } while (samples < 20 && worse.State.CorrectAfter >= worse.State.CorrectBefore);
        var undone = new MemoryStorage();
        TrainingSession session = Whole(undone, Job(lines + ";rollback = on"));
        Assert.IsTrue(session.State.AlignmentUndone);
        Assert.IsFalse(worse.State.AlignmentUndone);
        Assert.AreEqual(session.State.CorrectBefore, session.State.CorrectAfter);
        Assert.IsLessThan(session.State.CorrectAfter, worse.State.CorrectAfter);
        // Behind the header, which counts adaptations, the model is the one that came.
        CollectionAssert.AreEqual(Model.Bytes[128..], undone.Files["adapted.atm"][128..]);
        CollectionAssert.AreNotEqual(undone.Files["adapted.atm"], kept.Files["adapted.atm"]);
    }

    [TestMethod]
    [DataRow("layers = all")]
    [DataRow("method = learn;layers = all")]
    [DataRow("method = learn;layers = all;batch = 1")]
    [DataRow("method = learn;layers = all;batch = 1;lambda-min = 0.2")]
    [DataRow("method = hybrid;layers = all;batch = 2;arena = 7500")]
    [DataRow("method = fqt;layers = all")]
    [DataRow("method = fqt;layers = all;lambda-min = 0.2")]
    [DataRow("method = learn;layers = all;rounding = carried")]
    public void Threads_do_not_change_a_byte_and_seeds_do(string lines)
    {
        TrainingJob job = Job(lines);
        MemoryStorage one = WithThreads(1, () => Finish(new MemoryStorage(), job));
        MemoryStorage two = WithThreads(2, () => Finish(new MemoryStorage(), job));
        AssertSame(one, two, "2 threads");
        CollectionAssert.AreEqual(one.Files[Newest(one)], two.Files[Newest(two)]);
        MemoryStorage other = Finish(new MemoryStorage(), Job(lines + ";seed = 2"));
        CollectionAssert.AreNotEqual(one.Files["adapted.atm"], other.Files["adapted.atm"]);
        CollectionAssert.AreNotEqual(one.Files["log.csv"], other.Files["log.csv"]);
    }

    [TestMethod]
    [DataRow("layers = block 1;queries = 2;batch = 2")]
    [DataRow("method = align+learn;layers = all;weight-layers = block 1;batch = 1;arena = 16000000")]
    [DataRow("method = align+fqt;layers = all;weight-layers = block 1;batch = 2;lambda-min = 0.2;arena = 16000000")]
    public void Threads_do_not_change_a_byte_of_a_large_network(string lines)
    {
        AtmFile model = SharedModels.Load("vww_96_int8");
        MemorySamples samples = SharedModels.Noise(model, 1, 2, 2);
        TrainingJob job = Job(lines + ";epochs = 1;align-groups = 2");
        byte[] Adapted()
        {
            var storage = new MemoryStorage();
            using var arena = new Arena(job.ArenaBytes);
            arena.LoadModel(model.Bytes);
            Assert.IsTrue(new CardRun(storage, arena, job, samples, samples).Run(new Countdown(int.MaxValue)));
            return [.. storage.Files["adapted.atm"], .. storage.Files["log.csv"]];
        }
        byte[] one = WithThreads(1, Adapted);
        CollectionAssert.AreEqual(one, WithThreads(2, Adapted));
        CollectionAssert.AreEqual(one, WithThreads(3, Adapted));
    }

    [TestMethod]
    public void The_adapted_model_gives_what_the_adapted_network_gave()
    {
        foreach (
            string lines in (string[])
                [
                    "layers = all",
                    "method = align",
                    "method = zo;layers = block 1",
                    "layers = all;parts = scales",
                    "method = align+learn;layers = all",
                    "method = learn;layers = all;batch = 1;weight-layers = head",
                    "method = hybrid;layers = all;lambda-min = 0.3",
                    "method = fqt;layers = all",
                ]
        )
        {
            TrainingJob job = Job(lines);
            var storage = new MemoryStorage();
            using var arena = new Arena(job.ArenaBytes);
            arena.LoadModel(Model.Bytes);
            var run = new CardRun(storage, arena, job, Training, Validation);
            Assert.IsTrue(run.Run(new Countdown(int.MaxValue)));
            AtmFile adapted = AtmFile.Parse(storage.Files["adapted.atm"]);
            Assert.AreEqual(1, adapted.Header(HeaderField.Adaptations));
            var network = run.Session.Network;
            network.Use(ActivationLayout.ForInference(network.Model, network.Model.OutputTensor - 1));
            int correct = 0;
            for (int sample = 0; sample < Validation.Count; sample++)
            {
                network.Load(Validation, sample);
                correct += network.Classify() == Validation.Labels[sample] ? 1 : 0;
                var scores = new byte[4];
                arena.Read(network.TensorAt(network.Model.LogitsTensor), scores, 0, 4);
                CollectionAssert.AreEqual(scores, (byte[])(Array)Int8Logits(adapted, Validation.Values[sample]));
            }
            Assert.AreEqual(run.Session.State.CorrectAfter, correct);
        }
    }

    [TestMethod]
    public void The_log_has_a_line_for_every_step_and_stage()
    {
        MemoryStorage storage = Finish(new MemoryStorage(), Job("layers = auto"));
        string[] lines = storage.Text("log.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.AreEqual("stage,block,unit,loss,rate,correct,forwards", lines[0]);
        Assert.IsTrue(lines.All(line => line.Count(c => c == ',') == 6));
        string[] stages = [.. lines.Skip(1).Select(line => line.Split(',')[0])];
        int Count(string stage) => stages.Count(name => name == stage);
        // 11 samples in batches of 3: 4 steps an epoch and one line at the end of a stage.
        Assert.AreEqual(4 * (4 + 1), Count("trial"));
        Assert.AreEqual(4, Count("trial-result"));
        Assert.AreEqual(2 * 4 + 1, Count("train"));
        foreach (string stage in (string[])["before", "align", "aligned", "after"])
        {
            Assert.AreEqual(1, Count(stage), stage);
        }
    }

    [TestMethod]
    public void The_block_of_the_best_trial_is_trained_the_first_of_equal_ones()
    {
        var chosen = new HashSet<string>();
        for (int seed = 1; seed <= 8; seed++)
        {
            MemoryStorage storage = Finish(new MemoryStorage(), Job($"layers = auto;epochs = 1;seed = {seed}"));
            string[][] lines = [.. storage.Text("log.csv").Split('\n').Select(line => line.Split(','))];
            string[] best = lines
                .Where(line => line[0] == "trial-result")
                .MaxBy(line => int.Parse(line[5], CultureInfo.InvariantCulture))!;
            Assert.IsTrue(lines.Where(line => line[0] == "train").All(line => line[1] == best[1]));
            chosen.Add(best[1]);
        }
        Assert.IsGreaterThan(1, chosen.Count, "blocks that were chosen");
    }

    private static T WithThreads<T>(int count, Func<T> run)
    {
        Assert.AreEqual(count, Native.Threads(count));
        T result = run();
        Assert.AreEqual(1, Native.Threads(1));
        return result;
    }

    private static sbyte[] Int8Logits(AtmFile model, byte[] sample)
    {
        using var network = new PlainNetwork(model) { QuantizedScores = true };
        network.Load(sample);
        network.Run(0, model.LayerCount - 1);
        return network.Tensor(model.LogitsTensor);
    }

    private static TrainingJob Job(string lines) =>
        TrainingJob.Parse(
            "epochs = 2\nrollback = off\nbatch = 3\nqueries = 4\nlearning-rate = 0.01\nalign-groups = 2\narena = 1000000\ncheckpoint-steps = 3\n"
                + lines.Replace(';', '\n')
        );

    private static bool Run(IStorage storage, TrainingJob job, ICardMonitor monitor)
    {
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(Model.Bytes);
        return new CardRun(storage, arena, job, Training, Validation).Run(monitor);
    }

    private static int PeakOf(int block, int limit)
    {
        using var arena = new Arena(1 << 20);
        arena.LoadModel(Model.Bytes);
        var model = new QuantizedModel(arena);
        TrainingJob job = Job($"method = zo;arena = {limit}");
        int evaluating = MemoryPlan.ForInference(new PlanRequest(model, arena) { Limit = limit }).Peak;
        int training = JobPlans.ForTraining(model, arena, job, LayerChoice.OfBlock(block), true).Peak;
        return Math.Max(evaluating, training);
    }

    private static TrainingSession Whole(MemoryStorage storage, TrainingJob job)
    {
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(Model.Bytes);
        var run = new CardRun(storage, arena, job, Training, Validation);
        Assert.IsTrue(run.Run(new Countdown(int.MaxValue)));
        return run.Session;
    }

    private static MemoryStorage Finish(MemoryStorage storage, TrainingJob job)
    {
        Assert.IsTrue(Run(storage, job, new Countdown(int.MaxValue)));
        return storage;
    }

    private static string Newest(MemoryStorage storage, string? skip = null) =>
        Checkpoints
            .Where(name => name != skip && storage.Files.ContainsKey(name))
            .MaxBy(name => BitConverter.ToInt32(storage.Files[name], 8))!;

    /// <summary>All results and both checkpoints are equal.</summary>
    private static void AssertSame(MemoryStorage expected, MemoryStorage actual, string when)
    {
        foreach (string name in (string[])["adapted.atm", "aligned.atm", "log.csv", .. Checkpoints])
        {
            Assert.AreEqual(expected.Exists(name), actual.Exists(name), name);
            if (expected.Exists(name))
            {
                CollectionAssert.AreEqual(expected.Files[name], actual.Files[name], $"{name}, {when}");
            }
        }
    }
}
