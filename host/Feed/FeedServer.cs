using System.Text;
using Attune.Numbers;
using Attune.Remote;
using Attune.Storage;

namespace Attune.Host.Feed;

/// <summary>
/// The host's end of a device's serial line: serves the files of a card folder, one reply for each request
/// (docs/FORMATS.md, "Serial line"). It may be started anew at any moment; the device asks again.
/// </summary>
/// <param name="line">To the device.</param>
/// <param name="storage">The card folder.</param>
/// <param name="clock">Source of the local time that a device is given.</param>
public sealed class FeedServer(ILine line, IStorage storage, TimeProvider clock)
{
    private static readonly string[] Inputs =
    [
        CardFiles.Job,
        CardFiles.Model,
        CardFiles.Training,
        CardFiles.Validation,
    ];

    private readonly FrameLine frames = new(line);
    private readonly byte[] reply = new byte[FrameLine.MostPayload];
    private byte[] request = [];
    private int replyBytes;
    private int lastSequence = -1;
    private int lastType;
    private byte[] lastRequest = [];
    private int at;

    /// <summary>Called with the name of each device that begins.</summary>
    public Action<string>? Greeted { get; init; }

    /// <summary>Called with each line that the device shows.</summary>
    public Action<string>? Shown { get; init; }

    /// <summary>Requests answered so far.</summary>
    public long Requests { get; private set; }

    /// <summary>Damaged stretches of the line met so far.</summary>
    public long Damaged { get; private set; }

    /// <summary>How the run ended, one of <see cref="CardFault"/>; null while it has not.</summary>
    public int? Ended { get; private set; }

    /// <summary>The device's last line.</summary>
    public string LastLine { get; private set; } = "";

    /// <summary>Waits for a request and answers it.</summary>
    /// <param name="timeout">Milliseconds to wait.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">The line is gone.</exception>
    public bool Serve(int timeout)
    {
        bool heard = frames.Receive(timeout);
        if (!heard)
        {
            if (frames.Damaged)
            {
                Damaged++;
                frames.Send(FrameType.Again, 0, 0, [], 0);
            }
            return false;
        }
        request = frames.Payload[..frames.Count];
        bool repeated =
            frames.Sequence == lastSequence && frames.Type == lastType && request.AsSpan().SequenceEqual(lastRequest);
        if (!repeated || frames.Type == FrameType.Hello)
        {
            Answer();
            (lastSequence, lastType, lastRequest) = (frames.Sequence, frames.Type, request);
            Requests++;
        }
        frames.Send(frames.Type + FrameType.Reply, frames.Sequence, 0, reply, replyBytes);
        return true;
    }

