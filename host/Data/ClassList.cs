using System.Text;

namespace Attune.Host.Data;

/// <summary>The names of classes, in the order of a network's outputs, as a user gives them.</summary>
public static class ClassList
{
    private const int MaxBytes = 1 << 22;
    private const int MaxNameBytes = 256;

    /// <summary>Reads names from a file with one on each line, or from a list a,b,c.</summary>
    /// <param name="text">Path of a text file (UTF-8, or UTF-16 with a byte order mark), or names with commas.</param>
    /// <exception cref="DataException">There is no such file, or a name is empty, too long or there twice.</exception>
    public static IReadOnlyList<string> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (File.Exists(text) || !text.Contains(','))
        {
            return Parse(Decode(DataFile.ReadAll(text, MaxBytes), text), text);
        }
        return Check([.. text.Split(',').Select(name => name.Trim())], "--classes", "name");
    }

    /// <summary>Reads names from a text with one on each line; blank lines at the end do not count.</summary>
    /// <param name="text">The text. Where every line begins with its number, from 0, the numbers are left out.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="DataException">There is no name, or one is empty, too long or there twice.</exception>
    public static IReadOnlyList<string> Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] lines = [.. text.TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())];
        bool numbered =
            lines.Length > 1 && lines.Select((line, place) => Rest(line, place).Length > 0).All(good => good);
        return Check(numbered ? [.. lines.Select(Rest)] : lines, source, "line");
    }

    /// <summary>The rest of a line such as "3 tulip"; empty if it is no such line.</summary>
    private static string Rest(string line, int number)
    {
        string start = $"{number} ";
        return line.StartsWith(start, StringComparison.Ordinal) ? line[start.Length..].Trim() : "";
    }

    private static string Decode(byte[] bytes, string path)
    {
        if (LfsPointer.Is(bytes))
        {
            throw new DataException($"{path}: this is a Git LFS pointer, not the file; run 'git lfs pull'.");
        }
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false, true), true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException error)
        {
            throw new DataException(
                $"{path}: is no UTF-8 text; give a text file with one class name on each line.",
                error
            );
        }
    }

    private static string[] Check(string[] names, string source, string place)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            string at = $"{source}, {place} {i + 1}";
            if (names[i].Length == 0)
            {
                throw new DataException($"{at}: the class name is empty; give one name for each class.");
            }
            if (Encoding.UTF8.GetByteCount(names[i]) > MaxNameBytes || names[i].Any(char.IsControl))
            {
                throw new DataException(
                    $"{at}: this is no class name; give names of at most {MaxNameBytes} bytes without control characters."
                );
            }
            if (!seen.TryAdd(names[i], i))
            {
                throw new DataException(
                    $"{at}: \"{names[i]}\" is there already ({place} {seen[names[i]] + 1}); give each class a name of its own."
                );
            }
        }
        return names;
    }
}
