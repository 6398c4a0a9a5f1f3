using System.CommandLine;
using Attune.Host.Boards;
using Attune.Host.Import;
using Attune.Host.Reports;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Host.Commands;

/// <summary><c>attune plan MODEL --board B --method M</c>: does it fit, and what does it cost.</summary>
public static class PlanCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ".atm or .tflite file" };
        var json = new Option<bool>("--json") { Description = "machine-readable result on standard output" };
        var details = new Option<bool>("--details") { Description = "itemise the arena of every stage" };
        var samples = Number("--samples", "samples to adapt to, for time and energy", 100, 1);
        var heldOut = Number("--held-out", "held-out samples, for time and energy; 0: none", 100, 0);
        var current = new Option<double?>("--current")
        {
            Description = "supply current of the board while it computes, milliamperes, for energy",
        };
        current.Validators.Add(result =>
        {
            if (result.GetValue(current) is { } value && !(value > 0 && double.IsFinite(value)))
            {
                result.AddError("--current takes milliamperes above 0");
            }
        });
        var command = new Command("plan", "Shows whether a job fits a board, and its time and energy")
        {
            model,
            samples,
            heldOut,
            current,
            details,
            json,
        };
        var options = new JobOptions(command);
        command.SetAction(parsed =>
        {
            Board board = options.BoardOf(parsed);
            board = board with { Milliamperes = parsed.GetValue(current) ?? board.Milliamperes };
            byte[] bytes = ModelLoader.Load(parsed.GetValue(model)!).Bytes;
            using var arena = new Arena(16);
            arena.LoadModel(bytes);
            var view = new QuantizedModel(arena);
            var forecast = new JobForecast(view, arena, parsed.GetValue(samples), parsed.GetValue(heldOut));
            PlanReport report = OptionWords.Speak(() => Report(options, parsed, board, forecast, bytes.Length));
            if (parsed.GetValue(json))
            {
                report.WriteJson();
            }
            else
            {
                report.WriteText(parsed.GetValue(details));
            }
            if (!report.FlashFits)
            {
                Terminal.Note(
                    $"attune: the model has {bytes.Length:N0} bytes, {board.Name} has {board.FlashBytes:N0} bytes of flash"
                );
            }
            if (!report.Fits)
            {
                AdviceText.WriteOptions(view, arena, report.Asked.Job, evaluates: true);
            }
            return report.Fits ? ExitCode.Done : ExitCode.DoesNotFit;
        });
        return command;
    }

    /// <summary>The job that the options describe, and the same with every other method.</summary>
    private static PlanReport Report(
        JobOptions options,
        ParseResult parsed,
        Board board,
        JobForecast forecast,
        int modelBytes
    )
    {
        TrainingJob job = options.Job(parsed);
        if (job.Automatic)
        {
            JobPrice[] ways = forecast.Ways(job);
            int chosen = AutomaticChoice.WayOf(forecast.Model, forecast.Arena, job, true);
            return ways[chosen].Problem is { } problem
                ? throw new JobException(problem)
                : new PlanReport(board, ways[chosen], ways, modelBytes, forecast);
        }
        JobPrice asked = OptionWords.Speak(() =>
        {
            JobCheck.Check(job, forecast.Model);
            return forecast.Of(job);
        });
        JobPrice[] all =
        [
            .. MethodNames(job)
                .Select(name => name == job.MethodName ? asked : Spoken(forecast.Try(options.Job(parsed, name)))),
        ];
        return new PlanReport(board, asked, all, modelBytes, forecast);
    }

    private static JobPrice Spoken(JobPrice price) =>
        price.Problem is { } problem ? price with { Problem = OptionWords.Of(problem) } : price;

    /// <summary>The methods that a job can name, the job's own first.</summary>
    private static IEnumerable<string> MethodNames(TrainingJob job) =>
        Enumerable
            .Range(0, TrainingMethods.Count)
            .Select(number => TrainingMethods.At(number).Name)
            .SelectMany(name => (string[])[name, "align+" + name])
            .Prepend("align")
            .OrderBy(name => name == job.MethodName ? 0 : 1);

    private static Option<int> Number(string name, string description, int usual, int least)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (
                result.Errors.Any()
                || result.GetValue(option) is >= 0 and var value && value >= least && value <= 1 << 24
            )
            {
                return;
            }
            result.AddError($"{name} takes {least}..{1 << 24}");
        });
        return option;
    }
}
