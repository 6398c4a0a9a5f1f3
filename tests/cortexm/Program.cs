using System.Text.Json;
using Attune.Host.Import;
using Attune.Tests;
using Attune.Tests.Conformance;
using Attune.Tests.CortexM;

// attune-cortexm PROGRAMS OUTPUT.json DOCUMENT.md: runs every check on the emulated Cortex-M7, counts instructions and writes
// both documents. Exit status 1 if anything differs.

const string NetworkName = "mcunet-cifar10-int8";
const string Benchmark = "attune.elf";
const int Skipped = 77;

// The native tests, with arguments that keep each below a minute.
(string Program, string Arguments)[] tests =
[
    ("test_backends", "20000 1 1"),
    ("test_chain", "60"),
    ("test_layers", "60"),
    ("test_hostile", "10"),
    ("test_update", ""),
    ("test_gradients", ""),
    ("test_loss", ""),
    ("test_align", ""),
    ("test_statistics", ""),
    ("test_refused", ""),
    ("test_exp_log", ""),
    ("test_estimator", ""),
    ("test_threads", ""),
    ("test_memory", ""),
    ("test_nanoclr", ""),
];
string programs = args[0];
var emulator = new Emulator(programs);
var report = new Report();
bool good = true;

bool Check(string what, string program, string command, bool counting, out IReadOnlyList<string> lines)
{
    (int status, lines) = emulator.Run(program, command, counting);
    string result =
        status == 0 ? "passed"
        : status == Skipped ? "SKIPPED: " + (lines.Count > 0 ? lines[^1] : "")
        : "FAILED";
    IEnumerable<string> shown = result == "FAILED" ? lines.Take(40) : [];
    Console.WriteLine(string.Join("\n  ", shown.Prepend($"cortexm: {what}: {result}")));
    return result != "FAILED";
}

try
{
    string cases = Path.Combine(programs, "cases.bin");
    int operators = Cases.Write(cases);
    good &= Check($"{operators} cases", Benchmark, "cases " + cases, false, out _);
}
catch (AssertInconclusiveException skipped)
{
    Console.WriteLine("cortexm: cases SKIPPED: " + skipped.Message);
}

Parallel.ForEach(
    tests,
    new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
    test =>
    {
        if (!Check($"{test.Program} {test.Arguments}".Trim(), test.Program + ".elf", test.Arguments, false, out _))
        {
            Volatile.Write(ref good, false);
        }
    }
);
report.WrongTwinFailed =
    emulator.Run("wrong_backend.elf", "300 1 1", false).Status == 1
    && emulator.Run("wrong_gradients.elf", "gradients", false).Status == 1;
Console.WriteLine($"cortexm: the wrong twin {(report.WrongTwinFailed ? "failed, as it must" : "PASSED")}");
good &= report.WrongTwinFailed;

good &= Check("shapes", Benchmark, "shapes", true, out IReadOnlyList<string> shapes);
report.Shapes = ShapeCount.Read(shapes);

good &= Check("gradients", Benchmark, "gradients", false, out _);

try
{
    string layers = Path.Combine(programs, "layers.bin");
    AtmFile model = Cases.WriteLayers(layers, NetworkName);
    good &= Check("layers of " + NetworkName, Benchmark, "layers " + layers, true, out IReadOnlyList<string> counts);
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
    good &= Check("training of " + NetworkName, Benchmark, "training " + layers, true, out counts);
    report.Step = StepCount.Of(report.Layers, [.. Emulator.Lines(counts, "training")]);
    foreach (int factor in (int[])[1, 4])
    {
        string planned = Path.Combine(programs, "planned.bin");
        PlannedNetwork network = Cases.WritePlanned(planned, NetworkName, factor);
        good &= Check(
            $"{NetworkName} in chains, {network.Runs} runs, {network.ActivationBytes} bytes of activations",
            Benchmark,
            "planned " + planned,
            true,
            out counts
        );
        long instructions = long.Parse(Emulator.Lines(counts, "planned").First()[4]);
        report.Planned.Add((network, instructions));
    }
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
            planned = report.Planned.Select(planned => new
            {
                activationBytes = planned.Network.ActivationBytes,
                chainMacs = planned.Network.ChainMacs,
                instructions = planned.Instructions,
            }),
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