    private void Answer()
    {
        at = 0;
        reply[0] = CardFault.None;
        replyBytes = RemoteLink.DataAt;
        try
        {
            Execute();
        }
        catch (StorageException error)
        {
            Refuse(error.Fault, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refuse(CardFault.CardError, error.Message);
        }
        catch (Exception error) when (error is IndexOutOfRangeException or ArgumentException)
        {
            Refuse(
                CardFault.Internal,
                $"request {frames.Type} ends too early; update 'attune' and the device's program"
            );
        }
    }

    private void Execute()
    {
        switch (frames.Type)
        {
            case FrameType.Hello:
                Greet();
                break;
            case FrameType.Length:
                SendLength(Name());
                break;
            case FrameType.Read:
                Read(Name(), Offset(), Integer());
                break;
            case FrameType.Create:
                storage.Create(Output()).Dispose();
                break;
            case FrameType.Write:
                Write(Output(), Offset());
                break;
            case FrameType.Truncate:
                Truncate(Output(), Offset());
                break;
            case FrameType.Delete:
                storage.Delete(Output());
                break;
            case FrameType.Replace:
                Replace(Output(), Output());
                break;
            case FrameType.Line:
                Shown?.Invoke(Text());
                break;
            case FrameType.End:
                Ended = Integer();
                LastLine = Text();
                break;
            default:
                throw new StorageException(
                    CardFault.Internal,
                    $"there is no request {frames.Type}; update 'attune' and the device's program"
                );
        }
    }

    private void Greet()
    {
        int version = Integer();
        Ended = null;
        Greeted?.Invoke(Text());
        if (version != RemoteLink.Version)
        {
            Refuse(
                CardFault.CardError,
                $"the device speaks version {version} of the protocol, 'attune feed' {RemoteLink.Version}; update both"
            );
            return;
        }
        DateTimeOffset now = clock.GetLocalNow();
        Put(RemoteLink.Version);
        foreach (
            int part in (int[])[now.Year & 0xFF, now.Year >> 8, now.Month, now.Day, now.Hour, now.Minute, now.Second]
        )
        {
            reply[replyBytes++] = (byte)part;
        }
    }

    private void SendLength(string name)
    {
        long length = -1;
        if (storage.Exists(name))
        {
            using IStorageFile file = storage.OpenRead(name);
            length = file.Length;
        }
        Put((int)length);
        Put((int)(length >> 32));
    }

    private void Read(string name, long offset, int count)
    {
        using IStorageFile file = storage.OpenRead(name);
        if (offset < 0 || count is < 0 or > RemoteStorage.Block || offset > file.Length - count)
        {
            throw new StorageException(
                CardFault.CardError,
                $"{name}: ends at byte {file.Length}, needed up to {offset + count}; copy it again"
            );
        }
        file.Seek(offset);
        file.Read(reply, replyBytes, count);
        replyBytes += count;
    }

    private void Write(string name, long offset)
    {
        using IStorageFile file = storage.OpenWrite(name);
        if (offset < 0 || offset > file.Length)
        {
            throw new StorageException(
                CardFault.CardError,
                $"{name}: has {file.Length} bytes, the device writes at {offset}; restart the device"
            );
        }
        file.Seek(offset);
        file.Write(request, at, request.Length - at);
    }

    private void Truncate(string name, long length)
    {
        using IStorageFile file = storage.OpenWrite(name);
        if (length < 0 || length > file.Length)
        {
            throw new StorageException(
                CardFault.CardError,
                $"{name}: has {file.Length} bytes and cannot be cut to {length}; restart the device"
            );
        }
        file.Truncate(length);
    }

    private void Replace(string from, string to)
    {
        // The reply to a replacement that was done before this server began has been lost.
        bool done = (frames.Flags & FrameLine.SentBefore) != 0 && !storage.Exists(from) && storage.Exists(to);
        if (!done)
        {
            storage.Replace(from, to);
        }
    }

    private void Refuse(int fault, string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(reason.ReplaceLineEndings(" "));
        reply[0] = (byte)fault;
        int count = Math.Min(text.Length, reply.Length - RemoteLink.DataAt);
        Array.Copy(text, 0, reply, RemoteLink.DataAt, count);
        replyBytes = RemoteLink.DataAt + count;
    }

    private int Integer()
    {
        int value = LittleEndian.Get(request, at);
        at += 4;
        return value;
    }

    private long Offset()
    {
        uint low = (uint)Integer();
        return low | ((long)Integer() << 32);
    }

    private void Put(int value)
    {
        LittleEndian.Put(reply, replyBytes, value);
        replyBytes += 4;
    }

    private string Text()
    {
        string text = Encoding.UTF8.GetString(request, at, request.Length - at);
        return new string([.. text.Where(letter => !char.IsControl(letter))]);
    }

    /// <summary>A name of a file of the folder itself: nothing that leads out of it.</summary>
    private string Name()
    {
        int count = request[at++];
        string name = Encoding.UTF8.GetString(request, at, count);
        at += count;
        bool plain = count is > 0 and <= 64 && name[0] != '.';
        if (!plain || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'))
        {
            throw new StorageException(CardFault.CardError, "a file name that is none of a card folder was refused");
        }
        return name;
    }

    /// <summary>A name of a file that a device may change.</summary>
    private string Output()
    {
        string name = Name();
        return !Inputs.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? name
            : throw new StorageException(CardFault.ReadOnlyCard, $"{name}: a device may only read it");
    }
}
