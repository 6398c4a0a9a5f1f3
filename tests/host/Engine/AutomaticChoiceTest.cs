using System.Text.Json;
using Attune.Host.Bench;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;
using Attune.Tests.Docs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>method = auto: the plan chooses the way to learn.</summary>
[TestClass]
public sealed class AutomaticChoiceTest
{
    private static readonly AtmFile Model = SampleModels.Residual(statistics: true);

    [TestMethod]
    [DataRow("auto", false)]
    [DataRow("align+auto", true)]
    public void The_first_way_that_fits_is_chosen(string method, bool aligns)
    {
        int[] peaks = [.. Enumerable.Range(0, AutomaticChoice.Count).Select(way => Peak(method, way))];
        var chosen = new HashSet<int>();
        foreach (int arena in peaks.Append(1 << 20).SelectMany(peak => (int[])[peak - 1, peak]))
        {
            TrainingJob job = Job(method, arena);
            TrainingJob made = Resolve(job, out int way);
            chosen.Add(way);
            Assert.AreEqual(aligns, made.Align);
            Assert.IsFalse(made.Automatic);
            bool fits = Fits(job, way);
            Assert.IsTrue(fits || way == AutomaticChoice.Count - 1, $"{arena}: {way}");
            for (int earlier = 0; earlier < way; earlier++)
            {
                Assert.IsFalse(Fits(job, earlier), $"{arena}: {earlier} fits, {way} is chosen");
            }
        }
        Assert.IsGreaterThan(1, chosen.Count);
    }

    [TestMethod]
    public void What_the_choice_leaves_alone_stays_as_the_job_has_it()
    {
        TrainingJob job = TrainingJob.Parse(
            "method = align+auto\narena = 1000000\nseed = 7\nepochs = 3\naugment-flip = on\nrollback = off\nalign-depth = 40\n"
        );
        TrainingJob made = AutomaticChoice.JobOf(job, 0);
        Assert.AreEqual("align+learn", made.MethodName);
        foreach (
            JobKey key in Enumerable
                .Range(0, JobKeys.Count)
                .Select(JobKeys.At)
                .Where(key => key.Name != "method" && !AutomaticChoice.Decides(key.Name))
        )
        {
            Assert.AreEqual(key.Text(job), key.Text(made), key.Name);
        }
        Assert.AreEqual(job.Write(), TrainingJob.Parse(job.Write()).Write());
        Assert.DoesNotContain("learning-rate", job.Write());
    }

    [TestMethod]
    [DataRow("learning-rate = 0.1", "learning-rate")]
    [DataRow("layers = head", "layers")]
    [DataRow("batch = 1", "batch")]
    public void A_key_that_the_choice_decides_is_refused(string line, string key)
    {
        string message = Assert
            .ThrowsExactly<JobException>(() => TrainingJob.Parse($"{line}\nmethod = auto\n"))
            .Message;
        Assert.AreEqual($"job.txt: {key}: method = auto chooses it; leave it out", message);
        TrainingJob.Parse($"{line}\nmethod = learn\n");
    }

    [TestMethod]
    public void A_run_is_that_of_the_chosen_way()
    {
        TrainingJob job = Job("align+auto", 1000000);
        TrainingJob made = Resolve(job, out _);
        var (automatic, plain) = (Run(job), Run(made));
        CollectionAssert.AreEqual(plain.Files[CardFiles.Adapted], automatic.Files[CardFiles.Adapted]);
        CollectionAssert.AreEqual(plain.Files[CardFiles.Log], automatic.Files[CardFiles.Log]);
        string events = automatic.Text(CardFiles.Events);
        Assert.Contains("method = align+auto chose back-propagation: biases of all layers", events);
    }

    [TestMethod]
    [DataRow("learn biases and head", "biases of all layers, weights of the head")]
    [DataRow("train head, exact", "the head alone")]
    public void Gains_are_those_of_the_measured_table(string variant, string name)
    {
        JsonElement[] lines =
        [
            .. File.ReadLines(Path.Combine(Documents.Root, "docs/results/table7.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => Text(line, "method") == "attune" && Text(line, "corruption") != BenchData.Clean),
        ];
        double gain = 10000 * (Mean(variant) - Mean(""));
        int way = Enumerable.Range(0, AutomaticChoice.Count).Single(one => AutomaticChoice.NameOf(one).Contains(name));
        Assert.AreEqual(gain, AutomaticChoice.GainOf(way), 0.51);

        double Mean(string wanted)
        {
            double[] all =
            [
                .. lines
                    .Where(line => Text(line, "variant") == wanted)
                    .Select(line => line.GetProperty("accuracy").GetDouble()),
            ];
            Assert.HasCount(36, all);
            return all.Average();
        }

        static string Text(JsonElement line, string field) =>
            line.TryGetProperty(field, out JsonElement value) ? value.GetString()! : "";
    }

    private static TrainingJob Job(string method, int arena) =>
        TrainingJob.Parse($"method = {method}\narena = {arena}\nepochs = 2\n");

    private static TrainingJob Resolve(TrainingJob job, out int way)
    {
        using var arena = new Arena(16);
        arena.LoadModel(Model.Bytes);
        var model = new QuantizedModel(arena);
        way = AutomaticChoice.WayOf(model, arena, job, true);
        TrainingJob made = AutomaticChoice.Resolve(model, arena, job, true);
        Assert.AreEqual(AutomaticChoice.JobOf(job, way).Write(), made.Write());
        return made;
    }

    private static int Peak(string method, int way) => Plan(AutomaticChoice.JobOf(Job(method, 1 << 20), way)).Peak;

    private static bool Fits(TrainingJob job, int way)
    {
        TrainingPlan plan = Plan(AutomaticChoice.JobOf(job, way));
        return plan.TrainsAny() && plan.Peak <= job.ArenaBytes;
    }

    private static TrainingPlan Plan(TrainingJob job)
    {
        using var arena = new Arena(16);
        arena.LoadModel(Model.Bytes);
        return (TrainingPlan)JobPlans.Of(new QuantizedModel(arena), arena, job, true)[^1].Plan;
    }

    private static MemoryStorage Run(TrainingJob job)
    {
        var storage = new MemoryStorage();
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(Model.Bytes);
        var samples = TinyModel.Samples(Model, 3, 12, 4, 100);
        Assert.IsTrue(new CardRun(storage, arena, job, samples, samples).Run(new Countdown(int.MaxValue)));
        return storage;
    }
}
