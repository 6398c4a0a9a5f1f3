using System.Text;
using Attune.Data;
using Attune.Runs;
using Attune.Storage;
using Attune.Supervision;
using Attune.Tests.Engine;
using Attune.Tests.Remote;

namespace Attune.Tests.Supervision;

/// <summary>Whole runs on a board: one last line, deaths, the night.</summary>
[TestClass]
public sealed class BoardRunTest
{
    private readonly FakeBoard board = new();

    [TestMethod]
    public void A_run_ends_with_its_report_and_the_bytes_of_a_desktop_run()
    {
        MemoryStorage desktop = Desktop(FedCards.Create());
        MemoryStorage card = FedCards.Create();
        board.Heap = 50000;
        var run = new BoardRun(board, new BootRecord(board.Backup));
        Assert.AreEqual(CardFault.None, run.Run(card));
        AssertSame(desktop, card);
        StringAssert.Matches(
            run.LastLine,
            new(
                @"^attune: done: \d+\.\d % before, \d+\.\d % aligned, \d+\.\d % after; \d+ forwards, (\d+) bytes of arena of \1 planned, 0 bytes of managed heap, 0 s in this boot$"
            )
        );
        CollectionAssert.AreEqual((int[])[LightPattern.Training, LightPattern.Done], board.Lights);
        Assert.IsTrue(board.Lines.All(line => line.StartsWith("attune: ", StringComparison.Ordinal)));
        StringAssert.Contains(card.Text("events.txt"), "boot 1 of test board 0A0B\n");
        Assert.IsFalse(new BootRecord(board.Backup).Died);
    }

    [TestMethod]
    [DataRow("job.txt", null, CardFault.NoJob)]
    [DataRow("job.txt", "speed = high", CardFault.BadJob)]
    [DataRow("model.atm", null, CardFault.BadModel)]
    [DataRow("train.ats", "nonsense", CardFault.BadSamples)]
    [DataRow("job.txt", "arena = 1024\nlayers = all", CardFault.TooLarge)]
    [DataRow("skip.txt", "nonsense\n", CardFault.BadSamples)]
    public void A_fault_is_a_line_and_a_light_and_no_death(string name, string? content, int fault)
    {
        MemoryStorage card = FedCards.Create();
        card.Files.Remove(name);
        if (content is not null)
        {
            card.Files[name] = Encoding.ASCII.GetBytes(content);
        }
        var run = new BoardRun(board, new BootRecord(board.Backup));
        Assert.AreEqual(fault, run.Run(card));
        StringAssert.StartsWith(run.LastLine, $"attune: error {fault} ({CardFault.Name(fault)}): ");
        Assert.DoesNotContain("\n", run.LastLine);
        Assert.AreEqual(fault, board.Lights[^1]);
        string events = card.Text("events.txt");
        StringAssert.Contains(events, $"fault {fault}, {CardFault.Name(fault)}: ");
        Assert.AreEqual(
            events.IndexOf("fault", StringComparison.Ordinal),
            events.LastIndexOf("fault", StringComparison.Ordinal)
        );
        Assert.IsFalse(new BootRecord(board.Backup).Died);
    }

    [TestMethod]
    [DataRow("train.ats", 5)]
    [DataRow("valid.ats", 20)]
    [DataRow("train.ats", 8)]
    public void A_sample_that_six_boots_die_at_is_left_out(string file, int sample)
    {
        MemoryStorage card = FedCards.Create();
        for (int boot = 1; boot <= BoardRun.DeathsToSkip; boot++)
        {
            Assert.AreEqual(Math.Max(0, boot - 1 - BoardRun.DeathsToPause), board.Waits, $"pauses before boot {boot}");
            DieAt(card, file, sample);
            Assert.IsFalse(card.Exists(CardFiles.Skips), $"boot {boot}");
        }
        board.Memory.Deadly = (number, index) => SkipList.FileName(number) == file && index == sample;
        var record = new BootRecord(board.Backup);
        var run = new BoardRun(board, record);
        Assert.AreEqual(CardFault.None, run.Run(new DeadlyStorage(card, board.Memory)), run.LastLine);
        Assert.AreEqual($"{file} {sample}\n", card.Text(CardFiles.Skips));
        string left = $"sample {sample} of {file} is left out from now on (skip.txt)";
        CollectionAssert.Contains(board.Lines, "attune: " + left);
        StringAssert.Contains(card.Text("events.txt"), left + "\n");
        StringAssert.Contains(card.Text("events.txt"), $"sample {sample} of {file}, 6 times in a row\n");
        // Nobody has ever got past the sample, so the desktop does the same from the same list.
        MemoryStorage desktop = FedCards.Create();
        desktop.Files[CardFiles.Skips] = card.Files[CardFiles.Skips];
        AssertSame(Desktop(desktop), card);
        CollectionAssert.AreNotEqual(Desktop(FedCards.Create()).Files["log.csv"], card.Files["log.csv"]);
    }

