using System.Globalization;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Tests.Engine;

/// <summary>What held-out samples decide: which state of a training is kept, and whether any.</summary>
[TestClass]
public sealed class HeldOutTest
{
    private static readonly AtmFile Model = SampleModels.Residual(statistics: true);

    /// <summary>Most samples are of class 0, which biases learn quickly; at a high rate they do not keep it.</summary>
    private static readonly MemorySamples Training = Mostly(0, 11, 40);
    private static readonly MemorySamples Validation = Mostly(0, 12, 90);

    [TestMethod]
    public void The_best_state_is_kept_wherever_it_occurred()
    {
        var kept = new HashSet<string>();
        for (int seed = 1; seed <= 60 && kept.Count < 3; seed++)
        {
            var storage = new MemoryStorage();
            SessionState state = Whole(storage, Restless + $"\nseed = {seed}");
            string[][] lines = Log(storage);
            (string Stage, int Correct)[] trained =
            [
                .. lines
                    .Where(line => line[0] is "trial-result" or "train-result")
                    .Select(line => (line[0], int.Parse(line[5], CultureInfo.InvariantCulture))),
            ];
            int best = trained.Max(one => one.Correct);
            Assert.AreEqual(best, state.Best.Correct);
            Assert.AreEqual(trained.Length, state.Tries);
            Assert.AreEqual(best - state.CorrectBefore, state.Best.Gained - state.Best.Lost);
            Assert.AreEqual(!state.TrainingHelps, state.RolledBack);
            Assert.AreEqual(state.RolledBack ? state.CorrectBefore : best, state.CorrectAfter);
            byte[] adapted = storage.Files["adapted.atm"];
            Assert.AreEqual(state.CorrectAfter, Evaluator.CountCorrect(adapted, () => Validation, 1));
            bool repeated = lines.Any(line => line[0] == "repeat");
            Assert.AreEqual(!state.RolledBack && trained[^1].Correct < best, repeated, $"seed {seed}");
            if (!state.RolledBack)
            {
                kept.Add(
                    !repeated ? "last"
                    : trained.First(one => one.Correct == best).Stage == "trial-result" ? "trial"
                    : "part"
                );
            }
        }
        Assert.HasCount(3, kept, string.Join(", ", kept));
    }

    [TestMethod]
    public void Training_that_does_more_harm_than_chance_ends_early()
    {
        // With labels of another class, training makes the network worse on the held-out samples.
        var storage = new MemoryStorage();
        const string Job = "method = zo\nlayers = all\nepochs = 8\nlearning-rate = 0.3";
        AtmFile learned = AtmFile.Parse(Learned());
        SessionState state = Whole(storage, Job, Mostly(1, 11, 40), learned);
        Assert.IsTrue(state.TrainingStopped);
        Assert.IsTrue(state.RolledBack);
        Assert.IsLessThan(8 * 14, Log(storage).Count(line => line[0] == "train" && line[3].Length > 0));
        Assert.AreEqual(state.CorrectBefore, state.CorrectAfter);
        CollectionAssert.AreEqual(learned.Bytes[128..], storage.Files["adapted.atm"][128..]);
    }

    [TestMethod]
    public void Training_that_has_gained_nothing_ends_at_half_time()
    {
        var storage = new MemoryStorage();
        SessionState state = Whole(storage, "method = zo\nlayers = all\nepochs = 8\nlearning-rate = 0");
        Assert.IsTrue(state.TrainingStopped);
        Assert.AreEqual(2, state.Tries);
        Assert.AreEqual(4 * 14, Log(storage).Count(line => line[0] == "train" && line[3].Length > 0));
    }

