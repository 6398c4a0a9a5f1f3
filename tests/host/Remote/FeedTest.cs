using System.Text;
using Attune.Host.Feed;
using Attune.Remote;
using Attune.Runs;
using Attune.Storage;
using Attune.Testing;
using Attune.Tests.Engine;

namespace Attune.Tests.Remote;

/// <summary>A card folder over a serial line: the same bytes as from the folder itself, whatever the line does.</summary>
[TestClass]
public sealed class FeedTest
{
    private static readonly Lazy<MemoryStorage> Local = new(() =>
    {
        MemoryStorage storage = FedCards.Create();
        RunCard(storage);
        return storage;
    });

    [TestMethod]
    [DataRow(0.0, 1)]
    [DataRow(0.0005, 2)]
    [DataRow(0.003, 3)]
    public void A_run_over_a_line_ends_in_the_same_bytes_as_from_the_folder(double noise, int seed)
    {
        MemoryStorage files = FedCards.Create();
        var line = new NoisyLine(seed) { Noise = noise };
        FeedServer server = line.Serve(Server(line, files));
        RunCard(Storage(line));
        AssertSame(files);
        Assert.AreEqual(noise > 0, server.Damaged > 0);
    }

    [TestMethod]
    public void Another_seed_ends_in_other_bytes_over_a_line_too()
    {
        MemoryStorage files = FedCards.Create("seed = 2\n");
        var line = new NoisyLine(1);
        line.Serve(Server(line, files));
        RunCard(Storage(line));
        CollectionAssert.AreNotEqual(Local.Value.Files["adapted.atm"], files.Files["adapted.atm"]);
    }

    [TestMethod]
    public void A_host_that_is_started_again_and_again_makes_no_difference()
    {
        MemoryStorage files = FedCards.Create();
        var line = new NoisyLine(4) { Noise = 0.0005 };
        var random = new Random(4);
        FeedServer server = Server(line, files);
        int servers = 1;
        line.Host = () =>
        {
            server.Serve(0);
            if (random.Next(20) == 0)
            {
                server = Server(line, files);
                servers++;
                line.Away = random.Next(3);
            }
        };
        RunCard(Storage(line));
        AssertSame(files);
        Assert.IsGreaterThan(5, servers);
    }

