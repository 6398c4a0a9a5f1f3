using Attune.Data;
using Attune.Execution;
using Attune.Host.Model;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>What a step is said to cost before it runs is what the engine counts when it does.</summary>
[TestClass]
public sealed class StepMacsTest
{
    private static readonly AtmFile[] Models = [SampleModels.Residual(), SampleModels.Pooled()];

    public static IEnumerable<object[]> Combinations =>
        from parts in (string[])["both", "weights", "biases", "scales"]
        from head in (string[])["probed", "exact"]
        from layers in (string[])["all", "head", "block 1", "2,5"]
        select new object[] { $"parts = {parts}\nhead = {head}\nlayers = {layers}\n" };

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void The_estimated_cost_of_a_step_is_the_counted_one(string lines)
    {
        int steps = 0;
        foreach (AtmFile file in Models)
        {
            foreach (string rest in Rests())
            {
                TrainingJob job = TrainingJob.Parse("method = zo\narena = 1000000\n" + lines + rest);
                foreach (int limit in (int[])[1000000, Tightest(file, job)])
                {
                    job.ArenaBytes = limit;
                    steps += IsEqual(file, job, lines + rest + "arena = " + limit) ? 1 : 0;
                }
            }
        }
        Assert.IsGreaterThan(0, steps, "no layers of these were found");
    }

    [TestMethod]
    [DataRow("both")]
    [DataRow("weights")]
    [DataRow("biases")]
    public void So_is_that_of_a_step_of_back_propagation(string parts)
    {
        int steps = 0;
        foreach (AtmFile file in Models)
        {
            foreach (string layers in (string[])["all", "head", "block 1", "2,5", "0-2"])
            {
                foreach (string weights in (string[])["all", "head", "block 1"])
                {
                    foreach (int batch in (int[])[1, 3])
                    {
                        string lines =
                            $"layers = {layers}\nparts = {parts}\nweight-layers = {weights}\nbatch = {batch}\n";
                        TrainingJob job = TrainingJob.Parse("method = learn\narena = 1000000\n" + lines);
                        foreach (int limit in (int[])[1000000, Tightest(file, job)])
                        {
                            job.ArenaBytes = limit;
                            steps += IsEqual(file, job, lines + "arena = " + limit) ? 1 : 0;
                        }
                    }
                }
            }
        }
        Assert.IsGreaterThan(0, steps, "no layers of these were found");
    }

    [TestMethod]
    [DataRow("hybrid", "all")]
    [DataRow("learn", "deep")]
    public void The_border_lies_as_far_in_front_as_the_arena_allows(string method, string layers)
    {
        AtmFile file = SampleModels.Residual();
        string lines = $"method = {method}\nlayers = {layers}\nparts = biases\nbatch = 1\nqueries = 2\narena = ";
        TrainingJob job = TrainingJob.Parse(lines + 1000000);
        var borders = new HashSet<int>();
        int before = int.MaxValue;
        for (int limit = Peak(file, job); limit >= Tightest(file, job); limit -= 4)
        {
            job.ArenaBytes = limit;
            using var arena = new Arena(1000000);
            arena.LoadModel(file.Bytes);
            TrainingPlan plan = JobPlans.ForTraining(new QuantizedModel(arena), arena, job);
            int border = Array.IndexOf(plan.Source, GradientSource.BackPropagation);
            Assert.IsLessThanOrEqualTo(limit, plan.Peak);
            Assert.IsTrue(before == int.MaxValue || border < 0 || border >= before, $"{limit} bytes: layer {border}");
            GradientSource front = method == "hybrid" ? GradientSource.WeightProbes : GradientSource.None;
            bool other = plan.Source.Take(Math.Max(border, 0)).Any(source => source == GradientSource.BackPropagation);
            Assert.IsFalse(other);
            Assert.IsTrue(border <= 1 || plan.Source[1] == front || plan.Source[1] == GradientSource.NodeProbes);
            int[] weighted =
            [
                .. SampleModels.WeightedLayers(file).Where(layer => file.Word(layer, RecordField.Bias) >= 0),
            ];
            int missed = Array.FindLastIndex(weighted, layer => layer < (border < 0 ? int.MaxValue : border));
            if (layers == "deep" && missed >= 0)
            {
                string more = string.Join(',', weighted.Skip(missed));
                int needed = Peak(
                    file,
                    TrainingJob.Parse(lines.Replace("deep", more, StringComparison.Ordinal) + limit)
                );
                Assert.IsGreaterThan(limit, needed, $"layers {more} fit, too");
            }
            Assert.AreEqual(plan.TrainsAny(), IsEqual(file, job, lines + limit));
            before = border < 0 ? before : border;
            borders.Add(border);
        }
        Assert.IsGreaterThan(1, borders.Count);
    }

    private static int Peak(AtmFile file, TrainingJob job)
    {
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        return JobPlans.ForTraining(new QuantizedModel(arena), arena, job).Peak;
    }

    private static IEnumerable<string> Rests() =>
        from perturbation in (string[])["adaptive", "weights", "nodes"]
        from update in (string[])["global", "sequential"]
        from batch in (int[])[1, 3]
        select $"perturbation = {perturbation}\nupdate = {update}\nbatch = {batch}\nqueries = 9\n";

    /// <summary>Runs a step and compares; false: the model has nothing to train there.</summary>
    private static bool IsEqual(AtmFile file, TrainingJob job, string what)
    {
        using var arena = new Arena(1000000);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        TrainingPlan plan = JobPlans.ForTraining(model, arena, job);
        if (job.Training.Layers.FirstUnfit(model) >= 0 || !plan.TrainsAny())
        {
            return false;
        }
        var network = new Network(arena, model, plan);
        network.Parameters.ResetTrained();
        ISampleSource samples = TinyModel.Samples(file, 8, 5, 4, 100);
        Assert.IsTrue(job.Method.Create(network, job.Training, samples).Step(0, 4, null!));
        Assert.AreEqual(network.MacsRun, StepCost.Of(plan).Macs, what);
        return true;
    }

    /// <summary>About the smallest arena that the job's plan stays within, so that everything that saves memory is in use.</summary>
    private static int Tightest(AtmFile file, TrainingJob job)
    {
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        job.ArenaBytes = 1024;
        int peak = JobPlans.ForTraining(model, arena, job).Peak;
        job.ArenaBytes = peak;
        return peak;
    }
}
