using System.CommandLine;
using System.Diagnostics;
using Attune.Host.Import;
using Attune.Host.Running;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary><c>attune eval MODEL --data FILE.ats</c>: accuracy.</summary>
public static class EvalCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ".atm or .tflite file" };
        var data = new Option<string>("--data", "-d") { Description = "labelled samples (.ats)", Required = true };
        var threads = ThreadsOption.Create();
        var json = new Option<bool>("--json") { Description = "machine-readable result on standard output" };
        var command = new Command("eval", "Measures a model's accuracy on labelled samples")
        {
            model,
            data,
            threads,
            json,
        };
        command.SetAction(parsed =>
        {
            byte[] bytes = ModelLoader.Load(parsed.GetValue(model)!).Bytes;
            var watch = Stopwatch.StartNew();
            var (correct, count) = AccuracyMeasure.Of(
                bytes,
                parsed.GetValue(data)!,
                ThreadsOption.Of(parsed, threads),
                "evaluating"
            );
            double accuracy = (double)correct / count;
            if (parsed.GetValue(json))
            {
                Terminal.Json(
                    new
                    {
                        AccuracyBefore = accuracy,
                        Samples = count,
                        Forwards = count,
                        Seconds = Math.Round(watch.Elapsed.TotalSeconds, 3),
                    }
                );
            }
            else
            {
                Console.WriteLine($"accuracy {100 * accuracy:F2} % ({correct} of {count})");
            }
            return ExitCode.Done;
        });
        return command;
    }
}
