using System.Collections.Concurrent;
using Attune.Execution;
using Attune.Remote;

namespace Attune.Tests.Commands;

/// <summary>A device's end of a stream; opened again when it is gone. Its host is waited for, but not forever.</summary>
internal sealed class StreamLine(Func<Stream> open) : ILine, ITick, IDisposable
{
    private BlockingCollection<byte> arrived = [];
    private Stream? stream;
    private int writes;
    private int ticks;

    /// <summary>Writes after which the stream breaks; 0: never.</summary>
    public int BreakAfter { get; init; }

    public int Read(byte[] data, int index, int count, int timeout)
    {
        if (!arrived.TryTake(out data[index], timeout))
        {
            return 0;
        }
        int got = 1;
        while (got < count && arrived.TryTake(out data[index + got], 0))
        {
            got++;
        }
        return got;
    }

    public void Write(byte[] data, int index, int count)
    {
        try
        {
            if (stream is null)
            {
                Open();
            }
            if (BreakAfter > 0 && ++writes % BreakAfter == 0)
            {
                stream!.Write(data, index, count / 2);
                stream.Dispose();
                Open();
            }
            stream!.Write(data, index, count);
        }
        catch (IOException)
        {
            Open();
        }
    }

    public bool Tick() => ++ticks < 60;

    public void Dispose()
    {
        stream?.Dispose();
        arrived.Dispose();
    }

    private void Open()
    {
        Stream opened = open();
        var bytes = new BlockingCollection<byte>();
        new Thread(() => Pump(opened, bytes)) { IsBackground = true }.Start();
        (stream, arrived) = (opened, bytes);
    }

    private static void Pump(Stream stream, BlockingCollection<byte> bytes)
    {
        var buffer = new byte[4096];
        try
        {
            for (int got = stream.Read(buffer); got > 0; got = stream.Read(buffer))
            {
                foreach (byte value in buffer.AsSpan(0, got))
                {
                    bytes.Add(value);
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Whoever writes finds out.
        }
    }
}