    [TestMethod]
    public void The_last_line_of_a_fault_is_whole_even_if_its_exception_says_nothing() =>
        Assert.AreEqual(
            "attune: error 11 (internal): an exception without text",
            BoardRun.ErrorLine(CardFault.Internal, "")
        );

    /// <summary>At the same write each time: the same sample, and the same step of its work.</summary>
    [TestMethod]
    [DataRow(8)]
    [DataRow(12)]
    public void Reset_pressed_again_and_again_at_one_sample_leaves_out_none(int writes)
    {
        MemoryStorage card = FedCards.Create();
        for (int press = 0; press < 20; press++)
        {
            // Who presses that often does so in the pause, too.
            board.ResetInPause = true;
            board.Memory.WritesLeft = writes;
            new BoardRun(board, new BootRecord(board.Backup)).Run(new DeadlyStorage(card, board.Memory));
            Assert.IsTrue(board.Memory.Dead);
            board.Memory.Dead = false;
        }
        Assert.IsGreaterThan(3, board.Waits);
        StringAssert.Contains(
            card.Text("events.txt"),
            "reset during the pause: resets come from outside, no sample is left out\n"
        );
        Assert.IsFalse(card.Exists(CardFiles.Skips));
        board.Memory.WritesLeft = 0;
        board.ResetInPause = false;
        Assert.AreEqual(CardFault.None, new BoardRun(board, new BootRecord(board.Backup)).Run(card));
        AssertSame(Desktop(FedCards.Create()), card);
    }

    [TestMethod]
    public void Three_resets_during_one_sample_leave_the_bytes_as_they_are()
    {
        MemoryStorage card = FedCards.Create();
        for (int press = 0; press < 3; press++)
        {
            DieAt(card, "train.ats", 5);
        }
        Assert.AreEqual(CardFault.None, new BoardRun(board, new BootRecord(board.Backup)).Run(card));
        Assert.AreEqual(1, board.Waits);
        CollectionAssert.Contains(board.Lines, "attune: a pause of 10 s, to tell a crash from resets");
        Assert.IsFalse(card.Exists(CardFiles.Skips));
        AssertSame(Desktop(FedCards.Create()), card);
    }

    /// <summary>A crash repeats itself at its step; who presses reset does not hit the same one each time.</summary>
    [TestMethod]
    public void Resets_at_different_steps_of_one_sample_leave_out_none()
    {
        MemoryStorage card = FedCards.Create("method = zo\nlayers = all\nbatch = 1\nqueries = 2\n");
        var marks = new HashSet<string>();
        for (int press = 0; press < 12; press++)
        {
            var record = new BootRecord(board.Backup);
            marks.Add($"{record.DiedStage} {record.DiedUnit} {record.DiedFile} {record.DiedSample}");
            board.Memory.WritesLeft = 40 + press % 3;
            new BoardRun(board, record).Run(new DeadlyStorage(card, board.Memory));
            Assert.IsTrue(board.Memory.Dead);
            board.Memory.Dead = false;
        }
        Assert.IsLessThan(6, marks.Count, "several presses hit one sample");
        Assert.AreEqual(0, board.Waits);
        Assert.IsFalse(card.Exists(CardFiles.Skips));
    }

    [TestMethod]
    public void Two_deaths_at_one_sample_and_one_elsewhere_leave_out_none()
    {
        MemoryStorage card = FedCards.Create();
        DieAt(card, "train.ats", 5);
        DieAt(card, "train.ats", 5);
        DieAt(card, "valid.ats", 3);
        DieAt(card, "train.ats", 5);
        Assert.AreEqual(CardFault.None, new BoardRun(board, new BootRecord(board.Backup)).Run(card));
        Assert.IsFalse(card.Exists(CardFiles.Skips));
        AssertSame(Desktop(FedCards.Create()), card);
    }

    [TestMethod]
    public void What_is_left_out_in_the_middle_stays_so_in_every_resumed_run()
    {
        // Sample 2 becomes deadly in the second epoch.
        MemoryStorage undisturbed = WithDeaths(FedCards.Create(), null);
        for (int seed = 1; seed <= 8; seed++)
        {
            AssertSame(undisturbed, WithDeaths(FedCards.Create(), new Random(seed)));
        }
        CollectionAssert.AreNotEqual(Desktop(FedCards.Create()).Files["log.csv"], undisturbed.Files["log.csv"]);
    }

