using System.Diagnostics;
using System.Globalization;
using Attune.Host.Shell;
using Attune.Storage;

namespace Attune.Host.Running;

/// <summary>
/// A card folder that one program alone works in, until this is disposed. The operating system ends a lock with its process,
/// however that ends. Where the file system has no locks, or another computer holds the folder, the holder's text tells: it is
/// written again every few seconds.
/// </summary>
public sealed class CardLock : IDisposable
{
    /// <summary>The file that is held. It is empty; a device leaves it alone.</summary>
    public const string FileName = "host.lock";

    /// <summary>The file that says who holds it.</summary>
    public const string HolderName = "host.txt";

    private const int Attempts = 20;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);
    private static readonly HashSet<string> Here = [];

    private readonly string folder;
    private readonly FileStream held;
    private readonly FileStream? text;
    private readonly Timer? beat;
    private int beats;

    private CardLock(string folder, string command, FileStream held)
    {
        this.folder = folder;
        this.held = held;
        try
        {
            string path = Path.Combine(folder, HolderName);
            text = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);
            Holder own = Holder.Own(command);
            Say(own);
            beat = new Timer(_ => Say(own), null, Beat, Beat);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The text only helps; what needs room on the card will say so itself.
        }
    }

    /// <summary>Takes a folder.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="command">The command, for others to read, as in "train".</param>
    /// <param name="patience">How long the text of another computer must stay as it is to count as left behind; null: 12 s.</param>
    /// <exception cref="CardException">Another program works in the folder; says which.</exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static CardLock Take(string folder, string command, TimeSpan? patience = null)
    {
        string full = Path.GetFullPath(folder);
        lock (Here)
        {
            if (!Here.Add(full))
            {
                throw Busy(folder, Holder.Read(full));
            }
        }
        try
        {
            FileStream held = Hold(folder, full);
            try
            {
                RefuseOther(folder, patience ?? TimeSpan.FromSeconds(12));
                return new CardLock(full, command, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch
        {
            Forget(full);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (beat is not null)
        {
            // The text must not come back after it was removed.
            using var stopped = new ManualResetEvent(false);
            if (beat.Dispose(stopped))
            {
                stopped.WaitOne();
            }
        }
        text?.Dispose();
        try
        {
            File.Delete(Path.Combine(folder, HolderName));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A pulled card. The text is of a process that has ended, which others notice.
        }
        held.Dispose();
        Forget(folder);
    }

    private static void Forget(string full)
    {
        lock (Here)
        {
            Here.Remove(full);
        }
    }

    /// <summary>Opens the file for this process alone; it is removed when it is closed.</summary>
    private static FileStream Hold(string folder, string full)
    {
        string path = Path.Combine(full, FileName);
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                var stream = new FileStream(
                    path,
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                );
                if (File.Exists(path) || attempt == Attempts)
                {
                    return stream;
                }
                // It was just being removed by who held it before: what is held is a file without a name.
                stream.Dispose();
            }
            catch (IOException error) when (IsTaken(error))
            {
                // Who asks, too, holds it for a moment.
                if (attempt == Attempts)
                {
                    throw Busy(folder, Holder.Read(full));
                }
                Thread.Sleep(10);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new StorageException(
                    CardFault.ReadOnlyCard,
                    $"{folder}: cannot be written ({FileReason.Of(error)}); make it writable, or copy it"
                );
            }
        }
    }

    /// <summary>Refuses a folder that somebody works in although its lock could be taken.</summary>
    private static void RefuseOther(string folder, TimeSpan patience)
    {
        if (Holder.Read(folder) is not { } other)
        {
            return;
        }
        if (other.Host == Environment.MachineName)
        {
            if (other.IsAlive())
            {
                throw Busy(folder, other);
            }
            return;
        }
        Terminal.Note(
            $"attune: {folder}: was in use by {other}; waiting {patience.TotalSeconds:0} s to see whether it still is"
        );
        Thread.Sleep(patience);
        if (Holder.Read(folder) is { } later && later != other)
        {
            throw Busy(folder, later);
        }
    }

    /// <summary>Whether an error says that another process has the file: EAGAIN, or a sharing or lock violation.</summary>
    private static bool IsTaken(IOException error) => (error.HResult & 0xFFFF) is 11 or 35 or 32 or 33;

    private static CardException Busy(string folder, Holder? holder) =>
        new($"{folder}: is in use by {holder?.ToString() ?? "another 'attune'"}; wait for its end, or stop it");

    /// <summary>Writes the text again, in place: on a card nothing but this one sector changes.</summary>
    private void Say(Holder own)
    {
        try
        {
            text!.Position = 0;
            text.Write(own.Bytes(beats++));
            text.Flush();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A pulled or full card; the run itself says so.
        }
    }

    /// <summary>Who works in a folder: one line of text.</summary>
    private sealed record Holder(string Command, int Process, string Host, long Start, int Beats)
    {
        private const int TextBytes = 256;

        public static Holder Own(string command) =>
            new(command, Environment.ProcessId, Environment.MachineName, StartOf(Environment.ProcessId) ?? 0, 0);

        /// <summary>The text of a folder; null: none, or none that is whole.</summary>
        public static Holder? Read(string folder)
        {
            try
            {
                string path = Path.Combine(folder, HolderName);
                using var stream = new FileStream(
                    path,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete
                );
                using var reader = new StreamReader(stream);
                string[] words = reader.ReadToEnd().Trim().Split('\t');
                return
                    words.Length == 5
                    && int.TryParse(words[1], CultureInfo.InvariantCulture, out int process)
                    && long.TryParse(words[3], CultureInfo.InvariantCulture, out long start)
                    && int.TryParse(words[4], CultureInfo.InvariantCulture, out int beats)
                    ? new Holder(words[0], process, words[2], start, beats)
                    : null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        public byte[] Bytes(int beats)
        {
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{Command}\t{Process}\t{Host}\t{Start}\t{beats}\n"
            );
            return System.Text.Encoding.UTF8.GetBytes(line.PadRight(TextBytes));
        }

        /// <summary>Whether a process of this computer is the one that wrote the text: numbers are given again.</summary>
        public bool IsAlive() => StartOf(Process) is { } start && Math.Abs(start - Start) <= 3;

        public override string ToString() =>
            $"'attune {Command}' (process {Process.ToString(CultureInfo.InvariantCulture)}{(Host == Environment.MachineName ? "" : " on " + Host)})";

        /// <summary>When a process began, in seconds; null: there is none.</summary>
        private static long? StartOf(int process)
        {
            try
            {
                using var found = System.Diagnostics.Process.GetProcessById(process);
                return new DateTimeOffset(found.StartTime).ToUnixTimeSeconds();
            }
            catch (Exception error)
                when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }
    }
}
