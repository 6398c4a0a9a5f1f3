using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Attune.Host.Feed;

/// <summary>A serial port of Linux or macOS: its device file with the terminal's treatment of bytes switched off.</summary>
public sealed partial class SerialFile : IDisposable
{
    private const int ReadableEvent = 1;
    private const int Now = 0;
    private static readonly (int Speed, nuint Linux)[] Speeds =
    [
        (9600, 0x0D),
        (19200, 0x0E),
        (38400, 0x0F),
        (57600, 0x1001),
        (115200, 0x1002),
        (230400, 0x1003),
        (460800, 0x1004),
        (921600, 0x1007),
    ];

    /// <summary>Names of the serial ports of boards: USB bridges and USB devices on Linux, both on macOS.</summary>
    private static readonly string[] Names = ["ttyUSB*", "ttyACM*", "cu.usb*", "cu.SLAB*", "cu.wch*"];

    private readonly SafeFileHandle handle;

    /// <summary>Opens a port with 8 data bits, no parity, one stop bit and no flow control.</summary>
    /// <exception cref="IOException">There is no such port, it is taken, or it cannot be set so.</exception>
    public SerialFile(string path, int speed)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new IOException($"{path}: serial ports are opened on Linux and macOS; use --port tcp:HOST:PORT");
        }
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"{path}: no permission; join the group that owns it (dialout)", error);
        }
        catch (IOException error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"{path}: there is no such port; {Ports()}", error);
        }
        catch (IOException error)
        {
            throw new IOException(
                $"{path}: cannot be opened ({error.Message.TrimEnd('.')}); is another program using it?",
                error
            );
        }
        // termios has 60 to 72 bytes; cfmakeraw and cfsetspeed know its layout.
        byte[] settings = new byte[256];
        bool set = tcgetattr(handle, settings) == 0;
        cfmakeraw(settings);
        set = set && cfsetspeed(settings, Code(speed)) == 0 && tcsetattr(handle, Now, settings) == 0;
        if (!set)
        {
            handle.Dispose();
            throw new IOException($"{path}: is no serial port, or cannot do {speed} bits a second");
        }
        Stream = new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
    }

    /// <summary>What to do without a port: the ports that there are, in words.</summary>
    private static string Ports()
    {
        string[] found =
        [
            .. Names
                .SelectMany(pattern => Directory.Exists("/dev") ? Directory.GetFileSystemEntries("/dev", pattern) : [])
                .Order(StringComparer.Ordinal),
        ];
        return found.Length == 0
            ? "no board is connected: check its cable, or give --port tcp:HOST:PORT"
            : "there are " + string.Join(", ", found);
    }

    /// <summary>Speeds that can be set, bits a second.</summary>
    public static IEnumerable<int> KnownSpeeds => Speeds.Select(speed => speed.Speed);

    /// <summary>The bytes.</summary>
    public FileStream Stream { get; }

    /// <summary>Waits until bytes have arrived. Returns false if none come within so many milliseconds.</summary>
    public bool Wait(int timeout)
    {
        var question = new Question { Handle = (int)handle.DangerousGetHandle(), Events = ReadableEvent };
        return poll(ref question, 1, timeout) > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static nuint Code(int speed) =>
        OperatingSystem.IsMacOS() ? (nuint)speed : Speeds.FirstOrDefault(one => one.Speed == speed).Linux;

    [StructLayout(LayoutKind.Sequential)]
    private struct Question
    {
        public int Handle;
        public short Events;
        public short Answers;
    }

#pragma warning disable IDE1006 // names of the C library
    [LibraryImport("libc")]
    private static partial int poll(ref Question questions, nuint count, int timeout);

    [LibraryImport("libc")]
    private static partial int tcgetattr(SafeFileHandle handle, byte[] settings);

    [LibraryImport("libc")]
    private static partial int tcsetattr(SafeFileHandle handle, int when, byte[] settings);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte[] settings);

    [LibraryImport("libc")]
    private static partial int cfsetspeed(byte[] settings, nuint speed);
#pragma warning restore IDE1006
}