    [TestMethod]
    public void A_device_that_keeps_dying_before_its_first_sample_says_so()
    {
        MemoryStorage card = FedCards.Create();
        _ = new BootRecord(board.Backup);
        Assert.AreEqual(CardFault.None, new BoardRun(board, new BootRecord(board.Backup)).Run(card));
        StringAssert.Contains(board.Lines[0], "the boot before ended before its first sample");
    }

    [TestMethod]
    public void Outside_the_night_nothing_is_trained()
    {
        MemoryStorage card = FedCards.Create("night-from = 22:00\nnight-to = 06:00\n");
        board.ClockSet = true;
        board.Minute = NightWindow.Parse("20:30");
        var run = new BoardRun(board, new BootRecord(board.Backup));
        Assert.AreEqual(BoardRun.Asleep, run.Run(card));
        Assert.AreEqual(90, run.SleepMinutes);
        Assert.AreEqual("attune: asleep until 22:00, 90 minutes", run.LastLine);
        Assert.AreEqual(LightPattern.Asleep, board.Lights[^1]);
        Assert.IsFalse(card.Exists("state-a.atc") || card.Exists("log.csv"));
    }

    [TestMethod]
    public void A_run_over_many_nights_ends_in_the_bytes_of_one_without()
    {
        MemoryStorage card = FedCards.Create("night-from = 22:00\nnight-to = 06:00\n");
        board.ClockSet = true;
        board.Minute = NightWindow.Parse("22:00");
        // Every unit takes its 50 minutes or so.
        board.Passing = () => board.Minute = (board.Minute + 53) % NightWindow.Day;
        int nights = 0;
        int outcome;
        do
        {
            board.Minute = NightWindow.Parse("22:00") - 53;
            var run = new BoardRun(board, new BootRecord(board.Backup));
            outcome = run.Run(card);
            nights++;
            Assert.IsFalse(new BootRecord(board.Backup).Died, run.LastLine);
        } while (outcome == BoardRun.Asleep && nights < 100);
        Assert.AreEqual(CardFault.None, outcome);
        Assert.IsGreaterThan(2, nights);
        AssertSame(Desktop(FedCards.Create()), card);
    }

    [TestMethod]
    public void Without_a_clock_the_night_is_not_followed()
    {
        MemoryStorage card = FedCards.Create("night-from = 22:00\nnight-to = 06:00\n");
        board.Minute = NightWindow.Parse("12:00");
        Assert.AreEqual(CardFault.None, new BoardRun(board, new BootRecord(board.Backup)).Run(card));
        CollectionAssert.Contains(
            board.Lines,
            "attune: the clock is not set: night-from and night-to are not followed"
        );
        AssertSame(Desktop(FedCards.Create()), card);
    }

    private static MemoryStorage WithDeaths(MemoryStorage card, Random? interruptions)
    {
        var board = new FakeBoard();
        bool Late() =>
            card.Files.TryGetValue("log.csv", out byte[]? log)
            && Encoding.ASCII.GetString(log).Contains("\ntrain,2,2,");
        // Deadly from the moment that a checkpoint knows the first epoch.
        board.Memory.Deadly = (file, sample) => file == SkipList.Training && sample == 2 && Late();
        for (int boot = 0; boot < 100; boot++)
        {
            board.Memory.Dead = false;
            var storage = new DeadlyStorage(card, board.Memory);
            if (interruptions is not null && boot < 12)
            {
                storage.ReadsLeft = interruptions.Next(2000);
            }
            var run = new BoardRun(board, new BootRecord(board.Backup));
            int outcome = run.Run(storage);
            if (!board.Memory.Dead)
            {
                Assert.AreEqual(CardFault.None, outcome, run.LastLine);
                Assert.AreEqual("train.ats 2\n", card.Text(CardFiles.Skips));
                return card;
            }
        }
        throw new InvalidOperationException("never complete");
    }

    private void DieAt(MemoryStorage card, string name, int number)
    {
        board.Memory.Deadly = (file, sample) => SkipList.FileName(file) == name && sample == number;
        new BoardRun(board, new BootRecord(board.Backup)).Run(new DeadlyStorage(card, board.Memory));
        Assert.IsTrue(board.Memory.Dead);
        board.Memory.Dead = false;
        board.Memory.Deadly = (_, _) => false;
    }

    private static MemoryStorage Desktop(MemoryStorage storage)
    {
        using var card = new Card(storage, 0);
        Assert.IsTrue(card.Run.Run(new Countdown(int.MaxValue)));
        return storage;
    }

    private static void AssertSame(MemoryStorage expected, MemoryStorage actual)
    {
        foreach (string name in (string[])["adapted.atm", "aligned.atm", "log.csv", "state-a.atc"])
        {
            CollectionAssert.AreEqual(expected.Files[name], actual.Files[name], name);
        }
    }
}
