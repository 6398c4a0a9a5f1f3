using System.CommandLine;
using System.CommandLine.Parsing;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Reports;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Host.Commands;

/// <summary>Runs a command line: usage errors, one line for bad input, exit codes.</summary>
public static class CommandRunner
{
    /// <summary>All commands.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand(
            "Attune adapts a deployed INT8 network to the place it is deployed in, with forward passes only."
        );
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(ImportCommand.Create());
        root.Subcommands.Add(InspectCommand.Create());
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(DataCommand.Create());
        root.Subcommands.Add(PackCommand.Create());
        root.Subcommands.Add(PlanCommand.Create());
        root.Subcommands.Add(CardCommand.Create());
        root.Subcommands.Add(TrainCommand.Create());
        root.Subcommands.Add(FeedCommand.Create());
        root.Subcommands.Add(EvalCommand.Create());
        root.Subcommands.Add(BenchCommand.Create());
        root.Subcommands.Add(ReportCommand.Create());
        return root;
    }

    /// <summary>Runs one command line and returns its exit code.</summary>
    public static int Run(string[] arguments)
    {
        ParseResult parsed = Build().Parse(arguments);
        if (BoardOption.List(parsed))
        {
            return ExitCode.Done;
        }
        List<string> problems = [.. parsed.Errors.Select(error => error.Message), .. UnknownOptions(parsed)];
        if (problems.Count > 0)
        {
            foreach (string problem in problems)
            {
                Console.Error.WriteLine($"attune: {problem}");
            }
            Console.Error.WriteLine("attune: see 'attune --help' or 'attune COMMAND --help'");
            return ExitCode.Usage;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (PlanException error)
        {
            Console.Error.WriteLine($"attune: {error.Message}");
            PlanTable.Write(Terminal.Errors, error.Plan, error.Limit);
            return ExitCode.DoesNotFit;
        }
        catch (UsageException error)
        {
            return Fail(error, ExitCode.Usage);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception error)
            when (error
                    is ModelException
                        or StorageException
                        or JobException
                        or KernelException
                        or ImportException
                        or DataException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            return Fail(error, CardFault.Of(error) == CardFault.TooLarge ? ExitCode.DoesNotFit : ExitCode.BadInput);
        }
    }

    /// <summary>Words like options that were taken for arguments: a mistyped option must not become a file name.</summary>
    private static IEnumerable<string> UnknownOptions(ParseResult parsed) =>
        parsed
            .Tokens.Where(token =>
                token.Type == TokenType.Argument
                && token.Value is ['-', '-', ..] or ['-', (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ..]
            )
            .Select(token => $"there is no option '{token.Value}'");

    private static int Fail(Exception error, int code)
    {
        Console.Error.WriteLine($"attune: {error.Message.ReplaceLineEndings(" ")}");
        return code;
    }
}
