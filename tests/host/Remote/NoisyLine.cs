using Attune.Host.Feed;
using Attune.Remote;

namespace Attune.Tests.Remote;

/// <summary>
/// Both ends of a serial line in one thread: when the device waits, the host gets its turn. Bytes may be lost, changed or
/// added, a device may be reset in the middle of a frame, and the host may be away.
/// </summary>
internal sealed class NoisyLine(int seed)
{
    private readonly Random random = new(seed);
    private readonly Queue<byte> toHost = new();
    private readonly Queue<byte> toDevice = new();

    /// <summary>Probability that a byte is lost, changed or followed by another.</summary>
    public double Noise { get; set; }

    /// <summary>Bytes that the device may still send before it is reset; -1: any number.</summary>
    public int ResetAfter { get; set; } = -1;

    /// <summary>Waits of the device during which the host is away.</summary>
    public int Away { get; set; }

    /// <summary>Gives the host its turn.</summary>
    public Action Host { get; set; } = () => { };

    public int Sent { get; private set; }

    public ILine DeviceEnd => new End(this, toDevice, toHost, true);

    public ILine HostEnd => new End(this, toHost, toDevice, false);

    /// <summary>A server at the host's end that has its turns from now on.</summary>
    public FeedServer Serve(FeedServer server)
    {
        Host = () => server.Serve(0);
        return server;
    }

    public void PutToHost(params byte[] bytes) => Array.ForEach(bytes, toHost.Enqueue);

    private void Carry(Queue<byte> way, byte value)
    {
        if (random.NextDouble() >= Noise)
        {
            way.Enqueue(value);
            return;
        }
        switch (random.Next(3))
        {
            case 0:
                break;
            case 1:
                way.Enqueue((byte)(value ^ (1 << random.Next(8))));
                break;
            default:
                way.Enqueue(value);
                way.Enqueue((byte)random.Next(256));
                break;
        }
    }

    private void TakeTurn()
    {
        if (Away > 0)
        {
            Away--;
            toHost.Clear();
            return;
        }
        Host();
    }

    private sealed class End(NoisyLine line, Queue<byte> from, Queue<byte> to, bool device) : ILine
    {
        public int Read(byte[] data, int index, int count, int timeout)
        {
            if (from.Count == 0 && device)
            {
                line.TakeTurn();
            }
            int got = 0;
            // Bytes arrive in pieces.
            int most = Math.Min(count, line.random.Next(1, 100));
            while (got < most && from.TryDequeue(out byte value))
            {
                data[index + got++] = value;
            }
            return got;
        }

        public void Write(byte[] data, int index, int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (device && line.ResetAfter >= 0 && line.ResetAfter-- == 0)
                {
                    throw new DeviceResetException();
                }
                line.Sent++;
                line.Carry(to, data[index + i]);
            }
        }
    }
}

/// <summary>The device was reset.</summary>
internal sealed class DeviceResetException : Exception
{
    public DeviceResetException() { }

    public DeviceResetException(string message)
        : base(message) { }

    public DeviceResetException(string message, Exception inner)
        : base(message, inner) { }
}
