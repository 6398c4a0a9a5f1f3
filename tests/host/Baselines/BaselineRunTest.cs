using Attune.Host.Baselines;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Model;

namespace Attune.Tests.Baselines;

/// <summary>What holds for every baseline: the count of forwards, threads, progress, cancellation, bad input.</summary>
[TestClass]
public sealed class BaselineRunTest
{
    private static readonly AtmFile Model = BaselineModels.Model;
    private static readonly long Full = BaselineModels.MacsFrom(Model, 0);

    public static IEnumerable<object[]> Names => BaselineMethods.All.Select(method => new object[] { method.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Threads_change_nothing(string name)
    {
        double rate = name.StartsWith("fp32", StringComparison.Ordinal) ? 1e-4 : 0.01;
        rate = name.StartsWith("deepzero", StringComparison.Ordinal) ? 1 : rate;
        BaselineTask task = BaselineModels.Task(11, 5, 200, rate);
        BaselineResult one = BaselineMethods.Find(name).Run(task);
        BaselineResult three = BaselineMethods.Find(name).Run(task with { Threads = 3 });
        BaselineResult other = BaselineMethods.Find(name).Run(task with { Seed = 4 });
        Assert.IsFalse(Values(one.Model).Exists(float.IsNaN));
        CollectionAssert.AreEqual(Values(one.Model), Values(three.Model));
        CollectionAssert.AreNotEqual(Values(one.Model), Values(other.Model));
        CollectionAssert.AreNotEqual(Values(one.Model), Values(new BaselineModel(task.Model)));
        Assert.AreEqual(one.Macs, three.Macs);
    }

    [TestMethod]
    [DataRow("fp32-full", 3.0)]
    [DataRow("fp32-biases", 3.0)]
    [DataRow("int8-full", 3.0)]
    [DataRow("mezo", 2.0)]
    public void A_sample_costs_what_the_method_says_and_only_whole_steps_are_taken(string name, double cost)
    {
        // 11 samples in batches of 5, 5 and 1; the budget ends within the second epoch's second batch.
        long forwards = (long)(cost * (11 + 5 + 4));
        BaselineResult result = BaselineMethods.Find(name).Run(BaselineModels.Task(11, 5, forwards, 0.001));
        Assert.AreEqual(4, result.Steps);
        Assert.AreEqual(16 * cost, result.Forwards, 1e-9);
        Assert.AreEqual((long)(16 * cost) * Full, result.Macs);
    }

    [TestMethod]
    [DataRow("fp32-full", 2)]
    [DataRow("int8-full", 2)]
    [DataRow("mezo", 1)]
    public void Late_layers_cost_only_what_lies_behind_them(string name, int crossings)
    {
        int layer = BaselineModels.WeightedLayers(Model)[3];
        long sample = Full + crossings * BaselineModels.MacsFrom(Model, layer);
        BaselineTask task = BaselineModels.Task(4, 4, 100, 0.001) with { Layers = [layer] };
        BaselineResult result = BaselineMethods.Find(name).Run(task);
        Assert.AreEqual(100 * Full / (4 * sample), result.Steps);
        Assert.AreEqual(result.Steps * 4 * sample, result.Macs);
    }

    [TestMethod]
    public void Deepzero_stops_where_one_coordinate_more_would_exceed_the_budget()
    {
        int layer = BaselineModels.WeightedLayers(Model)[^2];
        long from = BaselineModels.MacsFrom(Model, layer);
        long coordinates = Full / (3 * from); // with 3 samples and 4 forwards, of which 3 are the clean ones
        Assert.IsTrue(coordinates is > 5 and < 60, $"{coordinates}");
        BaselineTask task = BaselineModels.Task(3, 3, 4, 0.001) with { Layers = [layer] };
        BaselineResult result = BaselineMethods.Find("deepzero").Run(task);
        Assert.AreEqual(1, result.Steps);
        Assert.AreEqual(3 * (Full + coordinates * from), result.Macs);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Without_budget_nothing_happens(string name)
    {
        BaselineResult result = BaselineMethods.Find(name).Run(BaselineModels.Task(4, 4, 0, 0.01));
        Assert.AreEqual(0, result.Steps);
        Assert.AreEqual(0, result.Macs);
        if (result.Model.Bytes is { } bytes)
        {
            var (before, _) = BaselineModels.Parameters(Model.Bytes);
            var (after, _) = BaselineModels.Parameters(bytes);
            Assert.IsTrue(before.Zip(after).All(pair => pair.First.SequenceEqual(pair.Second)));
        }
    }

    [TestMethod]
    [DataRow("fp32-full")]
    [DataRow("int8-full")]
    [DataRow("mezo")]
    public void Progress_comes_after_epochs_or_after_so_many_forwards(string name)
    {
        IBaseline method = BaselineMethods.Find(name);
        double sample = name == "mezo" ? 2 : 3;
        BaselineTask task = BaselineModels.Task(10, 5, (long)(sample * 30), 0.001);
        var at = new List<double>();
        BaselineResult result = method.Run(task, progress => at.Add(progress.Forwards));
        CollectionAssert.AreEqual(new[] { sample * 10, sample * 20, sample * 30 }, at);
        at.Clear();
        BaselineModel? last = null;
        method.Run(
            task with
            {
                ReportEvery = (long)(sample * 12),
            },
            progress =>
            {
                at.Add(progress.Forwards);
                last = progress.Snapshot();
            }
        );
        CollectionAssert.AreEqual(new[] { sample * 15, sample * 25 }, at);
        MemorySamples samples = BaselineModels.Samples(40);
        Assert.AreEqual(last!.Accuracy(samples, 2), last.Accuracy(samples, 1));
        Assert.IsGreaterThan(0.0, result.Model.Accuracy(samples));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Cancelling_stops_it(string name)
    {
        using var source = new CancellationTokenSource();
        BaselineTask task = BaselineModels.Task(4, 2, 1_000_000, 0.001) with { ReportEvery = 1, Layers = [Model.Head] };
        int steps = 0;
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            BaselineMethods
                .Find(name)
                .Run(
                    task,
                    _ =>
                    {
                        steps++;
                        source.Cancel();
                    },
                    source.Token
                )
        );
        Assert.AreEqual(1, steps);
    }

    [TestMethod]
    public void Bad_tasks_are_refused_in_one_line()
    {
        BaselineTask task = BaselineModels.Task(4, 2, 10, 0.001);
        Refused(task with { Layers = [0] }, "layer 0 cannot be trained");
        Refused(task with { Samples = new MemorySamples([new byte[7]], [0], 4) }, "the samples have 7 values");
        Refused(task with { Samples = task.Samples with { Labels = [0, 1, -1, 2] } }, "a sample has the label -1");
        Refused(task with { Samples = task.Samples with { Labels = [0, 1, 4, 2] } }, "a sample has the label 4");
        Refused(task with { Samples = new MemorySamples([], [], 4) }, "no samples");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            BaselineMethods.Find("mezo").Run(task with { BatchSize = 0 })
        );
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => BaselineMethods.Find("adam")).Message,
            "int8-full"
        );

        static void Refused(BaselineTask task, string reason) =>
            StringAssert.Contains(
                Assert.ThrowsExactly<ModelException>(() => BaselineMethods.Find("mezo").Run(task)).Message,
                reason
            );
    }

    private static List<float> Values(BaselineModel model)
    {
        if (model.Network is { } network)
        {
            return [.. network.Layers.SelectMany(layer => layer.Weights.Concat(layer.Bias))];
        }
        var (weights, biases) = BaselineModels.Parameters(model.Bytes!);
        return
        [
            .. weights.SelectMany(layer => layer).Select(value => (float)value),
            .. biases.SelectMany(layer => layer).Select(value => (float)value),
        ];
    }
}
