using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Model;
using Spectre.Console;

namespace Attune.Host.Commands;

/// <summary><c>attune eval MODEL --data FILE.ats</c>: accuracy, whole and by class, and what is taken for what.</summary>
public static class EvalCommand
{
    /// <summary>With more classes the most frequent mistakes stand in place of the matrix.</summary>
    private const int MostOfMatrix = 12;

    /// <summary>With more classes only the worst are shown.</summary>
    private const int MostRows = 30;

    /// <summary>Mistakes that are shown.</summary>
    private const int MostMistakes = 10;

    /// <summary>With more classes <c>--json</c> has no matrix.</summary>
    private const int MostOfJson = 100;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ".atm or .tflite file" };
        var data = new Option<string>("--data", "-d") { Description = "labelled samples (.ats)", Required = true };
        var threads = ThreadsOption.Create();
        var json = new Option<bool>("--json") { Description = "machine-readable result on standard output" };
        var command = new Command("eval", "Measures a model's accuracy on labelled samples, whole and by class")
        {
            model,
            data,
            threads,
            json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(model)!;
            string samples = parsed.GetValue(data)!;
            AtmFile file = ModelLoader.Load(path);
            var watch = Stopwatch.StartNew();
            Predictions predictions = Predict(file, path, samples, ThreadsOption.Of(parsed, threads));
            var confusion = new Confusion(predictions, ClassLabels.Of(file, samples));
            if (parsed.GetValue(json))
            {
                WriteJson(predictions, confusion, watch.Elapsed.TotalSeconds);
            }
            else
            {
                WriteText(predictions, confusion);
            }
            foreach (string remark in confusion.Remarks)
            {
                Terminal.Note($"attune: {samples}: {remark}");
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static Predictions Predict(AtmFile file, string path, string samples, int threads)
    {
        try
        {
            return AccuracyMeasure.Predict(file.Bytes, samples, threads, "evaluating");
        }
        catch (ModelException error)
        {
            throw new ModelException($"{path}: {error.Message}");
        }
    }

    private static void WriteJson(Predictions predictions, Confusion confusion, double seconds)
    {
        int[] numbers = [.. Enumerable.Range(0, predictions.Classes)];
        Terminal.Json(
            new
            {
                AccuracyBefore = (double)predictions.Correct / confusion.Samples,
                confusion.BalancedAccuracy,
                predictions.AreaUnderCurve,
                confusion.Samples,
                Forwards = confusion.Samples,
                Seconds = Math.Round(seconds, 3),
                confusion.Classes,
                Confusion = predictions.Classes <= MostOfJson
                    ? numbers.Select(label => numbers.Select(said => confusion.Count(label, said)))
                    : null,
                Mistakes = confusion.Mistakes.Take(MostOfJson),
            }
        );
    }

    private static void WriteText(Predictions predictions, Confusion confusion)
    {
        int correct = predictions.Correct;
        string threshold = predictions.Logits is null ? "" : " at threshold 0";
        Console.WriteLine(
            $"accuracy {Percent((double)correct / confusion.Samples)}{threshold} ({correct} of {confusion.Samples}), balanced {Percent(confusion.BalancedAccuracy)}"
        );
        if (predictions.Logits is not null)
        {
            string area = predictions.AreaUnderCurve is { } value
                ? value.ToString("F4", CultureInfo.InvariantCulture)
                : "not defined: the samples are all of one class";
            Console.WriteLine($"area under the curve {area}");
        }
        WriteClasses(confusion);
        if (predictions.Classes <= MostOfMatrix)
        {
            WriteMatrix(confusion);
        }
        else
        {
            WriteMistakes(confusion);
        }
    }

    private static void WriteClasses(Confusion confusion)
    {
        IReadOnlyList<ClassScore> shown = confusion.Classes;
        if (shown.Count > MostRows)
        {
            shown = [.. shown.Where(one => one.Samples > 0).OrderBy(one => one.Accuracy).Take(MostRows)];
            Console.WriteLine($"the {shown.Count} classes with the least accuracy, of {confusion.Classes.Count}:");
        }
        Table table = Numbers("class", ["samples", "correct", "accuracy", "said"]);
        foreach (ClassScore one in shown)
        {
            table.AddRow(
                Markup.Escape(one.Name),
                $"{one.Samples}",
                $"{one.Correct}",
                one.Accuracy is { } accuracy ? Percent(accuracy) : "",
                $"{one.Said}"
            );
        }
        Terminal.Output.Write(table);
    }

    private static void WriteMatrix(Confusion confusion)
    {
        Console.WriteLine("rows: true class; columns: what the model says");
        Table table = Numbers("", confusion.Classes.Select(one => one.Name));
        foreach (ClassScore label in confusion.Classes)
        {
            table.AddRow([
                Markup.Escape(label.Name),
                .. confusion.Classes.Select(said =>
                    confusion.Count(label.Number, said.Number) is var count && count > 0 ? $"{count}" : "."
                ),
            ]);
        }
        Terminal.Output.Write(table);
    }

    private static void WriteMistakes(Confusion confusion)
    {
        IReadOnlyList<Mistake> mistakes = confusion.Mistakes;
        if (mistakes.Count == 0)
        {
            return;
        }
        Console.WriteLine($"the most frequent mistakes, of {mistakes.Sum(one => one.Count)}:");
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("true class");
        table.AddColumn("the model says");
        table.AddColumn(new TableColumn("samples").RightAligned());
        foreach (Mistake one in mistakes.Take(MostMistakes))
        {
            table.AddRow(
                Markup.Escape(confusion.Classes[one.Label].Name),
                Markup.Escape(confusion.Classes[one.Said].Name),
                $"{one.Count}"
            );
        }
        Terminal.Output.Write(table);
    }

    private static Table Numbers(string first, IEnumerable<string> others)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(first);
        foreach (string title in others)
        {
            table.AddColumn(new TableColumn(Markup.Escape(title)).RightAligned());
        }
        return table;
    }

    private static string Percent(double ratio) => (100 * ratio).ToString("F2", CultureInfo.InvariantCulture) + " %";
}
