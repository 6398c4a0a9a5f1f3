using System.Diagnostics;
using Attune.Adaptation;
using Attune.Data;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

[TestClass]
public sealed class MemoryPlanTest
{
    private static readonly string[] Jobs =
    [
        "method = align",
        "method = align;align-groups = 3",
        "method = align;align-depth = 100",
        "method = align+zo;layers = block 1;parts = scales;queries = 2",
        "method = zo;layers = block 3",
        "method = align+zo;layers = block 2;parts = biases",
        "method = align+zo;layers = block 0;perturbation = weights;batch = 1",
        "method = zo;layers = block 1;perturbation = nodes;update = sequential",
        "method = align+zo;layers = auto;parts = biases;queries = 1",
        "method = zo;layers = all;queries = 1;batch = 3",
        "method = zo;layers = all;queries = 9;batch = 1;parts = weights",
        "method = align+zo;layers = block 1;optimizer = adam;augment-gain = 9;queries = 2",
        "method = zo;layers = block 1;optimizer = momentum;update = sequential;queries = 3",
        "method = learn;layers = all;batch = 1",
        "method = learn;layers = all;batch = 3;parts = biases;optimizer = momentum",
        "method = align+learn;layers = block 1;weight-layers = head;optimizer = adam;batch = 1",
        "method = learn;layers = all;weight-layers = block 2;batch = 2",
        "method = align+learn;layers = auto;parts = biases;batch = 1;full-rate-loss = 1",
        "method = hybrid;layers = all;batch = 2;queries = 1",
        "method = learn;layers = all;batch = 1;lambda-min = 0.1",
        "method = learn;layers = all;weight-layers = block 1;batch = 2;lambda-min = 0.3;lambda-max = 0.5",
        "method = fqt;layers = all;batch = 3",
        "method = align+fqt;layers = block 1;batch = 1;lambda-min = 0.5",
    ];

