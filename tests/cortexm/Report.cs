using System.Text;

namespace Attune.Tests.CortexM;

/// <summary>A layer of the network, counted.</summary>
internal sealed record LayerCount(string Name, long Macs, long Instructions);

/// <summary>What was counted, and the documents that say so.</summary>
internal sealed class Report
{
    private const string Begin = "<!-- cortexm -->";
    private const string End = "<!-- /cortexm -->";

    /// <summary>Name of the network.</summary>
    public string Model { get; init; } = "mcunet-cifar10";

    /// <summary>Instructions of an inference; null where the model is absent.</summary>
    public long? Instructions { get; set; }

    /// <summary>Its layers.</summary>
    public IReadOnlyList<LayerCount> Layers { get; set; } = [];

    /// <summary>Instructions of the rows of <see cref="Peers.Shapes"/>.</summary>
    public IReadOnlyList<ShapeCount> Shapes { get; set; } = [];

    /// <summary>Instructions of a forward pass in which every layer with weights has probed weights.</summary>
    public long? WeightProbeInstructions { get; set; }

    /// <summary>Instructions of a forward pass in which every layer with weights has probed nodes.</summary>
    public long? NodeProbeInstructions { get; set; }

    /// <summary>A training step of all layers; null where the model is absent.</summary>
    public StepCount? Step { get; set; }

    /// <summary>The network in its smallest arena, its input whole and enlarged inside, and the instructions of a pass.</summary>
    public IList<(PlannedNetwork Network, long Instructions)> Planned { get; } = [];

    /// <summary>Whether the kernels that round wrongly failed the checks.</summary>
    public bool WrongTwinFailed { get; set; }

    /// <summary>Bytes of code and constants of the library.</summary>
    public int TextBytes { get; set; }

    /// <summary>Code and stack of every source file of the library.</summary>
    public IReadOnlyList<KernelSize> Sizes { get; set; } = [];

    /// <summary>Stack of the deepest layer; null where the model is absent.</summary>
    public int? StackBytes { get; set; }

    /// <summary>The table of docs/BENCHMARKS.md.</summary>
    public string Table()
    {
        var text = new StringBuilder();
        text.AppendLine("| layer | MACs | CMSIS-NN | CMSIS-NN asm | TinyEngine int | Attune |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (var (peers, shape) in Peers.Shapes.Zip(Shapes))
        {
            double each = (double)shape.Instructions / peers.Operations;
            text.AppendLine(
                $"| {peers.Layer} | {peers.Operations:N0} | {peers.Cmsis:F2} | {peers.CmsisAssembly:F2} | {peers.TinyEngine:F2} | {each:F2} |"
            );
        }
        if (Instructions is { } all)
        {
            Peers peers = Peers.Network;
            long macs = Layers.Sum(layer => layer.Macs);
            text.AppendLine(
                $"| **{peers.Layer}** | {macs:N0} | {peers.Cmsis:F1}M | {peers.CmsisAssembly:F1}M | {peers.TinyEngine:F1}M | **{all / 1e6:F1}M** |"
            );
        }
        text.AppendLine();
        text.AppendLine($"Code and constants of the library: {TextBytes:N0} bytes.");
        if (WeightProbeInstructions is { } weights && NodeProbeInstructions is { } nodes)
        {
            text.AppendLine(
                $"A pass of {Model} with all weights probed: {weights / 1e6:F1}M instructions; with all nodes probed: {nodes / 1e6:F1}M."
            );
        }
        if (Step is { } step)
        {
            text.AppendLine(
                $"A training step of all layers (one sample, Q = {StepCount.Queries}), kernels only: {step.Forward / 1e6:N0}M instructions of forward passes and {step.Other / 1e6:N0}M of everything else, {100.0 * step.Other / (step.Forward + step.Other):F1} % of the step."
            );
            text.AppendLine(
                $"Weight gradients from the nodes in that step: {(double)step.NodeGradient / step.NodeMacs:F2} instructions per multiply-accumulate, whole calls of all node-probed layers."
            );
        }
        foreach (var (network, instructions) in Planned)
        {
            text.AppendLine(
                $"Layers in chains where that makes the activations smallest, {network.ActivationBytes:N0} bytes ({100.0 * network.ChainMacs / network.Macs:F0} % of the multiply-accumulates): {instructions / 1e6:F1}M instructions a pass."
            );
        }
        if (StackBytes is { } stack)
        {
            text.AppendLine($"Deepest stack of a layer of {Model}: {stack:N0} bytes.");
        }
        text.AppendLine();
        AppendTraining(text);
        text.AppendLine();
        text.AppendLine("Code and constants, and the largest stack frame, of every file of the library, bytes:");
        text.AppendLine();
        text.AppendLine("| file | code | frame | file | code | frame |");
        text.AppendLine("|---|---|---|---|---|---|");
        int rows = (Sizes.Count + 1) / 2;
        for (int row = 0; row < rows; row++)
        {
            string right = row + rows < Sizes.Count ? Cells(Sizes[row + rows]) : "| | | ";
            text.AppendLine($"{Cells(Sizes[row])}{right}|");
        }
        return text.ToString();
    }

    private void AppendTraining(StringBuilder text)
    {
        text.AppendLine(
            "What training does with a layer's weights: instructions that probing them adds to the layer, per weight; of a number times their signs added to a gradient, per weight; of the gradient from the nodes, per multiply-accumulate."
        );
        text.AppendLine();
        text.AppendLine("| layer | weights | probe | signs | gradient from nodes |");
        text.AppendLine("|---|---|---|---|---|");
        foreach (var (peers, shape) in Peers.Shapes.Zip(Shapes).Where(row => row.Second.Weights > 0))
        {
            double weights = shape.Weights;
            text.AppendLine(
                $"| {peers.Layer} | {weights:N0} | {shape.Probe / weights:F2} | {shape.Signs / weights:F2} | {(double)shape.Gradient / peers.Operations:F2} |"
            );
        }
    }

    private static string Cells(KernelSize size) => $"| {size.Name} | {size.TextBytes:N0} | {size.FrameBytes:N0} ";

    /// <summary>Replaces what stands between the two marks of a document.</summary>
    public void Insert(string path)
    {
        string document = File.ReadAllText(path);
        int begin = document.IndexOf(Begin, StringComparison.Ordinal);
        int end = document.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new InvalidDataException($"{path}: has no marks {Begin} and {End}");
        }
        File.WriteAllText(path, $"{document[..(begin + Begin.Length)]}\n\n{Table()}\n{document[end..]}");
    }
}
