using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Attune.Host.Shell;

/// <summary>Where output goes: results to standard output, progress and remarks to standard error.</summary>
public static class Terminal
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Console on standard output; wide where no terminal sets its width.</summary>
    public static IAnsiConsole Output => Widen(AnsiConsole.Create(new AnsiConsoleSettings()));

    /// <summary>Console on standard error.</summary>
    public static IAnsiConsole Errors =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private static IAnsiConsole Widen(IAnsiConsole console)
    {
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = 160;
        }
        return console;
    }

    /// <summary>Prints one JSON object (or array) to standard output; property names in camel case.</summary>
    public static void Json(object result) => Console.Out.WriteLine(JsonSerializer.Serialize(result, JsonOptions));

    /// <summary>A remark for people, on standard error.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);
}
