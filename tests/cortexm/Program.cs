// attune-cortexm PROGRAMS RESULTS DOCUMENT.md...: runs every check on the emulated Cortex-M7 and counts instructions. Writes
// cortexm.json into the folder of results, then the passages of the documents that are made from it. Exit status 1 if
// anything differs.

using Attune.App;
using Attune.Host.Bench.Document;
using Attune.Host.Model;
using Attune.Tests.CortexM;

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
bool wrongTwinFailed =
    emulator.Run("wrong_backend.elf", "300 1 1", false).Status == 1
    && emulator.Run("wrong_gradients.elf", "gradients", false).Status == 1;
Console.WriteLine($"cortexm: the wrong twin {(wrongTwinFailed ? "failed, as it must" : "PASSED")}");
good &= wrongTwinFailed;

good &= Check("shapes", Benchmark, "shapes", true, out IReadOnlyList<string> shapes);
IReadOnlyList<FileFigures> files = KernelSize.Read(programs);

good &= Check("gradients", Benchmark, "gradients", false, out _);

CortexMFigures? figures = null;
try
{
    string layers = Path.Combine(programs, "layers.bin");
    AtmFile model = Cases.WriteLayers(layers, NetworkName);
    good &= Check("layers of " + NetworkName, Benchmark, "layers " + layers, true, out IReadOnlyList<string> counts);
    LayerFigures[] network =
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
    string[] total = Emulator.Lines(counts, "total").Single();
    good &= Check("training of " + NetworkName, Benchmark, "training " + layers, true, out counts);
    StepFigures step = StepCount.Of(network, [.. Emulator.Lines(counts, "training")]);
    var planned = new List<PlannedFigures>();
    foreach (int factor in (int[])[1, 4])
    {
        string file = Path.Combine(programs, "planned.bin");
        PlannedNetwork one = Cases.WritePlanned(file, NetworkName, factor);
        good &= Check(
            $"{NetworkName} in chains, {one.Runs} runs, {one.ActivationBytes} bytes of activations",
            Benchmark,
            "planned " + file,
            true,
            out counts
        );
        long instructions = long.Parse(Emulator.Lines(counts, "planned").First()[4]);
        planned.Add(new PlannedFigures(one.ActivationBytes, one.ChainMacs, one.Macs, instructions));
    }
    figures = new CortexMFigures
    {
        Model = "mcunet-cifar10",
        Compiler = Emulator.Compiler(),
        Macs = network.Sum(layer => layer.Macs),
        Instructions = long.Parse(total[0]),
        Peers = Peers.Network,
        WeightProbeInstructions = long.Parse(total[4]),
        NodeProbeInstructions = long.Parse(total[6]),
        Step = step,
        Planned = planned,
        TextBytes = files.Sum(file => file.TextBytes),
        StackBytes = int.Parse(total[2]),
        Shapes = ShapeCount.Read(shapes),
        Layers = network,
        Files = files,
    };
}
catch (AssertInconclusiveException skipped)
{
    Console.WriteLine("cortexm: layers SKIPPED: " + skipped.Message);
}

if (figures is not null)
{
    foreach (LayerFigures layer in figures.Layers)
    {
        double each = layer.Macs > 0 ? (double)layer.Instructions / layer.Macs : 0;
        Console.WriteLine($"  {layer.Name, -36} {layer.Macs, 10:N0} {layer.Instructions, 10:N0} {each, 6:F2}");
    }
    Console.WriteLine(CortexMTables.Find("summary")(figures, args[1]));
}
if (good && figures is not null)
{
    figures.Write(Path.Combine(args[1], CortexMFigures.FileName));
    foreach (string document in args[2..])
    {
        ResultDocument.Update(document, args[1]);
    }
}
return good ? 0 : 1;
