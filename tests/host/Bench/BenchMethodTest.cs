using Attune.Host.Bench;
using Attune.Host.Bench.Methods;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Shell;
using Attune.Runs;
using Attune.Tests.Engine;

namespace Attune.Tests.Bench;

/// <summary>What every method owes the tables, on a small network.</summary>
[TestClass]
public class BenchMethodTest
{
    private static readonly AtmFile Model = SampleModels.Residual(statistics: true);
    private static readonly MemorySamples Samples = TinyModel.Samples(Model, 3, 25, 4, 100);

    public static IEnumerable<object[]> Methods =>
        from method in BenchMethods.All
        from limit in (double[])[30, 700, 12_345]
        select new object[] { method.Name, limit };

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void A_method_stays_within_its_limit_and_within_its_arena(string name, double limit)
    {
        IBenchMethod method = BenchMethods.Find(name);
        // So many samples that batches of 10 are all whole and use up the limit.
        BenchTask task = Task(limit) with
        {
            Training = BenchJob.Part(Samples, 0, 20),
        };
        BenchOutcome outcome = method.Run(task, null, CancellationToken.None);
        if (method.UsesLimit)
        {
            Assert.IsLessThanOrEqualTo(limit, (double)outcome.Macs / task.ForwardMacs);
        }
        Assert.IsLessThanOrEqualTo(task.ArenaBytes, outcome.Peak ?? 0);
        Assert.AreEqual(outcome.Planned, outcome.Peak);
        // A result is a model of the same layout, or one that answers by itself.
        Assert.AreEqual(Model.Bytes.Length, outcome.Model?.Length ?? Model.Bytes.Length);
        Assert.IsTrue(outcome.Model is not null || outcome.CountCorrect is not null);
    }

    [TestMethod]
    [DataRow("paper-10", "")]
    [DataRow("attune", "train biases")]
    public void A_larger_limit_is_used(string name, string variant)
    {
        IBenchMethod method = BenchMethods.Find(name);
        // So many that batches of 10 are all whole.
        BenchTask task = Task(30_000) with
        {
            Training = BenchJob.Part(Samples, 0, 20),
            Variant = variant,
        };
        BenchOutcome outcome = method.Run(task, null, CancellationToken.None);
        Assert.IsGreaterThan(0.9, outcome.Macs / (task.Limit * task.ForwardMacs));
        CollectionAssert.AreNotEqual(Model.Bytes, outcome.Model);
    }

    [TestMethod]
    public void The_same_task_gives_the_same_result_and_another_seed_another()
    {
        IBenchMethod method = BenchMethods.Find("attune");
        BenchOutcome Run(uint seed) =>
            method.Run(Task(5000) with { Seed = seed, Variant = "train biases" }, null, CancellationToken.None);
        CollectionAssert.AreEqual(Run(1).Model, Run(1).Model);
        CollectionAssert.AreNotEqual(Run(1).Model, Run(2).Model);
    }

    [TestMethod]
    public void The_paper_trains_the_block_that_is_asked_for_or_the_best_on_held_out_samples()
    {
        var method = new PaperMethod("paper", 5, 4, "0.01");
        BenchOutcome fixedBlock = method.Run(Task(20_000) with { Variant = "block-3" }, null, CancellationToken.None);
        Assert.AreEqual(3, fixedBlock.Block);
        Assert.IsNull(fixedBlock.Values);
        BenchOutcome chosen = method.Run(Task(20_000), null, CancellationToken.None);
        var trials = chosen.Values!.Where(value => value.Key.StartsWith("trial-block-", StringComparison.Ordinal));
        Assert.AreEqual(4, trials.Count());
        Assert.AreEqual(chosen.Values!["trial-block-" + chosen.Block], trials.Max(trial => trial.Value));
    }

    [TestMethod]
    public void Checkpoints_count_up_to_the_forwards_of_the_outcome()
    {
        var reached = new List<double>();
        byte[]? last = null;
        BenchTask task = Task(5000);
        BenchOutcome outcome = BenchMethods
            .Find("attune")
            .Run(
                task,
                (forwards, model) =>
                {
                    reached.Add(forwards);
                    last = model();
                },
                CancellationToken.None
            );
        CollectionAssert.AreEqual(reached.Order().ToList(), reached);
        Assert.AreEqual((double)outcome.Macs / task.ForwardMacs, reached[^1], 1e-9);
        CollectionAssert.AreEqual(outcome.Model, last);
    }