    public static IEnumerable<object[]> Cases =>
        from name in SharedModels.Names.Append("residual").Append("pooled")
        from job in Jobs
        // Training all layers of the largest network takes seconds.
        where !name.StartsWith("mcunet", StringComparison.Ordinal) || !job.Contains("queries = 9")
        where name != "pooled" || (!job.Contains("align") && !job.Contains("block 3"))
        // Here the scratch of an error ends the region, and up to 12 of the bytes that align it stay untouched.
        where name != "kws_ref_model" || !(job.Contains("lambda-min = 0.3") || job.Contains("lambda-min = 0.5"))
        select new object[] { name, job };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_session_touches_exactly_the_planned_bytes(string name, string lines)
    {
        AtmFile file = Load(name);
        foreach (bool validated in (bool[])[true, false])
        {
            if (!validated && lines.Contains("auto"))
            {
                continue;
            }
            TrainingJob job = Job(lines);
            int wide = Run(file, job, validated);
            // The same within as little as the planner can do with, and a little more than that.
            int least = Least(file, job);
            foreach (int limit in (int[])[least, (least + wide) / 2])
            {
                if (limit < wide && !name.StartsWith("mcunet", StringComparison.Ordinal))
                {
                    Run(file, Job(lines + ";arena = " + limit), validated);
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_items_of_a_plan_add_up_to_its_peak(string name, string lines)
    {
        AtmFile file = Load(name);
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        foreach (int limit in (int[])[1024, 30000, 100000, 1 << 30])
        {
            TrainingJob job = Job(lines + ";arena = " + limit);
            job.Method ??= TrainingMethods.At(0);
            var plans = new List<MemoryPlan>
            {
                MemoryPlan.ForInference(new PlanRequest(model, arena)),
                AlignmentPlan.OfAllLayers(model, arena),
                JobPlans.ForTraining(model, arena, job, job.Training.Layers.Candidates(model)[0], true),
            };
            foreach (MemoryPlan plan in plans)
            {
                int sum = 0;
                for (int item = 0; item < plan.ItemCount; item++)
                {
                    Assert.IsGreaterThan(0, plan.ItemBytes(item));
                    Assert.IsNotEmpty(plan.ItemName(item));
                    sum += plan.ItemBytes(item);
                }
                Assert.AreEqual(plan.Peak, sum);
                Assert.IsLessThanOrEqualTo(plan.RegionAt, plan.StateEnd);
            }
        }
    }

    [TestMethod]
    [DataRow("method = align")]
    [DataRow("method = zo;layers = all")]
    [DataRow("method = zo;layers = auto")]
    [DataRow("method = learn;layers = all")]
    [DataRow("method = learn;layers = auto")]
    [DataRow("method = align+zo;layers = block 3;batch = 60000;queries = 60000")]
    public void A_plan_over_the_limit_is_refused_before_any_work_and_itemised(string lines)
    {
        AtmFile file = SampleModels.Residual(statistics: true);
        TrainingJob job = Job(lines + ";arena = 1024");
        using var arena = new Arena(1 << 20);
        arena.LoadModel(file.Bytes);
        var spy = new SampleSpy(TinyModel.Samples(file, 1, 3, 4, 100));
        var error = Assert.ThrowsExactly<PlanException>(() => new TrainingSession(arena, job, spy, spy));
        Assert.IsEmpty(spy.Loaded);
        Assert.AreEqual(0, arena.HighWater);
        Assert.AreEqual(1024, error.Limit);
        Assert.IsGreaterThan(1024, error.Plan.Peak);
        StringAssert.Contains(error.Message, error.Plan.Peak + " bytes");
        StringAssert.Contains(error.Message, "1024");
        int largest = Enumerable.Range(0, error.Plan.ItemCount).Max(error.Plan.ItemBytes);
        StringAssert.Contains(error.Message, largest + " bytes");
    }

    [TestMethod]
    [DataRow("batch = 65536;queries = 65536")]
    [DataRow("batch = 32768;queries = 32768")]
    [DataRow("batch = 65536;queries = 65536;update = sequential")]
    [DataRow("batch = 65536;queries = 8192")]
    public void A_plan_of_more_bytes_than_an_integer_holds_is_refused_too(string lines)
    {
        AtmFile file = SampleModels.Residual();
        TrainingJob job = Job("method = zo;layers = all;arena = 1073741824;" + lines);
        using var arena = new Arena(1 << 20);
        arena.LoadModel(file.Bytes);
        MemorySamples samples = TinyModel.Samples(file, 1, 3, 4, 100);
        var error = Assert.ThrowsExactly<PlanException>(() => new TrainingSession(arena, job, samples, null!));
        Assert.IsGreaterThan(1 << 30, error.Plan.Peak);
        StringAssert.Contains(error.Message, "loss differences");
    }

    [TestMethod]
    [DataRow("zo")]
    [DataRow("learn")]
    [DataRow("fqt")]
    [Timeout(20000)]
    public void A_deep_network_is_planned_at_once_even_where_nothing_fits(string method)
    {
        var model = new TinyModel(1, 4, 4, 2);
        for (int layer = 0; layer < 200; layer++)
        {
            model.Convolution(new LayerSpec { Channels = 2 });
        }
        AtmFile file = model.Head(new LayerSpec { Channels = 3 }).Build();
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var opened = new QuantizedModel(arena);
        TrainingJob job = Job($"method = {method};layers = all;arena = 1024");
        var watch = Stopwatch.StartNew();
        MemoryPlan plan = JobPlans.ForTraining(opened, arena, job);
        Assert.IsGreaterThan(1024, plan.Peak);
        Assert.IsLessThan(TimeSpan.FromSeconds(5), watch.Elapsed);
    }

    [TestMethod]
    public void A_model_whose_tensors_exceed_every_arena_is_refused()
    {
        var model = new TinyModel(1, 1, 1, 64);
        for (int tensor = 0; tensor < 40; tensor++)
        {
            model.Pad(0, 1023, 1023);
        }
        for (int tensor = 2; tensor <= 40; tensor++)
        {
            model.Add(model.Last, tensor);
        }
        AtmFile file = model.Build();
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var checkedModel = new QuantizedModel(arena);
        var error = Assert.ThrowsExactly<ModelException>(() =>
            MemoryPlan.ForInference(new PlanRequest(checkedModel, arena))
        );
        StringAssert.Contains(error.Message, "1073741824");
    }

    [TestMethod]
    public void An_automatic_choice_leaves_out_the_blocks_that_do_not_fit_and_says_so()
    {
        AtmFile file = SampleModels.Residual();
        using var arena = new Arena(1 << 20);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        int[] Peaks(int limit)
        {
            TrainingJob job = Job($"method = zo;layers = auto;arena = {limit}");
            return
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(block => JobPlans.ForTraining(model, arena, job, LayerChoice.OfBlock(block), true).Peak),
            ];
        }
        // The first limit, from below, within which two of the four blocks fit.
        int limit = Enumerable.Range(1024, 5000).First(limit => Peaks(limit).Count(peak => peak <= limit) >= 2);
        int[] peaks = Peaks(limit);
        Assert.IsTrue(peaks.Any(peak => peak > limit));
        var storage = new MemoryStorage();
        MemorySamples samples = TinyModel.Samples(file, 1, 6, 4, 100);
        var run = new CardRun(storage, arena, Job($"method = zo;layers = auto;arena = {limit}"), samples, samples);
        var monitor = new Countdown(int.MaxValue);
        Assert.IsTrue(run.Run(monitor));
        Assert.IsLessThanOrEqualTo(limit, run.Session.MeasuredPeak);
        Assert.IsLessThanOrEqualTo(limit, peaks[run.Session.State.ChosenLayers.Block]);
        foreach (int block in Enumerable.Range(0, 4))
        {
            int skipped = monitor.Messages.Count(message =>
                message.StartsWith($"block {block} needs ", StringComparison.Ordinal)
            );
            string log = storage.Text("log.csv");
            Assert.AreEqual(skipped == 0, log.Contains($"trial,{block},"), $"block {block}: {log}");
        }
        Assert.IsNotEmpty(monitor.Messages);
    }

    private static AtmFile Load(string name) =>
        name switch
        {
            "residual" => SampleModels.Residual(statistics: true),
            "pooled" => SampleModels.Pooled(),
            _ => SharedModels.Load(name),
        };

    private static TrainingJob Job(string lines) =>
        TrainingJob.Parse(
            "epochs = 1\nbatch = 2\nqueries = 2\nalign-groups = 1\narena = 16777216\n" + lines.Replace(';', '\n')
        );

    private static int Run(AtmFile file, TrainingJob job, bool validated)
    {
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(file.Bytes);
        int classes = new QuantizedModel(arena) is { LogitsTensor: >= 0 } model
            ? model.TensorBytes(model.LogitsTensor)
            : 0;
        ISampleSource training = SharedModels.Noise(file, 3, job.Training.Batch == 1 ? 1 : 3, classes);
        ISampleSource? validation = validated ? SharedModels.Noise(file, 4, 2, classes) : null;
        var session = new TrainingSession(arena, job, training, validation!);
        while (session.Advance(null!)) { }
        Assert.AreEqual(StageKind.Done, session.Stage);
        Assert.AreEqual(
            session.PlannedPeak,
            session.MeasuredPeak,
            $"arena of {job.ArenaBytes}, validation {validated}"
        );
        Assert.IsLessThanOrEqualTo(job.ArenaBytes, session.PlannedPeak);
        Assert.AreEqual(session.PlannedPeak, session.LargestPlan);
        return session.PlannedPeak;
    }

    /// <summary>The smallest peak of a plan, found by asking for less and less.</summary>
    private static int Least(AtmFile file, TrainingJob job)
    {
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        int arenaBytes = job.ArenaBytes;
        job.ArenaBytes = 1024;
        int least = job.Align
            ? JobPlans.ForAlignment(model, arena, job).Peak
            : MemoryPlan.ForInference(new PlanRequest(model, arena) { Limit = 0 }).Peak;
        if (job.Trains)
        {
            LayerChoice[] tried = job.Training.Layers.Candidates(model);
            least = Math.Max(least, tried.Min(one => JobPlans.ForTraining(model, arena, job, one, true).Peak));
        }
        job.ArenaBytes = arenaBytes;
        return least;
    }
}