    [TestMethod]
    public void A_gain_that_chance_alone_makes_is_undone()
    {
        // Four samples are too few to tell anything.
        var few = new MemorySamples([.. Validation.Values.Take(4)], [.. Validation.Labels.Take(4)], 4);
        var storage = new MemoryStorage();
        SessionState state = Whole(storage, Calm, Training, Model, few);
        Assert.IsGreaterThan(state.CorrectBefore, state.Best.Correct);
        Assert.IsTrue(state.RolledBack);
        Assert.AreEqual(state.CorrectBefore, state.CorrectAfter);
        SessionState many = Whole(new MemoryStorage(), Calm);
        Assert.IsFalse(many.RolledBack);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("\noptimizer = momentum\naugment-flip = on\naugment-gain = 20\nlearning-rate = 3")]
    [DataRow("\noptimizer = adam\naugment-shift = 1\nlearning-rate = 0.05")]
    public void A_run_goes_on_to_the_same_bytes_from_every_stage(string more)
    {
        string job = Restless + more + $"\nseed = {RepeatingSeed(more)}";
        var undisturbed = new MemoryStorage();
        var counter = new Countdown(int.MaxValue);
        Assert.IsTrue(Run(undisturbed, job, counter));
        var stages = new HashSet<int>();
        for (int at = 1; at <= counter.Ticks; at += 7)
        {
            var storage = new MemoryStorage();
            if (!Run(storage, job, new Countdown(at)))
            {
                string newest = Checkpoints
                    .Where(storage.Exists)
                    .MaxBy(name => BitConverter.ToInt32(storage.Files[name], 8))!;
                stages.Add(BitConverter.ToInt32(storage.Files[newest], 64 + 4 * SessionWord.Kind));
                Assert.IsTrue(Run(storage, job, new Countdown(int.MaxValue)));
            }
            foreach (string name in (string[])["adapted.atm", "log.csv", .. Checkpoints])
            {
                CollectionAssert.AreEqual(undisturbed.Files[name], storage.Files[name], $"{name}, tick {at}");
            }
        }
        foreach (
            int kind in (int[])
                [
                    StageKind.TrialTrain,
                    StageKind.TrialEvaluate,
                    StageKind.Train,
                    StageKind.TrainEvaluate,
                    StageKind.Repeat,
                ]
        )
        {
            Assert.Contains(kind, stages, StageKind.Name(kind));
        }
    }

    [TestMethod]
    public void Without_rollback_training_runs_in_one_piece_and_stays()
    {
        var storage = new MemoryStorage();
        SessionState state = Whole(storage, Restless + "\nrollback = off");
        Assert.IsFalse(state.RolledBack);
        Assert.IsFalse(Log(storage).Any(line => line[0] is "train-result" or "repeat"));
        Assert.AreEqual(state.CorrectAfter, Evaluator.CountCorrect(storage.Files["adapted.atm"], () => Validation, 1));
    }

    private static readonly string[] Checkpoints = ["state-a.atc", "state-b.atc"];
    private const string Calm = "method = zo\nlayers = all\nparts = biases\nepochs = 4\nlearning-rate = 3";
    private const string Restless = "method = zo\nlayers = auto\nepochs = 3\nlearning-rate = 30";

    private static int RepeatingSeed(string more = "")
    {
        for (int seed = 1; seed <= 60; seed++)
        {
            var storage = new MemoryStorage();
            Whole(storage, Restless + more + $"\nseed = {seed}");
            if (Log(storage).Any(line => line[0] == "repeat"))
            {
                return seed;
            }
        }
        throw new AssertFailedException("no run had its best state before its end");
    }

    private static byte[] Learned()
    {
        var storage = new MemoryStorage();
        Assert.IsFalse(Whole(storage, Calm).RolledBack);
        return storage.Files["adapted.atm"];
    }

    private static MemorySamples Mostly(int label, int seed, int count)
    {
        MemorySamples samples = TinyModel.Samples(Model, seed, count, 4, 100);
        return samples with { Labels = [.. samples.Labels.Select((own, index) => index % 5 == 0 ? own : label)] };
    }

    private static string[][] Log(MemoryStorage storage) =>
        [.. storage.Text("log.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];

    private static SessionState Whole(MemoryStorage storage, string lines) =>
        Whole(storage, lines, Training, Model, Validation);

    private static SessionState Whole(
        MemoryStorage storage,
        string lines,
        MemorySamples training,
        AtmFile model,
        MemorySamples? validation = null
    )
    {
        TrainingJob job = Job(lines);
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(model.Bytes);
        var run = new CardRun(storage, arena, job, training, validation ?? Validation);
        Assert.IsTrue(run.Run(new Countdown(int.MaxValue)));
        return run.Session.State;
    }

    private static bool Run(IStorage storage, string lines, ICardMonitor monitor)
    {
        TrainingJob job = Job(lines);
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(Model.Bytes);
        return new CardRun(storage, arena, job, Training, Validation).Run(monitor);
    }

    private static TrainingJob Job(string lines) =>
        TrainingJob.Parse("batch = 3\nqueries = 4\narena = 1000000\ncheckpoint-steps = 3\n" + lines);
}
