using System.Text.Json;
using Attune.Host.Import;
using Attune.Tests;
using Attune.Tests.Conformance;
using Attune.Tests.CortexM;

// attune-cortexm PROGRAMS OUTPUT.json DOCUMENT.md: runs every check on the emulated Cortex-M7, counts instructions and writes
// both documents. Exit status 1 if anything differs.

const string Network = "mcunet-cifar10-int8";
const int RandomCases = 8000;
string programs = args[0];
var emulator = new Emulator(programs);
var report = new Report();
bool good = true;

bool Check(string what, string program, string command, bool counting, out IReadOnlyList<string> lines)
{
    (bool passed, lines) = emulator.Run(program, command, counting);
    Console.WriteLine($"cortexm: {what}: {(passed ? "passed" : "FAILED")}");
    foreach (
        string line in lines.Where(line => !passed || line.StartsWith("random", StringComparison.Ordinal)).Take(40)
    )
    {
        Console.WriteLine("  " + line);
    }
    return passed;
}

try
{
    string cases = Path.Combine(programs, "cases.bin");
    int operators = Cases.Write(cases);
    good &= Check($"{operators} cases", "attune-dsp.elf", "cases " + cases, false, out _);
}
catch (AssertInconclusiveException skipped)
{
    Console.WriteLine("cortexm: cases SKIPPED: " + skipped.Message);
}

good &= Check($"{RandomCases} random layers", "attune-dsp.elf", $"random 1 {RandomCases}", false, out _);
report.WrongTwinFailed =
    !emulator.Run("attune-wrong.elf", "random 1 300", false).Good
    && !emulator.Run("attune-wrong.elf", "gradients", false).Good;
Console.WriteLine($"cortexm: the wrong twin {(report.WrongTwinFailed ? "failed, as it must" : "PASSED")}");
good &= report.WrongTwinFailed;

good &= Check("shapes", "attune-dsp.elf", "shapes", true, out IReadOnlyList<string> shapes);
report.Shapes = ShapeCount.Read(shapes);

good &= Check("gradients", "attune-dsp.elf", "gradients", false, out _);

try
{
    string layers = Path.Combine(programs, "layers.bin");
    AtmFile model = Cases.WriteLayers(layers, Network);
    good &= Check("layers of " + Network, "attune-dsp.elf", "layers " + layers, true, out IReadOnlyList<string> counts);
    string[][] lines = [.. Emulator.Lines(counts, "layer")];
    report.Layers =
    [
        .. new ModelSummary(model).Layers.Zip(
            lines,
            (layer, words) =>
                new LayerCount(
                    $"{layer.Layer} {layer.Operator} {string.Join('x', layer.Output[1..])}",
                    layer.Macs,
                    long.Parse(words[2])
                )
        ),
    ];
    string[] total = Emulator.Lines(counts, "total").Single();
    report.Instructions = long.Parse(total[0]);
    report.StackBytes = int.Parse(total[2]);
    report.WeightProbeInstructions = long.Parse(total[4]);
    report.NodeProbeInstructions = long.Parse(total[6]);
    good &= Check("training of " + Network, "attune-dsp.elf", "training " + layers, true, out counts);
    report.Step = StepCount.Of(report.Layers, [.. Emulator.Lines(counts, "training")]);
}
catch (AssertInconclusiveException skipped)
{
    Console.WriteLine("cortexm: layers SKIPPED: " + skipped.Message);
}

report.Sizes = KernelSize.Read(programs);
report.TextBytes = report.Sizes.Sum(size => size.TextBytes);
foreach (LayerCount layer in report.Layers)
{
    double each = layer.Macs > 0 ? (double)layer.Instructions / layer.Macs : 0;
    Console.WriteLine($"  {layer.Name, -36} {layer.Macs, 10:N0} {layer.Instructions, 10:N0} {each, 6:F2}");
}
Console.WriteLine(report.Table());
File.WriteAllText(
    args[1],
    JsonSerializer.Serialize(
        new
        {
            model = report.Model,
            instructions = report.Instructions,
            weightProbeInstructions = report.WeightProbeInstructions,
            nodeProbeInstructions = report.NodeProbeInstructions,
            stepForwardInstructions = report.Step?.Forward,
            stepOtherInstructions = report.Step?.Other,
            layers = report.Layers.Select(layer => new
            {
                name = layer.Name,
                macs = layer.Macs,
                instructions = layer.Instructions,
            }),
            shapes = report.Shapes.Zip(
                Peers.Shapes,
                (shape, peers) =>
                    new
                    {
                        name = peers.Layer,
                        operations = peers.Operations,
                        instructions = shape.Instructions,
                        bestPeer = peers.Best,
                        weights = shape.Weights,
                        probeInstructions = shape.Probe,
                        signInstructions = shape.Signs,
                        gradientInstructions = shape.Gradient,
                    }
            ),
            wrongTwinFailed = report.WrongTwinFailed,
            textBytes = report.TextBytes,
            stackBytes = report.StackBytes,
        }
    ) + "\n"
);
if (good && report.Instructions is not null)
{
    report.Insert(args[2]);
}
return good ? 0 : 1;
