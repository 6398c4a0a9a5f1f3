using System.CommandLine;
using Attune.Host.Data;
using Attune.Host.Reports;
using Attune.Host.Running;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary><c>attune report</c>: one self-contained HTML file about results or about a card folder.</summary>
public static class ReportCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var sources = new Argument<string[]>("SOURCE")
        {
            Description = "result files of 'attune bench' (.jsonl), or one card folder after 'attune train'",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "HTML file to write",
            DefaultValueFactory = _ => "report.html",
        };
        var test = new Option<string?>("--test")
        {
            Description = "card folder: samples (.ats) to measure on instead of its validation samples",
        };
        var classes = new Option<string?>("--classes")
        {
            Description = "card folder: text file with the name of a class on each line, in the order of the labels",
        };
        var threads = ThreadsOption.Create();
        var json = new Option<bool>("--json") { Description = "machine-readable result on standard output" };
        var command = new Command("report", "Writes what was gained, what it cost and whether it fits as one HTML file")
        {
            sources,
            output,
            test,
            classes,
            threads,
            json,
        };
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(sources)!;
            bool card = paths.Any(Directory.Exists);
            if (card && paths.Length > 1)
            {
                throw new UsageException("report takes result files, or one card folder");
            }
            if (!card && (parsed.GetValue(test) ?? parsed.GetValue(classes)) is not null)
            {
                throw new UsageException("--test and --classes go with a card folder, not with result files");
            }
            ReportPage page = card
                ? new CardReport(CardFolder.Find(paths[0]), parsed.GetValue(test), ThreadsOption.Of(parsed, threads))
                {
                    Classes = parsed.GetValue(classes) is { } names ? ReadNames(names) : [],
                }.Build()
                : Results(paths);
            string path = parsed.GetValue(output)!;
            var (bytes, charts) = ReportWriter.Write(path, page);
            if (parsed.GetValue(json))
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
        });
        return command;
    }

    private static ReportPage Results(string[] paths)
    {
        var lines = ResultFile.Read(paths);
        return lines.Count > 0
            ? ResultsReport.Build(lines, paths)
            : throw new DataException($"{string.Join(", ", paths)}: no results; measure some with 'attune bench'.");
    }

    private static string[] ReadNames(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(line => line.Trim())];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({error.Message.TrimEnd('.')}).", error);
        }
    }
}
