using System.Text.Json;
using Attune.Host.Data;
using Attune.Host.Shell;

namespace Attune.Host.Reports;

/// <summary>
/// Reads result files: JSONL, an object a line, blank lines between them allowed. Keys that <see cref="ResultLine"/> does not
/// know are ignored.
/// </summary>
public static class ResultFile
{
    /// <summary>All lines of some files; a line that is in them twice, to the last character, counts once.</summary>
    /// <exception cref="DataException">A file cannot be read, or a line is wrong: names file, line and key.</exception>
    public static IReadOnlyList<ResultLine> Read(IEnumerable<string> paths)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var lines = new List<ResultLine>();
        foreach (string path in paths)
        {
            string[] texts = Texts(path);
            for (int index = 0; index < texts.Length; index++)
            {
                string text = texts[index].Trim();
                if (text.Length > 0 && seen.Add(text))
                {
                    lines.Add(new Parser($"{path}, line {index + 1}").Parse(text));
                }
            }
        }
        return lines;
    }

    private static string[] Texts(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({FileReason.Of(error)}).", error);
        }
    }

    /// <summary>Reads one line.</summary>
    /// <param name="place">File and line, for messages.</param>
    private sealed class Parser(string place)
    {
        public ResultLine Parse(string text)
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                return document.RootElement.ValueKind == JsonValueKind.Object
                    ? Parse(document.RootElement)
                    : throw Bad("is no JSON object");
            }
            catch (JsonException error)
            {
                throw Bad($"is no JSON, from its character {error.BytePositionInLine + 1} on");
            }
        }

        private ResultLine Parse(JsonElement line)
        {
            string table = Text(line, "table");
            return new ResultLine(table.Length > 0 ? table : throw Bad("has no \"table\""))
            {
                Corruption = Text(line, "corruption"),
                Severity = Integer(line, "severity", 0, 5),
                Method = Text(line, "method"),
                Variant = Text(line, "variant"),
                Seed = (long?)Number(line, "seed", 0, uint.MaxValue),
                Accuracy = Number(line, "accuracy", 0, 1),
                Forwards = Number(line, "forwards", 0),
                Limit = Number(line, "limit", 0),
                Macs = Number(line, "macs", 0),
                Peak = Number(line, "peak", 0),
                Planned = Number(line, "planned", 0),
                Budget = Number(line, "budget", 1),
                Seconds = Number(line, "seconds", 0),
                Samples = Integer(line, "samples", 0, int.MaxValue),
                Split = Text(line, "split"),
                Layer = Integer(line, "layer", 0, int.MaxValue),
                Cosine = Number(line, "cosine", -1.0001, 1.0001),
                Points = Points(line),
                Values = Values(line),
                Git = Text(line, "git"),
                Command = Text(line, "command"),
            };
        }

        private string Text(JsonElement line, string key) =>
            !line.TryGetProperty(key, out JsonElement value) ? ""
            : value.ValueKind == JsonValueKind.String ? value.GetString()!
            : value.ValueKind == JsonValueKind.Number ? value.GetRawText()
            : value.ValueKind == JsonValueKind.Null ? ""
            : throw Bad($"\"{key}\" is no text");

        private double? Number(JsonElement line, string key, double least, double most = double.MaxValue)
        {
            if (!line.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                return null;
            }
            string range = most == double.MaxValue ? $"of {least} or more" : $"in {least}..{most}";
            return
                value.ValueKind == JsonValueKind.Number
                && value.GetDouble() is var number
                && number >= least
                && number <= most
                ? number
                : throw Bad($"\"{key}\" is {value.GetRawText()}, not a number {range}");
        }

        private int? Integer(JsonElement line, string key, int least, int most) =>
            Number(line, key, least, most) is not { } number ? null
            : number == Math.Floor(number) ? (int)number
            : throw Bad($"\"{key}\" is {number}, not a whole number");

        private List<(double, double)> Points(JsonElement line)
        {
            var points = new List<(double, double)>();
            if (!line.TryGetProperty("points", out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                return points;
            }
            bool good = value.ValueKind == JsonValueKind.Array;
            foreach (JsonElement pair in good ? value.EnumerateArray() : default)
            {
                good =
                    pair.ValueKind == JsonValueKind.Array
                    && pair.GetArrayLength() == 2
                    && pair.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Number);
                if (!good)
                {
                    break;
                }
                points.Add((pair[0].GetDouble(), pair[1].GetDouble()));
            }
            return good ? points : throw Bad("\"points\" is no array of pairs of numbers");
        }

        private Dictionary<string, double> Values(JsonElement line)
        {
            if (!line.TryGetProperty("values", out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                return [];
            }
            return
                value.ValueKind == JsonValueKind.Object
                && value.EnumerateObject().All(one => one.Value.ValueKind == JsonValueKind.Number)
                ? value
                    .EnumerateObject()
                    .DistinctBy(one => one.Name)
                    .ToDictionary(one => one.Name, one => one.Value.GetDouble())
                : throw Bad("\"values\" is no object of numbers");
        }

        private DataException Bad(string reason) =>
            new($"{place}: {reason}; mend or delete the line, or measure it again with 'attune bench'.");
    }
}
