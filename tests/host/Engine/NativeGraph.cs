using System.Text.RegularExpressions;

namespace Attune.Tests.Engine;

/// <summary>
/// What needs what in C sources. A unit is a source file with the header of its name, such as core/record; it needs the units
/// that it includes and those whose functions or constants it uses.
/// </summary>
internal sealed partial class NativeGraph
{
    private readonly SortedDictionary<string, SortedSet<string>> needs = new(StringComparer.Ordinal);

    /// <param name="sources">
    /// Text by path, with '/' between folders. Includes are looked up beside the file, from the top, and in include.
    /// </param>
    public NativeGraph(IReadOnlyDictionary<string, string> sources)
    {
        var texts = sources.ToDictionary(pair => pair.Key, pair => Comments().Replace(pair.Value, " "));
        var definers = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach ((string path, string text) in texts)
        {
            needs[Unit(path)] = needs.GetValueOrDefault(Unit(path)) ?? [];
            string defining = path.EndsWith(".c", StringComparison.Ordinal) ? text : "";
            foreach (Match match in Definition().Matches(defining))
            {
                string name = match.Groups[1].Value;
                definers[name] = definers.GetValueOrDefault(name) ?? [];
                definers[name].Add(Unit(path));
            }
        }
        foreach ((string path, string text) in texts)
        {
            foreach (Match match in Include().Matches(text))
            {
                Add(path, Unit(Resolve(texts, path, match.Groups[1].Value)));
            }
            string used = path.EndsWith(".h", StringComparison.Ordinal) ? Prototype().Replace(text, "") : text;
            foreach (string name in Identifier().Matches(used).Select(match => match.Value).Distinct())
            {
                SortedSet<string> alternatives = definers.GetValueOrDefault(name) ?? [];
                foreach (string definer in alternatives.Contains(Unit(path)) ? [] : alternatives)
                {
                    Add(path, definer);
                }
            }
        }
    }

    /// <summary>Each unit with what it needs.</summary>
    public IEnumerable<(string Unit, string Needed)> Arrows =>
        needs.SelectMany(pair => pair.Value.Select(needed => (pair.Key, needed)));

    /// <summary>"a -> b -> a", or "" where nothing goes round in a circle.</summary>
    public string Circle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (string unit in needs.Keys)
        {
            if (Circle(unit, [], done) is { } circle)
            {
                return circle;
            }
        }
        return "";
    }

    /// <summary>The folder of a unit.</summary>
    public static string Folder(string unit) => unit.Contains('/') ? unit[..unit.LastIndexOf('/')] : "";

    private string? Circle(string unit, List<string> path, HashSet<string> done)
    {
        if (path.Contains(unit))
        {
            return string.Join(" -> ", path[path.IndexOf(unit)..].Append(unit));
        }
        if (done.Contains(unit))
        {
            return null;
        }
        path.Add(unit);
        string? circle = needs[unit]
            .Select(needed => Circle(needed, path, done))
            .FirstOrDefault(found => found != null);
        path.RemoveAt(path.Count - 1);
        done.Add(unit);
        return circle;
    }

    private void Add(string path, string needed)
    {
        if (needed != Unit(path))
        {
            needs[Unit(path)].Add(needed);
        }
    }

    private static string Unit(string path) => path[..path.LastIndexOf('.')];

    private static string Resolve(Dictionary<string, string> texts, string path, string include)
    {
        var parts = new List<string>(Folder(path).Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (string part in include.Split('/'))
        {
            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }
        string beside = string.Join('/', parts);
        return texts.ContainsKey(beside) ? beside
            : texts.ContainsKey(include) ? include
            : texts.ContainsKey("include/" + include) ? "include/" + include
            : throw new InvalidDataException($"{path}: there is no {include}");
    }

    [GeneratedRegex(@"/\*.*?\*/|//[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^#include ""([^""]+)""", RegexOptions.Multiline)]
    private static partial Regex Include();

    /// <summary>A function or a constant that other files can use: at the beginning of a line, not static.</summary>
    [GeneratedRegex(
        @"^(?!static|typedef|extern|enum|struct|[A-Z]+_INLINE)[A-Za-z_][\w \*\(\)]*?\b(\w+)(?:\([^;{}]*\)|(?:\[\d*\])? =) ?\{",
        RegexOptions.Multiline
    )]
    private static partial Regex Definition();

    [GeneratedRegex(@"^(?!static|typedef)[A-Za-z_][\w \*]*\([^;{}]*\)[^;{}]*;", RegexOptions.Multiline)]
    private static partial Regex Prototype();

    [GeneratedRegex(@"\b[a-z]\w*\b")]
    private static partial Regex Identifier();
}
