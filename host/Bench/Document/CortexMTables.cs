using System.Globalization;
using System.Text;
using Attune.Host.Running;

namespace Attune.Host.Bench.Document;

/// <summary>The passages of documents that are made from <see cref="CortexMFigures"/>.</summary>
public static class CortexMTables
{
    private const int MegaHertz = 216;

    private static readonly SortedDictionary<string, Func<CortexMFigures, string, string>> Renderers = new(
        StringComparer.Ordinal
    )
    {
        ["claim"] = (figures, _) => Claim(figures),
        ["summary"] = (figures, _) => Summary(figures),
        ["layers"] = (figures, _) => Layers(figures),
        ["training"] = (figures, _) => Training(figures),
        ["network"] = (figures, _) => Network(figures),
        ["backward"] = (figures, _) => Backward(figures),
        ["files"] = (figures, _) => Files(figures),
        ["flash"] = (figures, _) => Flash(figures),
        ["watchdog"] = (figures, _) => Watchdog(figures),
        ["times"] = Times,
    };

    /// <summary>Makes the passage of a name from the figures and the folder of results.</summary>
    /// <exception cref="KeyNotFoundException">There is none; lists those that there are.</exception>
    public static Func<CortexMFigures, string, string> Find(string name) =>
        Renderers.TryGetValue(name, out var renderer)
            ? renderer
            : throw new KeyNotFoundException($"known are {string.Join(", ", Renderers.Keys)}");

    private static string Claim(CortexMFigures figures) =>
        Line(
            $"On an emulated Cortex-M7, one inference of {figures.Model} at 128x128 takes {Million(figures.Instructions)} instructions: {figures.InstructionsPerMac():F2} for each multiply-accumulate. The fastest exact peer, TinyEngine or CMSIS-NN, takes {figures.Peers.Best() * 1e6 / figures.Macs:F2}."
        );

    private static string Summary(CortexMFigures figures)
    {
        StepFigures step = figures.Step;
        var table = new MarkdownTable(["mcunet-cifar10, 128x128", "instructions", "remark"]);
        void Row(string what, string instructions, FormattableString? remark = null) =>
            table.Row([what, instructions, remark is null ? "" : FormattableString.Invariant(remark)]);
        Row(
            "one inference",
            Million(figures.Instructions),
            $"{figures.InstructionsPerMac():F2} for each multiply-accumulate; CMSIS-NN takes {figures.Peers.Cmsis:F1}M, with its assembly {figures.Peers.CmsisAssembly:F1}M, TinyEngine {figures.Peers.TinyEngine:F1}M"
        );
        int narrowest = figures.Planned.Min(planned => planned.ActivationBytes);
        foreach (PlannedFigures planned in figures.Planned)
        {
            Row(
                "one inference in chains, the input "
                    + (planned.ActivationBytes == narrowest ? "enlarged inside" : "whole in memory"),
                Million(planned.Instructions),
                $"{planned.ActivationBytes:N0} bytes of activations; {100.0 * planned.ChainMacs / planned.Macs:F0} % of the work inside chains"
            );
        }
        Row("one forward, the weights of every layer probed", Million(figures.WeightProbeInstructions));
        Row("one forward, the nodes of every layer probed", Million(figures.NodeProbeInstructions));
        Row(
            $"one training step of all layers, one sample, Q = {step.Queries}",
            $"{MarkdownTable.Count((step.Forward + step.Other) / 1e6)}M",
            $"{step.Forward / 1e6:N0}M of forward passes, {step.Other / 1e6:N0}M ({100.0 * step.Other / (step.Forward + step.Other):F1} %) of everything else"
        );
        BackwardFigures backward = figures.Backward;
        Row(
            "one training step of back-propagation, one sample: all biases, weights of the last layer",
            Million(backward.Step()),
            $"{(double)backward.Step() / figures.Instructions:F2} forwards: forward with masks {backward.Forward() / 1e6:F1}M, errors {backward.Errors() / 1e6:F1}M, {backward.ErrorPerMac():F2} for each multiply-accumulate; TinyEngine, with float32 errors, takes {backward.Peer.Errors:F1}M for these"
        );
        Row(
            "weight gradients of all layers from errors",
            Million(backward.Layers.Sum(layer => layer.Gradient)),
            $"{backward.GradientPerMac():F2} for each multiply-accumulate, 16 filters at a time; TinyEngine takes {backward.Peer.GradientPerMac:F2}, where it has kernels"
        );
        return $"{Measured(figures)}\n{table}\n"
            + Line(
                $"The library has {figures.TextBytes:N0} bytes of code and constants; a layer of {figures.Model} needs at most {figures.StackBytes:N0} bytes of stack. Weight gradients from the nodes take {(double)step.NodeGradient / step.NodeMacs:F2} instructions for each multiply-accumulate in that step."
            );
    }

