using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Attune.Host.Commands;

/// <summary>What is wrong with a command line, in the words of its commands and options.</summary>
public static class UsageProblems
{
    /// <summary>The problems, one line each; a cause hides what follows from it. None: the line is right.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        Command command = parsed.CommandResult.Command;
        string name = NameOf(parsed.CommandResult);
        if (UnknownCommand(parsed) is { } unknown)
        {
            return [unknown];
        }
        List<string> problems =
        [
            .. UnknownOptions(parsed, command),
            .. command.Options.Select(option => Bad(option, parsed.GetResult(option))).OfType<string>(),
        ];
        if (problems.Count == 0)
        {
            problems.AddRange(Missing(parsed, command, name));
            problems.AddRange(TooMany(parsed, command, name));
        }
        if (problems.Count == 0)
        {
            problems.AddRange(parsed.Errors.Select(error => error.Message.TrimEnd('.')));
        }
        return [.. problems.Select(problem => WithHelp(problem, name))];
    }

    private static string WithHelp(string problem, string name)
    {
        string see = $"see 'attune {(name.Length > 0 ? name + " " : "")}--help'";
        return problem.EndsWith('?') ? $"{problem} ({see})" : $"{problem}; {see}";
    }

    /// <summary>A command with those above it, as it is typed.</summary>
    private static string NameOf(SymbolResult? result) =>
        result is CommandResult { Command: not RootCommand } command
            ? $"{NameOf(command.Parent)} {command.Command.Name}".TrimStart()
            : "";

    private static string Unknown(string kind, string typed, IEnumerable<string> known) =>
        $"there is no {kind} '{typed}'"
        + (Spelling.Nearest(typed, known) is { } near ? $"; did you mean '{near}'?" : "");

    /// <summary>The first word that stands where a command should and is none; what follows may be one again.</summary>
    private static string? UnknownCommand(ParseResult parsed)
    {
        Command command = parsed.RootCommandResult.Command;
        string name = "";
        foreach (Token token in parsed.Tokens)
        {
            if (command.Subcommands.Count == 0 || IsOption(token.Value))
            {
                return null;
            }
            if (command.Subcommands.FirstOrDefault(one => one.Name == token.Value) is not { } next)
            {
                return WithHelp(Unknown("command", token.Value, command.Subcommands.Select(one => one.Name)), name);
            }
            command = next;
            name = $"{name} {next.Name}".TrimStart();
        }
        return null;
    }

    private static bool IsOption(string word) =>
        word is ['-', '-', ..] or ['-', (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ..];

    /// <summary>Words like options that were taken for arguments: a mistyped option must not become a file name.</summary>
    private static IEnumerable<string> UnknownOptions(ParseResult parsed, Command command)
    {
        string[] known = [.. command.Options.SelectMany(option => (string[])[option.Name, .. option.Aliases])];
        return parsed
            .Tokens.Where(token => token.Type == TokenType.Argument && IsOption(token.Value))
            .Select(token => Unknown("option", token.Value.Split('=')[0], known));
    }

    /// <summary>What is wrong with an option's values, or null.</summary>
    private static string? Bad(Option option, OptionResult? result)
    {
        if (result is null || result.Implicit)
        {
            return null;
        }
        string[] values = [.. result.Tokens.Select(token => token.Value)];
        if (values.Length < option.Arity.MinimumNumberOfValues)
        {
            return $"{option.Name}: its value is missing: {option.Description}";
        }
        if (values.Length > option.Arity.MaximumNumberOfValues)
        {
            return $"{option.Name}: is given {values.Length} values ({string.Join(", ", values)}); give one";
        }
        return values.FirstOrDefault(value => !Takes(option.ValueType, value)) is { } wrong
            ? $"{option.Name} {wrong}: takes {Kind(option.ValueType)}"
            : null;
    }

    private static bool Takes(Type type, string value)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var one when one == typeof(bool) => bool.TryParse(value, out _),
            var one when one == typeof(int) => int.TryParse(value, NumberStyles.Integer, culture, out _),
            var one when one == typeof(uint) => uint.TryParse(value, NumberStyles.Integer, culture, out _),
            var one when one == typeof(long) => long.TryParse(value, NumberStyles.Integer, culture, out _),
            var one when one == typeof(ulong) => ulong.TryParse(value, NumberStyles.Integer, culture, out _),
            var one when one == typeof(double) => double.TryParse(value, NumberStyles.Float, culture, out double number)
                && double.IsFinite(number),
            _ => true,
        };
    }

    private static string Kind(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var one when one == typeof(bool) => "no value, or true or false",
            var one when one == typeof(double) => "a number",
            var one when one == typeof(uint) => $"a whole number 0..{uint.MaxValue}",
            var one when one == typeof(ulong) => $"a whole number 0..{ulong.MaxValue}",
            var one when one == typeof(long) => $"a whole number up to {long.MaxValue}",
            _ => $"a whole number up to {int.MaxValue}",
        };

    private static IEnumerable<string> Missing(ParseResult parsed, Command command, string name)
    {
        if (command.Subcommands.Count > 0 && parsed.Errors.Count > 0)
        {
            string[] known = [.. command.Subcommands.Select(one => one.Name)];
            return [$"{name}: a command is missing: {string.Join(", ", known)}".TrimStart(' ', ':')];
        }
        IEnumerable<string> arguments = command
            .Arguments.Where(argument =>
                argument.Arity.MinimumNumberOfValues > (parsed.GetResult(argument)?.Tokens.Count ?? 0)
            )
            .Select(argument => $"{name}: {argument.Name} is missing: {argument.Description}");
        IEnumerable<string> options = command
            .Options.Where(option => option.Required && parsed.GetResult(option) is not { Implicit: false })
            .Select(option => $"{name}: {option.Name} is missing: {option.Description}");
        return arguments.Concat(options);
    }

    private static IEnumerable<string> TooMany(ParseResult parsed, Command command, string name)
    {
        string[] names = [.. command.Arguments.Select(argument => argument.Name)];
        string takes = names.Length == 0 ? "nothing without an option" : string.Join(" ", names);
        return parsed.UnmatchedTokens.Select(word => $"{name}: '{word}' is one too many; it takes {takes} and options");
    }
}
