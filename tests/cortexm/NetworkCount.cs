using Attune.Host.Bench.Document;
using Attune.Host.Model;

namespace Attune.Tests.CortexM;

/// <summary>Counts the instructions of a network on the emulated Cortex-M7: layers, a training step, chains.</summary>
/// <param name="checks">Runs the programs.</param>
/// <param name="programs">Folder of the programs.</param>
internal sealed class NetworkCount(Checks checks, string programs)
{
    private const string NetworkName = "mcunet-cifar10-int8";

    /// <summary>All figures; null: there is no such model here, which is said.</summary>
    /// <param name="shapes">What the program printed of single shapes.</param>
    /// <param name="files">Sizes of the library's files.</param>
    public CortexMFigures? Measure(IReadOnlyList<string> shapes, IReadOnlyList<FileFigures> files)
    {
        string layers = Path.Combine(programs, "layers.bin");
        AtmFile model;
        try
        {
            model = Cases.WriteLayers(layers, NetworkName);
        }
        catch (AssertInconclusiveException skipped)
        {
            Console.WriteLine("cortexm: layers SKIPPED: " + skipped.Message);
            return null;
        }
        IReadOnlyList<string> counts = checks.Run("layers of " + NetworkName, Benchmark, "layers " + layers, true);
        LayerFigures[] network = Layers(model, counts);
        string[] total = Emulator.Lines(counts, "total").Single();
        IReadOnlyList<string> backward = checks.Run(
            "back-propagation of " + NetworkName,
            Benchmark,
            "backward " + layers,
            true
        );
        counts = checks.Run("training of " + NetworkName, Benchmark, "training " + layers, true);
        return new CortexMFigures
        {
            Model = "mcunet-cifar10",
            Compiler = Emulator.Compiler(),
            Macs = network.Sum(layer => layer.Macs),
            Instructions = long.Parse(total[0]),
            Peers = Peers.Network,
            WeightProbeInstructions = long.Parse(total[4]),
            NodeProbeInstructions = long.Parse(total[6]),
            Step = StepCount.Of(network, [.. Emulator.Lines(counts, "training")]),
            Backward = BackwardCount.Of(network, backward),
            Planned = [Planned(1), Planned(4)],
            TextBytes = files.Sum(file => file.TextBytes),
            StackBytes = int.Parse(total[2]),
            Shapes = ShapeCount.Read(shapes),
            Layers = network,
            Files = files,
        };
    }

    /// <summary>The program that counts.</summary>
    public const string Benchmark = "attune.elf";

    private static LayerFigures[] Layers(AtmFile model, IReadOnlyList<string> counts) =>
        [
            .. new ModelSummary(model).Layers.Zip(
                Emulator.Lines(counts, "layer"),
                (layer, words) =>
                    new LayerFigures(
                        $"{layer.Layer} {layer.Operator} {string.Join('x', layer.Output[1..])}",
                        layer.Macs,
                        long.Parse(words[2])
                    )
            ),
        ];

    /// <summary>An inference in chains, in an arena of about the widest layer divided by a factor.</summary>
    private PlannedFigures Planned(int factor)
    {
        string file = Path.Combine(programs, "planned.bin");
        PlannedNetwork one = Cases.WritePlanned(file, NetworkName, factor);
        IReadOnlyList<string> counts = checks.Run(
            $"{NetworkName} in chains, {one.Runs} runs, {one.ActivationBytes} bytes of activations",
            Benchmark,
            "planned " + file,
            true
        );
        long instructions = long.Parse(Emulator.Lines(counts, "planned").First()[4]);
        return new PlannedFigures(one.ActivationBytes, one.ChainMacs, one.Macs, instructions);
    }
}