    [TestMethod]
    public void A_cancelled_method_ends()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            BenchMethods.Find("attune").Run(Task(5000), null, cancellation.Token)
        );
    }

    [TestMethod]
    [DataRow("queries=0")]
    [DataRow("quiries=5")]
    [DataRow("queries=5 batch")]
    public void A_variant_that_is_no_job_is_refused(string variant)
    {
        var error = Assert.ThrowsExactly<UsageException>(() =>
            BenchMethods.Find("attune").Run(Task(5000) with { Variant = variant }, null, CancellationToken.None)
        );
        StringAssert.Contains(error.Message, variant);
    }

    [TestMethod]
    [DataRow("batch=1 queries=3 layers=all", 1 << 20)]
    [DataRow("batch=4 queries=3 layers=all", 1 << 20)]
    [DataRow("batch=4 queries=3 layers=all update=sequential", 1 << 20)]
    [DataRow("batch=4 queries=2 layers=all perturbation=nodes", 1 << 20)]
    [DataRow("batch=1 queries=2 layers=block_1 perturbation=nodes", 1 << 20)]
    [DataRow("batch=5 queries=2 layers=all perturbation=nodes parts=weights", 0)]
    [DataRow("batch=1 queries=2 layers=all perturbation=nodes", 0)]
    public void A_step_takes_exactly_the_multiply_accumulates_of_its_plan(string keys, int arena)
    {
        TrainingJob job = BenchJob.Create(
            Task(1) with
            {
                ArenaBytes = Math.Max(1024, arena),
            },
            "method=zo steps=1 " + keys
        );
        if (arena == 0)
        {
            // Just enough, so that gradients are formed in tiles.
            job.ArenaBytes = Tightest(job, Model);
        }
        long? planned = SessionRun.StepMacs(Model.Bytes, job);
        var run = SessionRun.Run(Model.Bytes, job, Samples, null, null, 0, CancellationToken.None);
        Assert.AreEqual(planned, run.Macs);
        Assert.HasCount(1, run.Losses);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    public void The_multiply_accumulates_of_a_step_count_every_tile_of_a_gradient(int batch)
    {
        // Many weights beside few activations.
        var spec = new LayerSpec
        {
            Channels = 60,
            Multipliers = [0.01],
            OutputScale = 0.05f,
            WeightRange = 30,
            BiasRange = 100,
        };
        AtmFile wide = new TinyModel(6, 4, 4, 8, 0.02f, 5)
            .Reshape()
            .FullyConnected(spec)
            .FullyConnected(spec)
            .Head(spec with { Channels = 4 })
            .Build();
        MemorySamples samples = TinyModel.Samples(wide, 3, 5, 4, 100);
        TrainingJob job = BenchJob.Create(
            Task(1) with
            {
                Model = wide,
            },
            $"method=zo steps=1 layers=all queries=2 perturbation=nodes batch={batch}"
        );
        long? roomy = SessionRun.StepMacs(wide.Bytes, job);
        job.ArenaBytes = Tightest(job, wide);
        long? tight = SessionRun.StepMacs(wide.Bytes, job);
        var run = SessionRun.Run(wide.Bytes, job, samples, null, null, 0, CancellationToken.None);
        Assert.AreEqual(tight, run.Macs);
        Assert.AreEqual(batch > 1, tight > roomy);
    }

    [TestMethod]
    public void Steps_of_a_job_replace_its_epochs_and_none_leave_its_text_as_it_was()
    {
        TrainingJob job = BenchJob.Create(Task(1), "method=zo layers=all batch=10 queries=1 epochs=4 steps=7");
        Assert.HasCount(7, SessionRun.Run(Model.Bytes, job, Samples, null, null, 0, CancellationToken.None).Losses);
        Assert.AreEqual(job.Canonical(), TrainingJob.Parse(job.Canonical()).Canonical());
        StringAssert.Contains(job.Canonical(), "\nepochs = 4\nsteps = 7\nbatch = 10\n");
        job.Training.Steps = 0;
        Assert.HasCount(12, SessionRun.Run(Model.Bytes, job, Samples, null, null, 0, CancellationToken.None).Losses);
        StringAssert.Contains(job.Canonical(), "\nepochs = 4\nbatch = 10\n");
    }

    private static BenchTask Task(double limit) =>
        new()
        {
            Model = Model,
            Training = Samples,
            Seed = 1,
            Limit = limit,
            ArenaBytes = 1 << 20,
        };

    private static int Tightest(TrainingJob job, AtmFile file)
    {
        using var arena = new Memory.Arena(16);
        arena.LoadModel(file.Bytes);
        var view = new Attune.Model.QuantizedModel(arena);
        for (int limit = 1024; ; limit += 64)
        {
            job.ArenaBytes = limit;
            if (JobPlans.ForTraining(view, arena, job, job.Training.Layers, evaluates: false).Peak <= limit)
            {
                return limit;
            }
        }
    }
}
