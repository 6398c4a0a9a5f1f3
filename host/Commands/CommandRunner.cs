using System.CommandLine;
using System.CommandLine.Help;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Reports;
using Attune.Host.Running;
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
            "Attune adapts a deployed INT8 network to the place it is deployed in, in integer arithmetic."
        );
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(ImportCommand.Create());
        root.Subcommands.Add(NewCommand.Create());
        root.Subcommands.Add(InspectCommand.Create());
        root.Subcommands.Add(RunCommand.Create());
        root.Subcommands.Add(ClassifyCommand.Create());
        root.Subcommands.Add(DataCommand.Create());
        root.Subcommands.Add(PackCommand.Create());
        root.Subcommands.Add(PlanCommand.Create());
        root.Subcommands.Add(CardCommand.Create());
        root.Subcommands.Add(TrainCommand.Create());
        root.Subcommands.Add(FeedCommand.Create());
        root.Subcommands.Add(EvalCommand.Create());
        root.Subcommands.Add(ReferenceCommand.Create());
        root.Subcommands.Add(BenchCommand.Create());
        root.Subcommands.Add(ReportCommand.Create());
        return root;
    }

    /// <summary>Runs one command line and returns its exit code.</summary>
    public static int Run(string[] arguments)
    {
        RootCommand root = Build();
        if (arguments.Length == 0)
        {
            root.Parse(["--help"]).Invoke();
            return ExitCode.Usage;
        }
        ParseResult parsed = root.Parse(arguments);
        if (BoardOption.List(parsed))
        {
            return ExitCode.Done;
        }
        // Help is given whatever else the line lacks.
        IReadOnlyList<string> problems = parsed.Action is HelpAction ? [] : UsageProblems.Of(parsed);
        if (problems.Count > 0)
        {
            foreach (string problem in problems)
            {
                Console.Error.WriteLine($"attune: {problem}");
            }
            return ExitCode.Usage;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (PlanException error)
        {
            Show(error);
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
                        or CardException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            return Fail(error, CardFault.Of(error) == CardFault.TooLarge ? ExitCode.DoesNotFit : ExitCode.BadInput);
        }
    }

    /// <summary>Says that a plan does not fit, with its parts.</summary>
    public static void Show(PlanException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        Console.Error.WriteLine($"attune: {error.Message}");
        PlanTable.Write(Terminal.Errors, error.Plan, error.Limit);
    }

    private static int Fail(Exception error, int code)
    {
        string line = error is IOException or UnauthorizedAccessException ? FileReason.Line(error) : error.Message;
        Console.Error.WriteLine($"attune: {line.ReplaceLineEndings(" ")}");
        return code;
    }
}
