using Microsoft.Win32.SafeHandles;

namespace Attune.Host.Data;

/// <summary>
/// A file opened for reading at any offset, by any number of threads at once. Failures of the system become
/// <see cref="DataException"/>.
/// </summary>
internal sealed class DataFile : IDisposable
{
    private readonly SafeFileHandle handle;

    private DataFile(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        this.handle = handle;
        Length = length;
    }

    public string Path { get; }

    /// <summary>Size in bytes when the file was opened.</summary>
    public long Length { get; }

    public static DataFile Open(string path)
    {
        try
        {
            var handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
            return new DataFile(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception error) when (IsSystemError(error))
        {
            throw Unreadable(path, error);
        }
    }

    /// <summary>The whole of a file that is at most <paramref name="limit"/> bytes long.</summary>
    public static byte[] ReadAll(string path, int limit)
    {
        using var file = Open(path);
        if (file.Length > limit)
        {
            throw new DataException(
                $"{path}: {file.Length} bytes, more than the {limit} that a file of this kind may have; split it or choose another file."
            );
        }
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on.</summary>
    public void Read(long offset, Span<byte> buffer)
    {
        try
        {
            while (buffer.Length > 0)
            {
                int got = RandomAccess.Read(handle, buffer, offset);
                if (got == 0)
                {
                    throw DataException.At(Path, offset, "the file ends here", "get a complete copy of the file");
                }
                buffer = buffer[got..];
                offset += got;
            }
        }
        catch (Exception error) when (IsSystemError(error))
        {
            throw Unreadable(Path, error);
        }
    }

    public void Dispose() => handle.Dispose();

    public static bool IsSystemError(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    public static DataException Unreadable(string path, Exception error)
    {
        string reason = error switch
        {
            FileNotFoundException => "there is no such file",
            DirectoryNotFoundException => "there is no such folder",
            _ => error.Message.TrimEnd('.'),
        };
        return new DataException($"{path}: cannot be read ({reason}); check the path and its permissions.", error);
    }
}
