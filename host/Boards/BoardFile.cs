using System.Globalization;
using System.Text;
using Attune.Host.Data;
using Attune.Host.Shell;

namespace Attune.Host.Boards;

/// <summary>A board of one's own from a small file (docs/FORMATS.md, Board file): lines <c>key = value</c>.</summary>
public static class BoardFile
{
    /// <summary>Ending by which a name on the command line is known as a file.</summary>
    public const string Extension = ".board";

    private const int LargestFile = 65536;
    private const int LongestName = 64;

    private static readonly (string Key, bool Required, double Least, double Most, string Takes)[] Numbers =
    [
        ("arena", true, 1024, 1 << 30, "whole bytes, 1024 to 1073741824"),
        ("flash", true, 1, int.MaxValue, "whole bytes, 1 to 2147483647"),
        ("clock", true, 1, 10000, "whole MHz, 1 to 10000"),
        ("current", false, 0.001, 100000, "milliamperes, 0.001 to 100000"),
        ("voltage", false, 0.1, 1000, "volts, 0.1 to 1000"),
    ];

    private static string[] Keys => ["name", .. Numbers.Select(number => number.Key)];

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">Names the file, the line, what is wrong and what is expected.</exception>
    public static Board Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new DataException(
                $"{path}: there is no such board file; 'attune plan --board list' lists the profiles"
            );
        }
        if (new FileInfo(path).Length > LargestFile)
        {
            throw new DataException($"{path}: larger than {LargestFile:N0} bytes, so it is no board file");
        }
        return Parse(File.ReadAllText(path, Encoding.UTF8), path);
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">Its lines.</param>
    /// <param name="path">Its path, for messages.</param>
    public static Board Parse(string text, string path)
    {
        var found = new Dictionary<string, string>();
        var values = new Dictionary<string, double>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Split('#')[0].Trim();
            if (line.Length == 0)
            {
                continue;
            }
            string where = $"{path}: line {i + 1}: ";
            var (key, value) = Split(line, where);
            if (!found.TryAdd(key, value))
            {
                throw new DataException($"{where}'{key}' stands there twice; remove one");
            }
            if (key == "name")
            {
                CheckName(value, where);
                continue;
            }
            values[key] = Number(key, value, where);
        }
        string[] missing =
        [
            .. Numbers.Where(number => number.Required).Select(number => number.Key).Prepend("name").Except(found.Keys),
        ];
        if (missing.Length > 0)
        {
            throw new DataException(
                $"{path}: has no line '{missing[0]} = ...'; needed are name, arena, flash and clock"
            );
        }
        return new Board(found["name"], (int)values["arena"], (int)values["flash"], (int)values["clock"], path)
        {
            Milliamperes = values.TryGetValue("current", out double current) ? current : null,
            Volts = values.GetValueOrDefault("voltage", Board.UsualVolts),
        };
    }

    private static (string Key, string Value) Split(string line, string where)
    {
        int equals = line.IndexOf('=');
        if (equals <= 0)
        {
            throw new DataException($"{where}expected 'key = value'");
        }
        string key = line[..equals].Trim().ToLowerInvariant();
        if (!Keys.Contains(key))
        {
            string nearest = EditDistance.Nearest(key, Keys);
            throw new DataException($"{where}there is no key '{key}'; did you mean {nearest}? There are {List(Keys)}");
        }
        return (key, line[(equals + 1)..].Trim());
    }

    private static void CheckName(string name, string where)
    {
        bool good =
            name.Length is > 0 and <= LongestName
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
        if (!good || name.Equals("list", StringComparison.OrdinalIgnoreCase) || Board.Find(name) is not null)
        {
            throw new DataException(
                $"{where}name = '{name}': takes 1 to {LongestName} letters, digits, '-', '_' and '.', and no name that a profile has"
            );
        }
    }

    private static double Number(string key, string value, string where)
    {
        var (_, _, least, most, takes) = Numbers.Single(number => number.Key == key);
        NumberStyles style = takes.StartsWith("whole", StringComparison.Ordinal)
            ? NumberStyles.None
            : NumberStyles.AllowDecimalPoint;
        return
            double.TryParse(value, style, CultureInfo.InvariantCulture, out double number)
            && number >= least
            && number <= most
            ? number
            : throw new DataException($"{where}{key} = '{value}': takes {takes}");
    }

    private static string List(string[] names) => string.Join(", ", names[..^1]) + " and " + names[^1];
}
