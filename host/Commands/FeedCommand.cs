using System.CommandLine;
using Attune.Host.Feed;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Storage;

namespace Attune.Host.Commands;

/// <summary><c>attune feed CARD --port P</c>: serves a card folder to a board without an SD card.</summary>
public static class FeedCommand
{
    private const int Pause = 500;

    private static readonly Argument<string> Folder = new("FOLDER")
    {
        Description = "card folder, as 'attune card' writes it",
    };
    private static readonly Option<string> Port = new("--port", "-p")
    {
        Description = "serial port such as /dev/ttyUSB0, or tcp:HOST:PORT",
        Required = true,
    };
    private static readonly Option<int> Speed = new("--speed")
    {
        Description = "bits a second of a serial port",
        DefaultValueFactory = _ => 115200,
    };
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "machine-readable result on standard output",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("feed", "Serves a card folder over a serial line to a board without an SD card")
        {
            Folder,
            Port,
            Speed,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = CardFolder.Find(parsed.GetValue(Folder)!);
        int bits = parsed.GetValue(Speed);
        if (!SerialFile.KnownSpeeds.Contains(bits))
        {
            throw new UsageException($"--speed takes {string.Join(", ", SerialFile.KnownSpeeds)}");
        }
        using CardLock held = CardLock.Take(path, "feed");
        if (EarlierRun.SetAsideForeign(path) is { } old)
        {
            Terminal.Note($"attune: {path}: results of another job are set aside in {old}");
        }
        using var interrupt = new InterruptSignal();
        FeedServer? server = Run(path, parsed.GetValue(Port)!, bits, () => interrupt.Requested);
        if (server?.Ended is not { } fault)
        {
            Terminal.Note("attune: interrupted; the device waits, 'attune feed' goes on");
            return ExitCode.Interrupted;
        }
        if (parsed.GetValue(Json))
        {
            Terminal.Json(
                new
                {
                    Complete = fault == CardFault.None,
                    Fault = CardFault.Name(fault),
                    Line = server.LastLine,
                    server.Requests,
                    server.Damaged,
                    Folder = path,
                }
            );
        }
        else
        {
            Console.WriteLine(server.LastLine);
        }
        return fault switch
        {
            CardFault.None => ExitCode.Done,
            CardFault.TooLarge => ExitCode.DoesNotFit,
            _ => ExitCode.BadInput,
        };
    }

    /// <summary>Serves until the device's run has ended. A line that is lost is opened again when it is back.</summary>
    /// <param name="path">Folder of job.txt.</param>
    /// <param name="port">Name of the line.</param>
    /// <param name="speed">Bits a second of a serial port.</param>
    /// <param name="stop">Asks for an early end.</param>
    /// <returns>The server of the ended run, or null.</returns>
    /// <exception cref="IOException">The line cannot be opened to begin with.</exception>
    public static FeedServer? Run(string path, string port, int speed, Func<bool> stop)
    {
        PortLine? line = PortLine.Open(port, speed);
        Terminal.Note($"serving {path} on {port}; reset the device");
        while (!stop())
        {
            try
            {
                if (line is null)
                {
                    line = PortLine.Open(port, speed);
                    Terminal.Note($"{port} is back");
                }
                var server = new FeedServer(line, CardFolder.Storage(path), TimeProvider.System)
                {
                    Greeted = name => Terminal.Note($"device: {name}"),
                    Shown = Terminal.Note,
                };
                while (!stop() && server.Ended is null)
                {
                    server.Serve(Pause);
                }
                // The reply to the last line can be lost: the device then says it again.
                while (server.Ended is not null && server.Serve(4 * Pause)) { }
                if (server.Ended is not null)
                {
                    line.Dispose();
                    return server;
                }
            }
            catch (IOException error)
            {
                if (line is not null)
                {
                    Terminal.Note($"{port}: {error.Message}; waiting for it");
                    line.Dispose();
                    line = null;
                }
                Thread.Sleep(Pause);
            }
        }
        line?.Dispose();
        return null;
    }
}