    private static string Layers(CortexMFigures figures)
    {
        var table = new MarkdownTable(["layer", "MACs", "CMSIS-NN", "CMSIS-NN asm", "TinyEngine int", "Attune"]);
        foreach (ShapeFigures shape in figures.Shapes)
        {
            table.Row([
                shape.Name,
                MarkdownTable.Count(shape.Operations),
                Each(shape.Peers.Cmsis),
                Each(shape.Peers.CmsisAssembly),
                Each(shape.Peers.TinyEngine),
                Each((double)shape.Instructions / shape.Operations),
            ]);
        }
        table.Row([
            $"**whole {figures.Model}, 128x128**",
            MarkdownTable.Count(figures.Macs),
            Million(figures.Peers.Cmsis * 1e6),
            Million(figures.Peers.CmsisAssembly * 1e6),
            Million(figures.Peers.TinyEngine * 1e6),
            $"**{Million(figures.Instructions)}**",
        ]);
        return $"{Measured(figures)}\n{table}";
    }

    private static string Training(CortexMFigures figures)
    {
        var table = new MarkdownTable(["layer", "weights", "probe", "signs", "gradient from nodes"]);
        foreach (ShapeFigures shape in figures.Shapes.Where(shape => shape.Weights > 0))
        {
            double weights = shape.Weights;
            table.Row([
                shape.Name,
                MarkdownTable.Count(weights),
                Each(shape.ProbeInstructions / weights),
                Each(shape.SignInstructions / weights),
                Each((double)shape.GradientInstructions / shape.Operations),
            ]);
        }
        return table.ToString();
    }

    private static string Network(CortexMFigures figures)
    {
        var table = new MarkdownTable(["layer, operator, output", "MACs", "instructions", "each"]);
        foreach (LayerFigures layer in figures.Layers)
        {
            table.Row([
                layer.Name,
                MarkdownTable.Count(layer.Macs),
                MarkdownTable.Count(layer.Instructions),
                layer.Macs > 0 ? Each((double)layer.Instructions / layer.Macs) : "",
            ]);
        }
        return table.ToString();
    }

    private static string Backward(CortexMFigures figures)
    {
        var table = new MarkdownTable(["layer, operator, output", "errors", "each", "weight gradient", "each", "rest"]);
        foreach (BackwardLayerFigures layer in figures.Backward.Layers)
        {
            string PerMac(long instructions) =>
                layer.Macs > 0 && instructions > 0 ? Each((double)instructions / layer.Macs) : "";
            long errors = layer.Error + layer.Merge;
            table.Row([
                layer.Name,
                MarkdownTable.Count(errors),
                PerMac(errors),
                MarkdownTable.Count(layer.Gradient),
                PerMac(layer.Gradient),
                MarkdownTable.Count(layer.Finish + layer.Update),
            ]);
        }
        return table.ToString();
    }

