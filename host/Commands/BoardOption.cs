using System.CommandLine;
using System.CommandLine.Parsing;
using Attune.Host.Boards;
using Attune.Host.Shell;
using Spectre.Console;

namespace Attune.Host.Commands;

/// <summary>The option <c>--board</c>: a profile's name, a board file, or <c>list</c>.</summary>
public static class BoardOption
{
    private const string OptionName = "--board";
    private const string ListWord = "list";

    /// <summary>The option.</summary>
    public static Option<string> Create() =>
        new(OptionName)
        {
            Description =
                $"board profile: {Names}; a file of your own (NAME{BoardFile.Extension}); '{ListWord}' shows the profiles",
            DefaultValueFactory = _ => Board.All[0].Name,
        };

    /// <summary>The board of a name or file.</summary>
    /// <exception cref="UsageException">There is no such profile; names the nearest and all.</exception>
    /// <exception cref="Data.DataException">The file is wrong.</exception>
    public static Board Find(string value)
    {
        bool isPath =
            value.Contains('/', StringComparison.Ordinal)
            || value.Contains('\\', StringComparison.Ordinal)
            || value.EndsWith(BoardFile.Extension, StringComparison.OrdinalIgnoreCase);
        if (isPath)
        {
            return BoardFile.Read(value);
        }
        return Board.Find(value)
            ?? throw new UsageException(
                $"{OptionName} {value}: there is no such profile; did you mean {EditDistance.Nearest(value, Board.All.Select(one => one.Name))}? Known are {Names}; a board of your own is a file NAME{BoardFile.Extension}"
            );
    }

    /// <summary>Shows the profiles if a command line asks for them, whatever else it lacks.</summary>
    /// <returns>Whether it asked.</returns>
    public static bool List(ParseResult parsed)
    {
        string[] words = [.. parsed.Tokens.Select(token => token.Value)];
        int at = Array.IndexOf(words, OptionName);
        if (at < 0 || at + 1 >= words.Length || !words[at + 1].Equals(ListWord, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        if (words.Contains("--json"))
        {
            Terminal.Json(Board.All);
            return true;
        }
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("board");
        foreach (string heading in (string[])["arena", "flash", "clock", "current"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }
        table.AddColumn("");
        foreach (Board board in Board.All)
        {
            table.AddRow(
                board.Name,
                $"{board.ArenaBytes:N0}",
                $"{board.FlashBytes:N0}",
                $"{board.MegaHertz} MHz",
                board.Milliamperes is { } current ? $"{current} mA" : "not known",
                board.Description
            );
        }
        Terminal.Output.Write(table);
        Console.WriteLine($"A board of your own is a file NAME{BoardFile.Extension} (docs/FORMATS.md, Board file).");
        return true;
    }

    private static string Names => string.Join(", ", Board.All.Select(one => one.Name));
}
