using System.Net.Sockets;
using Attune.Remote;

namespace Attune.Host.Feed;

/// <summary>A device's line by name: a serial port such as /dev/ttyACM0, or tcp:HOST:PORT.</summary>
public sealed class PortLine : ILine, IDisposable
{
    private readonly Func<int, bool> arrived;
    private readonly Stream stream;
    private readonly IDisposable owner;

    private PortLine(Stream stream, IDisposable owner, Func<int, bool> arrived)
    {
        this.stream = stream;
        this.owner = owner;
        this.arrived = arrived;
    }

    /// <summary>Opens a line.</summary>
    /// <param name="name">A serial port, or tcp:HOST:PORT of a device (or of a bridge to one) that listens.</param>
    /// <param name="speed">Bits a second of a serial port.</param>
    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    public static PortLine Open(string name, int speed)
    {
        if (!name.StartsWith("tcp:", StringComparison.Ordinal))
        {
            var port = new SerialFile(name, speed);
            return new PortLine(port.Stream, port, port.Wait);
        }
        string[] parts = name.Split(':');
        if (parts.Length != 3 || parts[1].Length == 0 || !ushort.TryParse(parts[2], out ushort number) || number == 0)
        {
            throw new IOException($"{name}: expected tcp:HOST:PORT with a port 1..65535, as in tcp:192.168.1.5:4000");
        }
        var client = new TcpClient { NoDelay = true };
        try
        {
            client.Connect(parts[1], number);
        }
        catch (SocketException error)
        {
            client.Dispose();
            throw new IOException(
                $"{name}: {error.Message}; check host and port, and that the device or its bridge listens",
                error
            );
        }
        return new PortLine(
            client.GetStream(),
            client,
            timeout => client.Client.Poll(timeout * 1000, SelectMode.SelectRead)
        );
    }

    /// <inheritdoc/>
    public int Read(byte[] data, int index, int count, int timeout)
    {
        if (!arrived(timeout))
        {
            return 0;
        }
        int got = stream.Read(data, index, count);
        return got > 0 ? got : throw new IOException("the line was closed");
    }

    /// <inheritdoc/>
    public void Write(byte[] data, int index, int count) => stream.Write(data, index, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        owner.Dispose();
    }
}
