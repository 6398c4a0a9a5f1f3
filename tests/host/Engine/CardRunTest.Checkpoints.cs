using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Runs;

namespace Attune.Tests.Engine;

/// <summary>Damaged or foreign checkpoints and logs.</summary>
public sealed partial class CardRunTest
{
    [TestMethod]
    public void A_damaged_newest_checkpoint_is_passed_over_for_the_older_one()
    {
        TrainingJob job = Job("layers = all");
        MemoryStorage undisturbed = Finish(new MemoryStorage(), job);
        var stopped = new MemoryStorage();
        Run(stopped, job, new Countdown(500));
        string newest = Newest(stopped);
        byte[] whole = stopped.Files[newest];
        var random = new Random(7);
        for (int trial = 0; trial < 24; trial++)
        {
            MemoryStorage storage = stopped.Copy();
            byte[] damaged = [.. whole];
            if (trial % 2 == 0)
            {
                damaged = damaged[..random.Next(damaged.Length)];
            }
            else
            {
                // The bytes after the state only fill the last block.
                int bytes = 512 + BitConverter.ToInt32(damaged, 16);
                damaged[random.Next(bytes)] ^= (byte)(1 << random.Next(8));
            }
            storage.Files[newest] = damaged;
            using var arena = new Arena(job.ArenaBytes);
            arena.LoadModel(Model.Bytes);
            var run = new CardRun(storage, arena, job, Training, Validation);
            Assert.IsTrue(run.Resumed);
            Assert.AreNotEqual(newest, Newest(storage, skip: newest));
            Assert.IsTrue(run.Run(new Countdown(int.MaxValue)));
            AssertSame(undisturbed, storage, $"trial {trial}");
        }
    }

    [TestMethod]
    public void Without_a_whole_checkpoint_a_run_begins_again()
    {
        TrainingJob job = Job("layers = all");
        MemoryStorage undisturbed = Finish(new MemoryStorage(), job);
        var storage = new MemoryStorage();
        Run(storage, job, new Countdown(500));
        foreach (string name in Checkpoints)
        {
            storage.Files[name][600] ^= 1;
        }
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(Model.Bytes);
        var run = new CardRun(storage, arena, job, Training, Validation);
        Assert.IsFalse(run.Resumed);
        Assert.IsTrue(run.Run(new Countdown(int.MaxValue)));
        AssertSame(undisturbed, storage, "after a new beginning");
    }

    [TestMethod]
    public void Checkpoints_of_another_job_model_or_sample_count_are_not_taken_up()
    {
        TrainingJob job = Job("layers = all");
        var stopped = new MemoryStorage();
        Run(stopped, job, new Countdown(500));
        bool Resumed(TrainingJob other, AtmFile model, MemorySamples samples)
        {
            using var arena = new Arena(other.ArenaBytes);
            arena.LoadModel(model.Bytes);
            return new CardRun(stopped.Copy(), arena, other, samples, Validation).Resumed;
        }
        Assert.IsTrue(Resumed(job, Model, Training));
        Assert.IsFalse(Resumed(Job("layers = all;seed = 2"), Model, Training));
        Assert.IsFalse(Resumed(job, Model, TinyModel.Samples(Model, 11, 12, 4, 100)));
        var builder = AtmBuilder.From(Model);
        builder.Adaptations = 1;
        Assert.IsFalse(Resumed(job, builder.Build(), Training));
    }

    [TestMethod]
    public void A_job_begins_again_after_another_job_has_begun_in_its_folder()
    {
        TrainingJob job = Job("layers = all;checkpoint-steps = 1");
        MemoryStorage undisturbed = Finish(new MemoryStorage(), job);
        var storage = new MemoryStorage();
        Run(storage, job, new Countdown(500));
        Run(storage, Job("layers = all;seed = 2"), new Countdown(1));
        Finish(storage, job);
        AssertSame(undisturbed, storage, "after another job");
    }

    [TestMethod]
    [DataRow(20, "log.csv: has 20 bytes instead of ")]
    [DataRow(60, "log.csv: has 60 bytes instead of ")]
    [DataRow(-1, "log.csv: is missing; a new one begins")]
    public void A_log_that_lost_lines_is_named_and_the_run_goes_on(int length, string expected)
    {
        TrainingJob job = Job("layers = all");
        MemoryStorage undisturbed = Finish(new MemoryStorage(), job);
        var storage = new MemoryStorage();
        Assert.IsFalse(Run(storage, job, new Countdown(150)));
        byte[] log = storage.Files["log.csv"];
        storage.Files.Remove("log.csv");
        if (length >= 0)
        {
            storage.Files["log.csv"] = log[..length];
        }
        var monitor = new Countdown(int.MaxValue);
        Assert.IsTrue(Run(storage, job, monitor));
        StringAssert.Contains(storage.Text("events.txt"), expected);
        Assert.IsTrue(monitor.Messages.Any(line => line.Contains(expected)));
        CollectionAssert.AreEqual(undisturbed.Files["adapted.atm"], storage.Files["adapted.atm"]);
        string whole = undisturbed.Text("log.csv");
        string[] lines = storage.Text("log.csv").Split('\n');
        Assert.AreEqual(whole[..(whole.IndexOf('\n') + 1)], lines[0] + "\n");
        Assert.IsTrue(lines.All(line => whole.Contains(line + "\n") || line.Length == 0), "every line is whole");
        StringAssert.EndsWith(whole, string.Join('\n', lines[^4..]));
    }

    [TestMethod]
    public void A_log_with_a_flipped_bit_is_named()
    {
        TrainingJob job = Job("layers = all");
        var storage = new MemoryStorage();
        Assert.IsFalse(Run(storage, job, new Countdown(150)));
        storage.Files["log.csv"][50] ^= 1;
        Finish(storage, job);
        StringAssert.Contains(storage.Text("events.txt"), "log.csv: checksum of its first ");
    }
}
