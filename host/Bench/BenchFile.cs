using System.Text;
using Attune.Host.Data;

namespace Attune.Host.Bench;

/// <summary>
/// A file of <see cref="BenchLine"/>s that grows by one line whenever a cell is done, so that an interrupted run goes on
/// where it was. It is locked while open: two processes never write the same file.
/// </summary>
public sealed class BenchFile : IDisposable
{
    private readonly FileStream stream;
    private readonly FileStream held;
    private readonly Lock writing = new();

    /// <summary>Opens or creates a file for appending; a last line without its end, left by an interruption, is cut off.</summary>
    /// <exception cref="DataException">A line is damaged, or another process has the file open.</exception>
    public BenchFile(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        try
        {
            // A file of its own, so that the results can be read meanwhile.
            held = new FileStream(
                Path.Combine(folder, $".{Path.GetFileName(path)}.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
        }
        catch (IOException error) when (error is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new DataException(
                $"{path}: is being written by another process; give every process its own --shard I/N, or another --out"
            );
        }
        try
        {
            stream = new FileStream(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete
            );
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
            Torn = bytes.Length - whole;
            stream.SetLength(whole);
            stream.Position = whole;
            Lines = Parse(Encoding.UTF8.GetString(bytes, 0, whole), path);
        }
        catch
        {
            stream?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>The lines that were there when it was opened.</summary>
    public IReadOnlyList<BenchLine> Lines { get; }

    /// <summary>Bytes of a torn last line that were cut off.</summary>
    public int Torn { get; }

    /// <summary>The file of one of several processes that share the cells.</summary>
    /// <param name="path">The file of all of them.</param>
    /// <param name="shard">1..shards.</param>
    /// <param name="shards">Number of processes.</param>
    public static string ShardPath(string path, int shard, int shards) => $"{path}.{shard}-of-{shards}";

    /// <summary>Lines of a file that may be absent; a torn last line does not count.</summary>
    public static IReadOnlyList<BenchLine> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }
        using var reader = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[reader.Length];
        int count = reader.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        int whole = Array.LastIndexOf(bytes, (byte)'\n', Math.Max(0, count - 1)) + 1;
        return Parse(Encoding.UTF8.GetString(bytes, 0, whole), path);
    }

    /// <summary>
    /// Joins a file and the files of its shards into the file, sorted by key, and removes the shards' files.
    /// </summary>
    /// <returns>The lines of the joined file.</returns>
    /// <exception cref="DataException">Two lines of one cell have different results; names cell and files.</exception>
    public static IReadOnlyList<BenchLine> Merge(string path)
    {
        string full = Path.GetFullPath(path);
        string[] shards = Directory.Exists(Path.GetDirectoryName(full))
            ? Directory.GetFiles(Path.GetDirectoryName(full)!, Path.GetFileName(full) + ".*-of-*")
            : [];
        if (shards.Length == 0 && !File.Exists(full))
        {
            throw new DataException($"{path}: there is neither this file nor a shard of it; nothing to merge");
        }
        var found = new SortedDictionary<string, (BenchLine Line, string File)>(StringComparer.Ordinal);
        // Open all of them, so that none is still being written.
        var open = new List<BenchFile>();
        try
        {
            foreach (string file in (string[])[full, .. shards.Order(StringComparer.Ordinal)])
            {
                var one = new BenchFile(file);
                open.Add(one);
                foreach (BenchLine line in one.Lines)
                {
                    Add(found, line, file);
                }
            }
            string text = string.Concat(found.Values.Select(entry => entry.Line.Write() + "\n"));
            AtomicFile.Write(full, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        }
        finally
        {
            open.ForEach(one => one.Dispose());
        }
        foreach (string shard in shards)
        {
            File.Delete(shard);
        }
        return [.. found.Values.Select(entry => entry.Line)];
    }

    /// <summary>Appends a line and has it on the disk when it returns. Safe from several threads.</summary>
    public void Append(BenchLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        byte[] bytes = Encoding.UTF8.GetBytes(line.Write() + "\n");
        lock (writing)
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        held.Dispose();
    }

    private static void Add(SortedDictionary<string, (BenchLine Line, string File)> found, BenchLine line, string file)
    {
        if (found.TryGetValue(line.Key, out var other))
        {
            if (!line.HasResultOf(other.Line))
            {
                throw new DataException(
                    $"{file}: the cell {line.Key} has another result than in {other.File}; remove one of the lines"
                );
            }
            return;
        }
        found.Add(line.Key, (line, file));
    }

    private static List<BenchLine> Parse(string text, string path)
    {
        var lines = new List<BenchLine>();
        string[] parts = text.Split('\n');
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Trim().Length > 0)
            {
                lines.Add(BenchLine.Parse(parts[i], $"{path} line {i + 1}"));
            }
        }
        return lines;
    }
}