    private static string Files(CortexMFigures figures)
    {
        var table = new MarkdownTable(["file", "code", "frame", "file", "code", "frame"]);
        string[] Cells(int i) =>
            i < figures.Files.Count
                ?
                [
                    figures.Files[i].Name,
                    MarkdownTable.Count(figures.Files[i].TextBytes),
                    MarkdownTable.Count(figures.Files[i].FrameBytes),
                ]
                : ["", "", ""];
        int rows = (figures.Files.Count + 1) / 2;
        for (int row = 0; row < rows; row++)
        {
            table.Row([.. Cells(row), .. Cells(row + rows)]);
        }
        return table.ToString();
    }

    private static string Flash(CortexMFigures figures) =>
        Line(
            $"The kernel library takes {figures.TextBytes:N0} bytes of flash, code and constants (gcc {figures.Compiler}, -O3; counted by `dotnet build nf.proj -t:CortexM`). A firmware links all of it, since nanoCLR's table of natives names every function. The C++ stubs and the compiler's double-precision arithmetic, which most firmware has anyway, come on top."
        );

    private static string Watchdog(CortexMFigures figures)
    {
        PlannedFigures narrow = figures.Planned.MinBy(planned => planned.ActivationBytes)!;
        double share = (double)narrow.ChainMacs / narrow.Macs;
        return Line(
            $"All chains of {figures.Model} together are {100 * share:F0} % of {Million(narrow.Instructions)} instructions, {1000 * Seconds(share * narrow.Instructions):F0} ms by the assumption of [Times to expect](#times-to-expect); no chain runs longer."
        );
    }

    private static string Times(CortexMFigures figures, string results)
    {
        StepFigures step = figures.Step;
        PlannedFigures narrow = figures.Planned.MinBy(planned => planned.ActivationBytes)!;
        var table = new MarkdownTable([$"{figures.Model}, 128x128", "instructions", "time"]);
        table.Row(["one inference", Million(figures.Instructions), Time(figures.Instructions)]);
        table.Row(["one inference, narrowest chains", Million(narrow.Instructions), Time(narrow.Instructions)]);
        table.Row([
            $"one training step of all layers, one sample, Q = {step.Queries}",
            $"{MarkdownTable.Count((step.Forward + step.Other) / 1e6)}M",
            Time(step.Forward + step.Other),
        ]);
        // Alignment takes as many forwards as the table of accuracies counted.
        IEnumerable<BenchLine> lines = BenchFile
            .Read(Path.Combine(results, "table7.jsonl"))
            .Where(line => line.Method == "align-16");
        double forwards = Math.Round(lines.Average(line => line.Forwards ?? 0));
        table.Row([
            $"alignment to 16 samples ({MarkdownTable.Count(forwards)} forwards), without the arithmetic of the statistics",
            $"{MarkdownTable.Count(forwards * figures.Instructions / 1e6)}M",
            Time(forwards * figures.Instructions),
        ]);
        return table.ToString();
    }

    private static string Measured(CortexMFigures figures) =>
        Line(
            $"Counted with `dotnet build nf.proj -t:CortexM`: gcc {figures.Compiler} -O3, `qemu-system-arm -M mps2-an500 -icount shift=6`."
        );

    private static double Seconds(double instructions) =>
        instructions / StepCost.InstructionsPerCycle / (MegaHertz * 1e6);

    private static string Time(double instructions)
    {
        double seconds = Seconds(instructions);
        return seconds.ToString(seconds < 10 ? "F2" : "F0", CultureInfo.InvariantCulture) + " s";
    }

    private static string Million(double instructions) =>
        (instructions / 1e6).ToString("F1", CultureInfo.InvariantCulture) + "M";

    private static string Each(double instructions) => instructions.ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>A paragraph in lines of at most 120 characters.</summary>
    private static string Line(FormattableString text)
    {
        const int Width = 120;
        var lines = new StringBuilder();
        int length = 0;
        foreach (string word in FormattableString.Invariant(text).Split(' '))
        {
            bool breaks = length > 0 && length + 1 + word.Length > Width;
            lines.Append(
                length == 0 ? ""
                : breaks ? "\n"
                : " "
            );
            lines.Append(word);
            length = breaks || length == 0 ? word.Length : length + 1 + word.Length;
        }
        return lines.Append('\n').ToString();
    }
}
