using System.CommandLine;
using Attune.Host.Data;
using Attune.Host.Reports;
using Attune.Host.Running;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary><c>attune report</c>: one self-contained HTML file about results or about a card folder.</summary>
public static class ReportCommand
{
    private static readonly Argument<string[]> Sources = new("SOURCE")
    {
        Description = "result files of 'attune bench' (.jsonl), or one card folder after 'attune train'",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "HTML file to write",
        DefaultValueFactory = _ => "report.html",
    };
    private static readonly Option<string?> Test = new("--test")
    {
        Description = "card folder: samples (.ats) to measure on instead of its validation samples",
    };
    private static readonly Option<string?> Classes = new("--classes")
    {
        Description =
            "card folder: names of the classes, in the order of the labels: a text file with one on each line, or a,b,c",
    };
    private static readonly Option<int> ThreadCount = ThreadsOption.Create();
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "machine-readable result on standard output",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("report", "Writes what was gained, what it cost and whether it fits as one HTML file")
        {
            Sources,
            Output,
            Test,
            Classes,
            ThreadCount,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] paths = parsed.GetValue(Sources)!;
        bool card = paths.Any(Directory.Exists);
        if (card && paths.Length > 1)
        {
            throw new UsageException("report takes result files, or one card folder");
        }
        if (paths.FirstOrDefault(path => !Path.Exists(path)) is { } missing)
        {
            throw new DataException(
                $"{missing}: there is no such file or folder; give result files (.jsonl) or a card folder"
            );
        }
        if (!card && (parsed.GetValue(Test) ?? parsed.GetValue(Classes)) is not null)
        {
            throw new UsageException("--test and --classes go with a card folder, not with result files");
        }
        ReportPage page = card ? Card(parsed, paths[0]) : Results(paths);
        string path = parsed.GetValue(Output)!;
        var (bytes, charts) = ReportWriter.Write(path, page);
        if (parsed.GetValue(Json))
        {
            Terminal.Json(
                new
                {
                    Output = path,
                    Bytes = bytes,
                    Charts = charts,
                }
            );
        }
        else
        {
            Console.WriteLine($"{path}: {charts} charts, {bytes:N0} bytes");
        }
        return ExitCode.Done;
    }

    private static ReportPage Card(ParseResult parsed, string path)
    {
        string folder = CardFolder.Find(path);
        var report = new CardReport(folder, parsed.GetValue(Test), ThreadsOption.Of(parsed, ThreadCount))
        {
            Classes = parsed.GetValue(Classes) is { } names ? ClassList.Read(names) : [],
        };
        foreach (string line in report.LeftOut)
        {
            Terminal.Note($"attune: {folder}: left out: {line}");
        }
        return report.Build();
    }

    private static ReportPage Results(string[] paths)
    {
        var lines = ResultFile.Read(paths);
        return lines.Count > 0
            ? ResultsReport.Build(lines, paths)
            : throw new DataException($"{string.Join(", ", paths)}: no results; measure some with 'attune bench'.");
    }
}
