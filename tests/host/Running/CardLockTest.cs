using System.Diagnostics;
using Attune.Host.Commands;
using Attune.Host.Running;
using Attune.Storage;

namespace Attune.Tests.Running;

/// <summary>One program at a time works in a card folder.</summary>
[TestClass]
public sealed class CardLockTest : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private readonly Commands.CommandLine line = new();

    private string Folder => line.Folder;

    private string Holder => Path.Combine(Folder, CardLock.HolderName);

    public void Dispose() => line.Dispose();

    [TestMethod]
    public void A_second_session_of_this_process_is_refused_until_the_first_ends()
    {
        using (CardLock.Take(Folder, "train"))
        {
            var error = Assert.ThrowsExactly<CardException>(() => CardLock.Take(Folder + "/.", "feed"));
            StringAssert.Contains(error.Message, $"is in use by 'attune train' (process {Environment.ProcessId})");
        }
        CardLock.Take(Folder, "feed").Dispose();
        Assert.IsEmpty(Directory.GetFileSystemEntries(Folder), "nothing is left behind");
    }

    [TestMethod]
    public void A_text_of_a_process_that_has_ended_is_taken_over()
    {
        using var ended = Process.Start(
            new ProcessStartInfo("dotnet", ["--version"]) { RedirectStandardOutput = true }
        )!;
        ended.WaitForExit();
        Write("train", ended.Id, Environment.MachineName, 1);
        File.WriteAllBytes(Path.Combine(Folder, CardLock.FileName), []);
        CardLock.Take(Folder, "train").Dispose();
        Assert.IsEmpty(Directory.GetFileSystemEntries(Folder));
    }

    [TestMethod]
    public void A_number_that_was_given_to_another_process_does_not_hold_a_folder()
    {
        Write("train", Environment.ProcessId, Environment.MachineName, 1);
        CardLock.Take(Folder, "train").Dispose();
    }

    [TestMethod]
    public void Where_a_file_system_has_no_locks_the_text_of_a_living_process_holds_a_folder()
    {
        long start = new DateTimeOffset(Process.GetCurrentProcess().StartTime).ToUnixTimeSeconds();
        Write("feed", Environment.ProcessId, Environment.MachineName, start);
        var error = Assert.ThrowsExactly<CardException>(() => CardLock.Take(Folder, "train"));
        StringAssert.Contains(error.Message, "is in use by 'attune feed'");
    }

    [TestMethod]
    public void A_text_of_another_computer_holds_a_folder_only_while_it_changes()
    {
        Write("train", 7, "elsewhere", 1);
        CardLock.Take(Folder, "train", Moment).Dispose();

        Write("train", 7, "elsewhere", 1);
        using var beat = new Timer(_ => Write("train", 7, "elsewhere", 1, beats: 2), null, 20, Timeout.Infinite);
        var error = Assert.ThrowsExactly<CardException>(() => CardLock.Take(Folder, "train", 3 * Moment));
        StringAssert.Contains(error.Message, "is in use by 'attune train' (process 7 on elsewhere)");
    }

    [TestMethod]
    public void A_text_that_is_damaged_holds_nothing()
    {
        File.WriteAllText(Holder, "train\t12");
        CardLock.Take(Folder, "train").Dispose();
    }

    [TestMethod]
    public void A_folder_that_is_not_there_is_named()
    {
        string missing = Path.Combine(Folder, "missing");
        var error = Assert.ThrowsExactly<StorageException>(() => CardLock.Take(missing, "train"));
        StringAssert.StartsWith(error.Message, missing + ": cannot be written");
    }

    [TestMethod]
    public void A_running_process_keeps_others_out_and_a_killed_one_does_not()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("the run is stopped with a signal");
        }
        CardInputsForTests.Write(line);
        string[] files = CardInputsForTests.Arguments(line, "card");
        line.Must([.. files, "--method", "align+zo", "--layers", "block 1", "--epochs", "2000"]);
        string card = line.Path("card/attune");
        string program = typeof(CommandRunner).Assembly.Location;
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, "train", card, "--threads", "1"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        try
        {
            var watch = Stopwatch.StartNew();
            while (!File.Exists(Path.Combine(card, "state-b.atc")))
            {
                Assert.IsFalse(process.HasExited, "the run ended at once");
                Assert.IsLessThan(120.0, watch.Elapsed.TotalSeconds, "the run does not begin");
                Thread.Sleep(10);
            }
            string expected = $"is in use by 'attune train' (process {process.Id}); wait for its end, or stop it";
            foreach (
                string[] arguments in (string[][])
                    [
                        ["train", card],
                        [.. files, "--force"],
                        ["feed", card, "-p", "tcp:x:1"],
                    ]
            )
            {
                Assert.AreEqual(1, line.Run(arguments), arguments[0]);
                StringAssert.Contains(line.Errors, expected);
                Assert.HasCount(1, line.Errors.Trim().Split('\n'));
            }
            Assert.IsFalse(process.HasExited);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
        Assert.IsTrue(File.Exists(Path.Combine(card, CardLock.HolderName)), "killed, so its text stays");
        string job = Path.Combine(card, "job.txt");
        Assert.AreEqual(1, line.Run([.. files, "--method", "align"]), "its run is not finished");
        StringAssert.Contains(line.Errors, "holds an unfinished run of another job");
        Assert.IsFalse(File.Exists(Path.Combine(card, CardLock.HolderName)));
        StringAssert.Contains(File.ReadAllText(job), "epochs = 2000");
    }

    private void Write(string command, int process, string host, long start, int beats = 1)
    {
        using var stream = new FileStream(Holder, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(System.Text.Encoding.UTF8.GetBytes($"{command}\t{process}\t{host}\t{start}\t{beats}\n"));
    }
}
