using System.Text;
using Attune.Host.Data;

namespace Attune.Host.Bench.Document;

/// <summary>
/// Passages of a Markdown document that programs write: what stands between the lines <c>&lt;!-- KIND NAME --&gt;</c> and
/// <c>&lt;!-- /KIND NAME --&gt;</c>.
/// </summary>
public static class MarkedText
{
    /// <summary>Rewrites the passages of a kind.</summary>
    /// <param name="text">The document.</param>
    /// <param name="kind">First word of the marks.</param>
    /// <param name="path">Where the document is, for the message.</param>
    /// <param name="render">Makes the passage of a name, lines with their ends; null: it stays as it is. Throws
    /// <see cref="KeyNotFoundException"/> for a name that it does not know.</param>
    /// <exception cref="DataException">A mark is unknown or not closed; names path and mark.</exception>
    public static string Rewrite(string text, string kind, string path, Func<string, string?> render)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(render);
        string begin = $"<!-- {kind} ";
        for (int at = 0; (at = text.IndexOf(begin, at, StringComparison.Ordinal)) >= 0; )
        {
            int start = text.IndexOf("-->", at, StringComparison.Ordinal) + 3;
            string name = start < 3 ? "" : text[(at + begin.Length)..(start - 3)].Trim();
            string? made = Render(name);
            string mark = $"<!-- /{kind} {name} -->";
            int end = start < 3 ? -1 : text.IndexOf(mark, start, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new DataException($"{path}: '<!-- {kind} {name} -->' has no '{mark}'");
            }
            text = made is null ? text : $"{text[..start]}\n{made}{text[end..]}";
            at = text.IndexOf(mark, start, StringComparison.Ordinal);
        }
        return text;

        string? Render(string name)
        {
            try
            {
                return render(name);
            }
            catch (KeyNotFoundException error)
            {
                throw new DataException($"{path}: there is no '{kind} {name}' to generate; {error.Message}");
            }
        }
    }

    /// <summary>The document without its marked passages, for checks of what people wrote.</summary>
    public static string Remove(string text, params string[] kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        foreach (string kind in kinds)
        {
            text = Rewrite(text, kind, "", _ => "");
        }
        return text;
    }

    /// <summary>Rewrites the passages of a kind in a file.</summary>
    public static void Update(string path, string kind, Func<string, string?> render)
    {
        string text = Rewrite(File.ReadAllText(path), kind, path, render);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}
