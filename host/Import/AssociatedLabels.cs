using System.IO.Compression;
using Attune.Host.Data;
using Attune.Host.Model;

namespace Attune.Host.Import;

/// <summary>
/// Names of classes from a .tflite file's metadata: TensorFlow Lite's tools append a zip archive with a text file that has
/// one name on each line.
/// </summary>
internal static class AssociatedLabels
{
    private const int MaxBytes = 1 << 20;
    private const int LargestEnd = 22 + 65535;

    /// <summary>The model with the names of its file, if there are as many as it has classes.</summary>
    /// <param name="result">The imported model.</param>
    /// <param name="bytes">The whole .tflite file.</param>
    public static ImportResult Apply(ImportResult result, byte[] bytes)
    {
        if (
            result.File.ClassCount == 0
            || bytes.AsSpan(Math.Max(0, bytes.Length - LargestEnd)).IndexOf("PK\u0005\u0006"u8) < 0
        )
        {
            return result;
        }
        foreach (var (name, text) in Texts(bytes))
        {
            try
            {
                IReadOnlyList<string> names = ClassList.Parse(text, name);
                if (names.Count == result.File.ClassCount)
                {
                    var builder = AtmBuilder.From(result.File);
                    builder.ClassNames = names;
                    string note = $"class names are those of {name} in the file's metadata.";
                    return result with { File = builder.Build(), Notes = [.. result.Notes, note] };
                }
            }
            catch (DataException error)
            {
                return result with
                {
                    Notes = [.. result.Notes, $"labels in the file's metadata not used: {error.Message}"],
                };
            }
        }
        return result;
    }

    private static List<(string Name, string Text)> Texts(byte[] bytes)
    {
        var texts = new List<(string, string)>();
        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                if (entry.Length <= MaxBytes && entry.Name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
                {
                    using var reader = new StreamReader(entry.Open());
                    texts.Add((entry.Name, reader.ReadToEnd()));
                }
            }
        }
        catch (InvalidDataException)
        {
            // No archive, or a damaged one: the file has no names to offer.
        }
        return texts;
    }
}