    [TestMethod]
    public void A_device_that_is_reset_in_the_middle_of_frames_goes_on_to_the_same_bytes()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            MemoryStorage files = FedCards.Create();
            var line = new NoisyLine(seed);
            line.Serve(Server(line, files));
            var random = new Random(seed);
            int resets = 0;
            bool complete = false;
            while (!complete)
            {
                // Enough for the start and some units.
                line.ResetAfter = resets < 6 ? random.Next(8000) : -1;
                try
                {
                    RunCard(Storage(line));
                    complete = true;
                }
                catch (DeviceResetException)
                {
                    resets++;
                }
            }
            AssertSame(files);
            Assert.AreEqual(6, resets);
        }
    }

    [TestMethod]
    public void A_device_waits_for_its_host_as_long_as_it_is_told_to()
    {
        MemoryStorage files = FedCards.Create();
        var line = new NoisyLine(1) { Away = 10 };
        line.Serve(Server(line, files));
        Assert.IsTrue(new RemoteStorage(new RemoteLink(line.DeviceEnd, new Countdown(11))).Exists("job.txt"));
        line.Away = int.MaxValue;
        var storage = new RemoteStorage(new RemoteLink(line.DeviceEnd, new Countdown(5)));
        var error = Assert.ThrowsExactly<StorageException>(() => storage.Exists("job.txt"));
        Assert.AreEqual(CardFault.NoCard, error.Fault);
        StringAssert.Contains(error.Message, "attune feed");
    }

    [TestMethod]
    [DataRow("../secret")]
    [DataRow("/etc/passwd")]
    [DataRow("a/b")]
    [DataRow("a\\b")]
    [DataRow("..")]
    [DataRow(".hidden")]
    [DataRow("D:x")]
    [DataRow("")]
    [DataRow("zero\0byte")]
    public void Names_that_lead_out_of_the_folder_are_refused(string name)
    {
        var line = new NoisyLine(1);
        line.Serve(Server(line, new Untouchable()));
        RemoteStorage storage = Storage(line);
        foreach (
            Action action in (Action[])
                [
                    () => storage.Exists(name),
                    () => storage.OpenRead(name),
                    () => storage.OpenWrite(name),
                    () => storage.Create(name),
                    () => storage.Delete(name),
                    () => storage.Replace(name, "adapted.atm"),
                    () => storage.Replace("adapted.atm", name),
                ]
        )
        {
            var error = Assert.ThrowsExactly<StorageException>(action);
            StringAssert.StartsWith(error.Message, "host: a file name");
        }
    }

    [TestMethod]
    [DataRow("job.txt")]
    [DataRow("MODEL.ATM")]
    [DataRow("train.ats")]
    [DataRow("valid.ats")]
    public void A_device_cannot_change_what_it_trains_from(string name)
    {
        MemoryStorage files = FedCards.Create();
        var line = new NoisyLine(1);
        line.Serve(Server(line, files));
        RemoteStorage storage = Storage(line);
        var error = Assert.ThrowsExactly<StorageException>(() => storage.Create(name));
        Assert.AreEqual(CardFault.ReadOnlyCard, error.Fault);
        Assert.ThrowsExactly<StorageException>(() => storage.Delete(name));
        Assert.ThrowsExactly<StorageException>(() => storage.Replace("adapted.atm", name));
    }

    [TestMethod]
    public void Faults_of_the_folder_reach_the_device_with_their_number()
    {
        var faulty = new FaultStorage(FedCards.Create(), 1) { Free = 0 };
        var line = new NoisyLine(1);
        line.Serve(Server(line, faulty));
        RemoteStorage storage = Storage(line);
        var error = Assert.ThrowsExactly<StorageException>(() =>
        {
            using IStorageFile file = storage.Create("log.csv");
            file.Write(new byte[100], 0, 100);
        });
        Assert.AreEqual(CardFault.CardFull, error.Fault);
        error = Assert.ThrowsExactly<StorageException>(() => storage.OpenRead("none"));
        StringAssert.Contains(error.Message, "none: there is no such file");
        using IStorageFile read = storage.OpenRead("job.txt");
        read.Seek(read.Length - 3);
        error = Assert.ThrowsExactly<StorageException>(() => read.Read(new byte[4], 0, 4));
        StringAssert.Contains(error.Message, "needed up to");
    }

    [TestMethod]
    public void A_replacement_whose_reply_is_lost_with_the_host_is_done_once()
    {
        var files = new MemoryStorage();
        files.Files["a"] = [1];
        files.Files["b"] = [2];
        var line = new NoisyLine(1);
        FeedServer first = Server(line, files);
        int turns = 0;
        line.Host = () =>
        {
            // The first server does it; its reply goes nowhere, and another server takes over.
            (turns++ == 0 ? first : Server(line, files)).Serve(0);
            if (turns == 1)
            {
                line.DeviceEnd.Read(new byte[1000], 0, 1000, 0);
            }
        };
        Storage(line).Replace("a", "b");
        CollectionAssert.AreEqual((byte[])[1], files.Files["b"]);
        Assert.IsFalse(files.Exists("a"));
        Assert.ThrowsExactly<KeyNotFoundException>(() => Storage(line).Replace("a", "b"));
    }

    [TestMethod]
    public void A_request_that_was_answered_is_not_done_twice()
    {
        var files = new MemoryStorage();
        var line = new NoisyLine(1);
        var server = new FeedServer(line.HostEnd, files, TimeProvider.System) { Shown = Shown.Add };
        int turns = 0;
        line.Host = () =>
        {
            server.Serve(0);
            if (turns++ % 2 == 0)
            {
                line.DeviceEnd.Read(new byte[1000], 0, 1000, 0);
            }
        };
        var link = new RemoteLink(line.DeviceEnd, new Countdown(int.MaxValue));
        link.Line("one");
        link.Line("two");
        CollectionAssert.AreEqual((string[])["one", "two"], Shown);
    }

    [TestMethod]
    public void A_late_reply_is_not_taken_for_that_of_the_next_request()
    {
        MemoryStorage files = FedCards.Create();
        var line = new NoisyLine(1);
        FeedServer server = Server(line, files);
        int turns = 0;
        // Every request is sent twice before the host has its turn, and answered twice.
        line.Host = () =>
        {
            for (int frame = 0; turns % 2 == 1 && frame < 2; frame++)
            {
                server.Serve(0);
            }
            turns++;
        };
        using IStorageFile file = Storage(line).OpenRead("model.atm");
        var read = new byte[file.Length];
        file.Read(read, 0, read.Length);
        CollectionAssert.AreEqual(files.Files["model.atm"], read);
    }

    private List<string> Shown { get; } = [];

    [TestMethod]
    public void Nothing_that_arrives_brings_the_host_down_or_changes_an_input()
    {
        MemoryStorage files = FedCards.Create();
        var before = files.Copy();
        var random = new Random(3);
        var line = new NoisyLine(3);
        FeedServer server = Server(line, files);
        var sender = new FrameLine(line.DeviceEnd);
        for (int trial = 0; trial < 3000; trial++)
        {
            var payload = new byte[random.Next(40)];
            random.NextBytes(payload);
            if (payload.Length > 0)
            {
                payload[0] %= 16;
            }
            sender.Send(random.Next(256), trial, 0, payload, payload.Length);
            line.PutToHost([.. payload]);
            while (server.Serve(0)) { }
            line.DeviceEnd.Read(new byte[10000], 0, 10000, 0);
        }
        foreach (string name in before.Files.Keys)
        {
            CollectionAssert.AreEqual(before.Files[name], files.Files[name], name);
        }
    }

    [TestMethod]
    public void A_greeting_gives_the_hosts_time_and_refuses_another_version()
    {
        var line = new NoisyLine(1);
        string name = "";
        var server = new FeedServer(line.HostEnd, new MemoryStorage(), new Noon()) { Greeted = text => name = text };
        line.Serve(server);
        var link = new RemoteLink(line.DeviceEnd, new Countdown(5));
        Assert.AreEqual(new DateTime(2026, 11, 21, 12, 34, 56), link.Greet("board 7"));
        Assert.AreEqual("board 7", name);
        link.End(CardFault.BadModel, "attune: error");
        Assert.AreEqual((CardFault.BadModel, "attune: error"), (server.Ended, server.LastLine));
        byte[] greeting = [99, 0, 0, 0];
        var frames = new FrameLine(line.DeviceEnd);
        frames.Send(FrameType.Hello, 1, 0, greeting, 4);
        Assert.IsTrue(frames.Receive(0));
        StringAssert.Contains(Encoding.UTF8.GetString(frames.Payload, 1, frames.Count - 1), "version 99");
        Assert.IsNull(server.Ended);
    }

    private static FeedServer Server(NoisyLine line, IStorage files) => new(line.HostEnd, files, TimeProvider.System);

    private static RemoteStorage Storage(NoisyLine line) =>
        new(new RemoteLink(line.DeviceEnd, new Countdown(int.MaxValue)));

    private static void RunCard(IStorage storage)
    {
        using var card = new Card(storage, 0);
        Assert.IsTrue(card.Run.Run(new Countdown(int.MaxValue)));
    }

    private static void AssertSame(MemoryStorage actual)
    {
        foreach (string name in (string[])["adapted.atm", "aligned.atm", "log.csv", "state-a.atc", "state-b.atc"])
        {
            CollectionAssert.AreEqual(Local.Value.Files[name], actual.Files[name], name);
        }
    }

    private sealed class Noon : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 11, 21, 12, 34, 56, TimeSpan.Zero);
    }

    /// <summary>Must not be reached.</summary>
    private sealed class Untouchable : IStorage
    {
        public bool Available => throw new InvalidOperationException();

        public bool Exists(string name) => throw new InvalidOperationException(name);

        public IStorageFile OpenRead(string name) => throw new InvalidOperationException(name);

        public IStorageFile Create(string name) => throw new InvalidOperationException(name);

        public IStorageFile OpenWrite(string name) => throw new InvalidOperationException(name);

        public void Delete(string name) => throw new InvalidOperationException(name);

        public void Replace(string from, string to) => throw new InvalidOperationException(from + to);
    }
}
