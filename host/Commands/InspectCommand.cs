using System.CommandLine;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Shell;
using Attune.Model;
using Spectre.Console;

namespace Attune.Host.Commands;

/// <summary><c>attune inspect net.atm</c>: layers, shapes, multiply-accumulates, memory.</summary>
public static class InspectCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ".atm or .tflite file" };
        var json = new Option<bool>("--json") { Description = "machine-readable result on standard output" };
        var command = new Command("inspect", "Shows a model's input, outputs, layers, multiply-accumulates and memory")
        {
            model,
            json,
        };
        command.SetAction(parsed =>
        {
            AtmFile file = ModelLoader.Load(parsed.GetValue(model)!);
            var summary = new ModelSummary(file);
            ModelFacts facts = ModelFacts.Of(file);
            if (parsed.GetValue(json))
            {
                Terminal.Json(
                    new
                    {
                        Model = parsed.GetValue(model),
                        facts.InputShape,
                        facts.InputScale,
                        facts.InputZeroPoint,
                        facts.InputLow,
                        facts.InputHigh,
                        facts.InputRange,
                        facts.InputRangeDeclared,
                        facts.Outputs,
                        facts.Classes,
                        facts.ClassNames,
                        Blocks = file.Header(HeaderField.BlockCount),
                        CalibrationSamples = file.Header(HeaderField.CalibrationSamples),
                        Adaptations = file.Header(HeaderField.Adaptations),
                        summary.Parameters,
                        summary.Macs,
                        Bytes = summary.FileBytes,
                        summary.Layers,
                    }
                );
                return ExitCode.Done;
            }
            Show(file, summary);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(AtmFile file, ModelSummary summary)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (string title in (string[])["", "operator", "input", "output"])
        {
            table.AddColumn(new TableColumn(title).NoWrap());
        }
        foreach (string title in (string[])["weights", "MACs", "RAM", "flash", "block"])
        {
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        }
        foreach (LayerSummary layer in summary.Layers)
        {
            table.AddRow(
                $"{layer.Layer}",
                layer.Operator,
                string.Join(" + ", layer.Inputs.Select(Shape)),
                Shape(layer.Output),
                layer.Weights == 0 ? "" : $"{layer.Weights:N0}",
                layer.Macs == 0 ? "" : $"{layer.Macs:N0}",
                $"{layer.OutputBytes:N0}",
                $"{layer.ModelBytes:N0}",
                layer.Block < 0 ? "" : $"{layer.Block}"
            );
        }
        Terminal.Output.Write(table);
        string statistics =
            file.Header(HeaderField.CalibrationSamples) == 0
                ? "no source statistics (import with --calibrate to align)"
                : $"source statistics of {file.Header(HeaderField.CalibrationSamples)} samples";
        foreach (string line in ModelFacts.Of(file).Lines())
        {
            Console.WriteLine(line);
        }
        Console.WriteLine(
            $"{summary.Parameters:N0} parameters, {summary.Macs:N0} MACs, {summary.FileBytes:N0} bytes, {file.Header(HeaderField.BlockCount)} blocks, {statistics}"
        );
    }

    private static string Shape(int[] shape) => string.Join('x', shape[0] == 1 ? shape[1..] : shape);
}
