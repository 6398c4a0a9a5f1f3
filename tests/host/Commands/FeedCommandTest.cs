using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Attune.Remote;
using Attune.Supervision;
using Attune.Tests.Remote;
using Attune.Tests.Supervision;
using Microsoft.Win32.SafeHandles;

namespace Attune.Tests.Commands;

/// <summary>attune feed on real lines: a network socket and a pseudo-terminal, with a board's whole run at the other end.</summary>
[TestClass]
public sealed partial class FeedCommandTest : IDisposable
{
    private static readonly string[] Results = ["adapted.atm", "aligned.atm", "log.csv", "state-a.atc", "state-b.atc"];
    private readonly CommandLine command = new();

    public void Dispose() => command.Dispose();

    [TestMethod]
    public void A_board_on_a_socket_that_breaks_now_and_then_ends_in_the_same_bytes()
    {
        string card = WriteCard("fed", "");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var line = new StreamLine(() => listener.AcceptTcpClient().GetStream()) { BreakAfter = 60 };
        Task<string> device = Task.Run(() => RunBoard(line));
        Assert.AreEqual(0, command.Run("feed", command.Path("fed"), "--port", $"tcp:127.0.0.1:{port}", "--json"));
        JsonElement result = JsonDocument.Parse(command.Output).RootElement;
        Assert.IsTrue(result.GetProperty("complete").GetBoolean());
        Assert.AreEqual(device.Result, result.GetProperty("line").GetString());
        StringAssert.Contains(command.Errors, "device: test board");
        StringAssert.Contains(command.Errors, "is back");
        StringAssert.Contains(command.Errors, "attune: train block 2: ");
        AssertAsTrained(card);
    }

    [TestMethod]
    public void A_board_on_a_serial_port_ends_in_the_same_bytes()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("needs the pseudo-terminals of Linux");
        }
        string card = WriteCard("fed", "");
        using SafeFileHandle terminal = File.OpenHandle("/dev/ptmx", FileMode.Open, FileAccess.ReadWrite);
        int zero = 0;
        Assert.AreEqual(0, ioctl(terminal, 0x40045431, ref zero), "unlocking");
        int number = 0;
        Assert.AreEqual(0, ioctl(terminal, 0x80045430, ref number), "asking for its number");
        string port = $"/dev/pts/{number}";
        // While nobody has the port open, its other end reports an error; and bytes that come before it is set raw change.
        using var keeper = new Attune.Host.Feed.SerialFile(port, 115200);
        using var line = new StreamLine(() => new FileStream(terminal, FileAccess.ReadWrite, 0));
        Task<string> device = Task.Run(() => RunBoard(line));
        Assert.AreEqual(
            0,
            command.Run("feed", command.Path("fed"), "--port", port, "--speed", "921600"),
            command.Errors
        );
        Assert.AreEqual(device.Result + "\n", command.Output.ReplaceLineEndings("\n"));
        AssertAsTrained(card);
    }

    [TestMethod]
    public void A_boards_fault_is_the_commands()
    {
        WriteCard("fed", "arena = 1024\n");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var line = new StreamLine(() => listener.AcceptTcpClient().GetStream());
        Task<string> device = Task.Run(() => RunBoard(line));
        Assert.AreEqual(3, command.Run("feed", command.Path("fed"), "--port", $"tcp:127.0.0.1:{port}"));
        StringAssert.StartsWith(command.Output, "attune: error 5 (too large): ");
        Assert.AreEqual(device.Result, command.Output.TrimEnd());
    }

    [TestMethod]
    [DataRow("tcp:127.0.0.1", 1, "expected tcp:HOST:PORT")]
    [DataRow("tcp:127.0.0.1:1", 1, "refused")]
    [DataRow("/dev/null", 1, "is no serial port")]
    [DataRow("/dev/there-is-none", 1, "there-is-none")]
    public void A_line_that_cannot_be_opened_is_named(string port, int code, string part)
    {
        WriteCard("fed", "");
        Assert.AreEqual(code, command.Run("feed", command.Path("fed"), "--port", port));
        StringAssert.Contains(command.Errors, part);
        Assert.AreEqual(1, command.Errors.Trim().Split('\n').Length);
        Assert.AreEqual(2, command.Run("feed", command.Path("fed"), "--port", port, "--speed", "1234"));
    }

    private string WriteCard(string name, string lines)
    {
        string folder = Directory.CreateDirectory(command.Path($"{name}/attune")).FullName;
        foreach (var (file, bytes) in FedCards.Create(lines).Files)
        {
            File.WriteAllBytes(Path.Combine(folder, file), bytes);
        }
        return folder;
    }

    private void AssertAsTrained(string card)
    {
        string trained = WriteCard("trained", "");
        command.Must("train", command.Path("trained"));
        foreach (string name in Results)
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(Path.Combine(trained, name)),
                File.ReadAllBytes(Path.Combine(card, name)),
                name
            );
        }
    }

    /// <summary>What the program of a board does with a host. Returns its last line.</summary>
    private static string RunBoard(StreamLine line)
    {
        var link = new RemoteLink(line, line);
        var board = new HostBoard(link);
        link.Greet("test board");
        var run = new BoardRun(board, new BootRecord(board.Backup));
        int outcome = run.Run(new RemoteStorage(link));
        link.End(outcome, run.LastLine);
        return run.LastLine;
    }

    [LibraryImport("libc")]
    private static partial int ioctl(SafeFileHandle handle, nuint request, ref int value);

    private sealed class HostBoard(RemoteLink link) : IBoard
    {
        public string Name => "test board";

        public IBackupMemory Backup { get; } = new FakeBackup(128);

        public bool ClockSet => false;

        public int MinuteOfDay => 0;

        public long Milliseconds => 0;

        public int FreeHeap() => -1;

        public void Wait(int milliseconds) => throw new InvalidOperationException("nothing died");

        public void Line(string text) => link.Line(text);

        public void Light(int pattern) { }
    }
}
