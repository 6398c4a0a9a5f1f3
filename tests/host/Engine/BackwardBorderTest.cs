using Attune.Data;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>Where errors end: at an operator without a backward rule, and where nothing is left of them.</summary>
[TestClass]
public sealed class BackwardBorderTest
{
    [TestMethod]
    [DataRow("all")]
    [DataRow("0")]
    [DataRow("block 0")]
    [DataRow("auto")]
    public void An_operator_without_a_backward_rule_is_named_with_what_may_be_trained(string layers)
    {
        var error = Assert.ThrowsExactly<ModelException>(() => Plan("learn", layers));
        Assert.AreEqual(
            "layer 1 (MEDIAN_2D to 6x6x4) has no backward rule; use layers = 2,3, which lie behind it, or method = zo",
            error.Message
        );
    }

    [TestMethod]
    [DataRow("learn", "2,3", 2)]
    [DataRow("learn", "head", 3)]
    [DataRow("learn", "deep", 2)]
    [DataRow("hybrid", "all", 0)]
    [DataRow("zo", "all", 0)]
    public void What_lies_behind_it_is_trained(string method, string layers, int first)
    {
        TrainingPlan plan = Plan(method, layers);
        Assert.AreEqual(first, Enumerable.Range(0, 4).First(plan.IsTrained));
        if (method != "zo")
        {
            Assert.AreEqual(GradientSource.BackPropagation, plan.Source[3]);
            Assert.AreNotEqual(GradientSource.BackPropagation, plan.Source[0]);
        }
    }

    [TestMethod]
    [DataRow("batch = 1")]
    [DataRow("batch = 3")]
    [DataRow("batch = 1\noptimizer = momentum")]
    [DataRow("batch = 3\noptimizer = adam")]
    public void Samples_of_which_no_error_is_left_move_nothing(string lines)
    {
        // Scores so far apart that the probability of the most likely class is 1 in double precision.
        AtmFile file = new TinyModel(4, 8, 8, 2, 0.02f)
            .Convolution(
                new LayerSpec
                {
                    Kernel = 3,
                    Channels = 5,
                    OutputScale = 0.1f,
                }
            )
            .Convolution(
                new LayerSpec
                {
                    Kernel = 6,
                    Channels = 4,
                    Multipliers = [0.002],
                    OutputScale = 1000f,
                }
            )
            .Logits()
            .Build();
        TrainingJob job = EngineRun.Job("method = learn", "objective = pseudo-labels", "learning-rate = 1", lines);
        MemorySamples samples = TinyModel.Samples(file, 3, 6, 4, 100);
        using var engine = new EngineRun(file, job, samples);
        int[] before = engine.State();
        for (int step = 0; step < 2; step++)
        {
            Assert.IsTrue(engine.Trainer.Step(step, 10, null));
            Assert.AreEqual(0, engine.Trainer.Loss);
        }
        CollectionAssert.AreEqual(before, engine.State());
    }

    [TestMethod]
    public void Gradients_of_at_least_16_filters_are_formed_at_a_time()
    {
        AtmFile file = SharedModels.Load("mcunet-cifar10-int8");
        TrainingJob job = EngineRun.Job("method = learn", "batch = 1");
        using var engine = new EngineRun(file, job, TinyModel.Samples(file, 3, 1, 10, 100));
        int compared = 0;
        for (int layer = 0; layer < engine.Model.LayerCount; layer++)
        {
            if (engine.Plan.WeightsAt[layer] >= 0)
            {
                int least = Math.Min(16, engine.Model.Channels(layer));
                Assert.IsGreaterThanOrEqualTo(least, engine.Plan.Backward.TileFilters(layer), $"layer {layer}");
                compared++;
            }
        }
        Assert.IsGreaterThan(40, compared);
    }

    [TestMethod]
    public void A_wish_to_stop_takes_effect_after_the_step()
    {
        AtmFile file = SampleModels.Residual();
        TrainingJob job = EngineRun.Job("method = learn", "batch = 4", "learning-rate = 0.1");
        MemorySamples samples = TinyModel.Samples(file, 3, 6, 4, 100);
        using var whole = new EngineRun(file, job, samples);
        using var stopped = new EngineRun(file, job, samples);
        Assert.IsTrue(whole.Trainer.Step(0, 4, null));
        var watch = new Countdown(1);
        Assert.IsTrue(stopped.Trainer.Step(0, 4, watch));
        Assert.AreEqual(4, watch.Ticks);
        CollectionAssert.AreEqual(whole.State(), stopped.State());
    }

    [TestMethod]
    public void The_rate_is_in_proportion_to_the_mean_loss_while_that_is_small()
    {
        AtmFile file = SampleModels.Residual();
        MemorySamples samples = TinyModel.Samples(file, 3, 6, 4, 100);
        using var scaled = new EngineRun(file, Job("full-rate-loss = 100", "learning-rate = 1"), samples);
        double sum = 0;
        for (int step = 0; step < 2; step++)
        {
            scaled.Trainer.Step(step, 1 << 20, null);
            sum += scaled.Trainer.Loss;
            Assert.AreEqual(sum / (step + 1) / 100, scaled.Trainer.Rate, 1e-6);
        }
        using var whole = new EngineRun(file, Job("full-rate-loss = 0.001", "learning-rate = 1"), samples);
        whole.Trainer.Step(0, 1 << 20, null);
        Assert.AreEqual(1f, whole.Trainer.Rate);
        // The same as the smaller rate from the beginning.
        using var small = new EngineRun(file, Job("full-rate-loss = 0.001", "learning-rate = 0.015625"), samples);
        small.Trainer.Step(0, 1 << 20, null);
        string loss = (64 * small.Trainer.Loss).ToString("G9", System.Globalization.CultureInfo.InvariantCulture);
        using var same = new EngineRun(file, Job("full-rate-loss = " + loss, "learning-rate = 1"), samples);
        same.Trainer.Step(0, 1 << 20, null);
        CollectionAssert.AreEqual(small.State(), same.State());
        CollectionAssert.AreNotEqual(whole.State(), same.State());

        static TrainingJob Job(params string[] lines) => EngineRun.Job(["method = learn", "batch = 1", .. lines]);
    }

    /// <summary>CONV_2D, MEDIAN_2D, CONV_2D, FULLY_CONNECTED (head).</summary>
    private static AtmFile Filtered()
    {
        var spec = new LayerSpec
        {
            Kernel = 3,
            Channels = 4,
            Multipliers = [0.06, 0.11],
            OutputScale = 0.1f,
            WeightRange = 25,
            BiasRange = 100,
        };
        return new TinyModel(4, 8, 8, 2, 0.02f)
            .Convolution(spec)
            .Median(20)
            .Convolution(spec with { Block = 1 })
            .Head(spec with { Block = 1 })
            .Build(2);
    }

    private static TrainingPlan Plan(string method, string layers)
    {
        TrainingJob job = TrainingJob.Parse($"method = {method}\nlayers = {layers}\narena = 1000000\n");
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(Filtered().Bytes);
        var model = new QuantizedModel(arena);
        JobCheck.Check(job, model);
        return (TrainingPlan)JobPlans.Of(model, arena, job, true)[^1].Plan;
    }
}
