using System.Globalization;
using System.Text.Json;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference.Demo;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Tests.Commands;
using Attune.Tests.Engine;
using Attune.Training;

namespace Attune.Tests.Methods;

/// <summary>A method is one file and one line of registration: everything that handles jobs then takes it.</summary>
[TestClass]
public sealed class RegisteredMethodTest
{
    private const string Lines =
        "\nlayers = head\nsteps = 7\nbatch = 4\nlearning-rate = 0.5\nrollback = off\narena = 1000000\n"
        + "align-groups = 2\ncheckpoint-steps = 2\n";

    private static readonly AtmFile Model = SampleModels.Residual(statistics: true);
    private static readonly MemorySamples Training = TinyModel.Samples(Model, 11, 11, 4, 100);
    private static readonly MemorySamples Validation = TinyModel.Samples(Model, 12, 33, 4, 100);

    [ClassInitialize]
    public static void Register(TestContext context) => TrainingMethods.Add(new SignMethod());

    [ClassCleanup]
    public static void Remove() => TrainingMethods.Remove("signs");

    [TestMethod]
    public void A_job_takes_it_alone_and_after_alignment()
    {
        foreach (string name in (string[])["signs", "align+signs"])
        {
            TrainingJob job = Job(name);
            Assert.AreEqual(name, job.MethodName);
            Assert.AreEqual(name.StartsWith("align", StringComparison.Ordinal), job.Align);
            Assert.IsInstanceOfType<SignMethod>(job.Method);
            Assert.AreEqual(job.Canonical(), TrainingJob.Parse(job.Write()).Canonical());
        }
        string problem = new TrainingJob().Set("method", "sings");
        StringAssert.EndsWith(problem, "signs, align+signs, auto or align+auto");
        Assert.IsNotNull(new TrainingJob().Set("method", "align+"));
    }

    [TestMethod]
    public void Its_plan_names_the_source_of_each_gradient_and_prices_a_step_as_the_engine_counts_it()
    {
        using var arena = new Arena(1 << 20);
        arena.LoadModel(Model.Bytes);
        var model = new QuantizedModel(arena);
        TrainingJob job = Job("signs");
        job.Training.Layers = LayerChoice.All;
        TrainingPlan plan = JobPlans.ForTraining(model, arena, job);
        CollectionAssert.AreEqual(
            (int[])[model.Head],
            Enumerable.Range(0, model.LayerCount).Where(plan.IsTrained).ToArray()
        );
        Assert.AreEqual(GradientSource.Exact, plan.Source[model.Head]);
        var network = new Network(arena, model, plan);
        network.Parameters.ResetTrained();
        ITrainer trainer = job.Method.Create(network, job.Training, Training);
        Assert.IsTrue(trainer.Step(0, 7, null!));
        Assert.AreEqual(network.MacsRun, StepCost.Of(plan).Macs);
    }

    [TestMethod]
    [DataRow("signs")]
    [DataRow("align+signs")]
    public void Its_run_learns_within_its_plan_and_logs_its_steps(string name)
    {
        var storage = new MemoryStorage();
        using var arena = new Arena(1000000);
        arena.LoadModel(Model.Bytes);
        var run = new CardRun(storage, arena, Job(name), Training, Validation);
        Assert.IsTrue(run.Run(new Countdown(int.MaxValue)));
        Assert.AreEqual(run.Session.PlannedPeak, run.Session.MeasuredPeak);
        string[] steps =
        [
            .. storage.Text("log.csv").Split('\n').Where(line => line.StartsWith("train,,", StringComparison.Ordinal)),
        ];
        Assert.HasCount(7 + 1, steps);
        double Loss(int step) => double.Parse(steps[step].Split(',')[3], CultureInfo.InvariantCulture);
        Assert.IsGreaterThan(0, Loss(0));
        CollectionAssert.AreNotEqual(Model.Bytes, storage.Files["adapted.atm"]);
    }

    [TestMethod]
    [DataRow("signs")]
    [DataRow("align+signs")]
    public void Its_run_goes_on_from_a_checkpoint_anywhere_to_the_same_bytes(string name)
    {
        TrainingJob job = Job(name);
        var undisturbed = new MemoryStorage();
        var counter = new Countdown(int.MaxValue);
        Assert.IsTrue(Run(undisturbed, job, counter));
        for (int at = 1; at < counter.Ticks; at++)
        {
            var storage = new MemoryStorage();
            Assert.IsFalse(Run(storage, job, new Countdown(at)), $"stopped at tick {at}");
            Assert.IsTrue(Run(storage, job, new Countdown(int.MaxValue)));
            foreach (string file in undisturbed.Files.Keys.Where(file => file != "events.txt"))
            {
                CollectionAssert.AreEqual(undisturbed.Files[file], storage.Files[file], $"{file}, stopped at {at}");
            }
        }
    }

    [TestMethod]
    public void The_commands_plan_train_and_report_it()
    {
        using var line = new CommandLine();
        File.WriteAllBytes(line.Path("net.atm"), DemoNetwork.Load().Bytes);
        line.Must("data", "pictograms", "--generator", "2", "--images", "24", "-o", line.Path("train.ats"));
        line.Must("data", "pictograms", "--generator", "3", "--images", "20", "-o", line.Path("valid.ats"));
        string[] job = ["--method", "align+signs", "--layers", "head", "--steps", "5", "--batch", "8"];
        line.Must(["plan", line.Path("net.atm"), "--json", .. job]);
        JsonElement plan = JsonDocument.Parse(line.Output).RootElement;
        Assert.AreEqual("align+signs", plan.GetProperty("method").GetString());
        Assert.IsTrue(
            plan.GetProperty("stages").EnumerateArray().Any(stage => Name(stage) == "training the classifier")
        );
        line.Must([
            "card",
            line.Path("card"),
            "--model",
            line.Path("net.atm"),
            "--train",
            line.Path("train.ats"),
            "--valid",
            line.Path("valid.ats"),
            .. job,
        ]);
        line.Must("train", line.Path("card"), "--json");
        Assert.AreEqual("align+signs", JsonDocument.Parse(line.Output).RootElement.GetProperty("method").GetString());
        line.Must("report", line.Path("card"), "-o", line.Path("report.html"));
        StringAssert.Contains(File.ReadAllText(line.Path("report.html")), new SignMethod().Title);

        static string? Name(JsonElement stage) => stage.GetProperty("name").GetString();
    }

    private static TrainingJob Job(string method) => TrainingJob.Parse("method = " + method + Lines);

    private static bool Run(MemoryStorage storage, TrainingJob job, Countdown monitor)
    {
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(Model.Bytes);
        return new CardRun(storage, arena, job, Training, Validation).Run(monitor);
    }
}
