using Attune.Host.Shell;

namespace Attune.Host.Data;

/// <summary>
/// Writes a file aside as NAME.part and renames it when it is complete, so that NAME is at any moment either the old
/// file or the whole new one.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file; replaces an existing one.</summary>
    /// <param name="path">The file to make. Its folder must exist.</param>
    /// <param name="write">Writes the content; the stream can seek. If it throws, nothing is left behind.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string part = path + ".part";
        bool created = false;
        try
        {
            using (var stream = new FileStream(part, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                created = true;
                write(stream);
                // The rename must not reach the disk before the bytes do.
                stream.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        catch (Exception error)
        {
            if (created)
            {
                TryDelete(part);
            }
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new DataException(
                    $"{path}: cannot be written ({FileReason.Of(error)}); check that the folder exists, is writable and has room.",
                    error
                );
            }
            throw;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report; a left-over .part file is overwritten by the next attempt.
        }
    }
}
