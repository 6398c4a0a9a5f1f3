// attune-cortexm PROGRAMS RESULTS DOCUMENT.md...: runs every check on the emulated Cortex-M7 and counts instructions. Writes
// cortexm.json into the folder of results, then the passages of the documents that are made from it. Exit status 1 if
// anything differs.

using Attune.Host.Bench.Document;
using Attune.Tests.CortexM;

(string programs, string results) = (args[0], args[1]);
var checks = new Checks(new Emulator(programs));
try
{
    string cases = Path.Combine(programs, "cases.bin");
    int operators = Cases.Write(cases);
    checks.Run($"{operators} cases", NetworkCount.Benchmark, "cases " + cases, false);
}
catch (AssertInconclusiveException skipped)
{
    Console.WriteLine("cortexm: cases SKIPPED: " + skipped.Message);
}
checks.RunTests();
IReadOnlyList<string> shapes = checks.Run("shapes", NetworkCount.Benchmark, "shapes", true);
checks.Run("gradients", NetworkCount.Benchmark, "gradients", false);
CortexMFigures? figures = new NetworkCount(checks, programs).Measure(shapes, KernelSize.Read(programs));
if (figures is not null)
{
    foreach (LayerFigures layer in figures.Layers)
    {
        double each = layer.Macs > 0 ? (double)layer.Instructions / layer.Macs : 0;
        Console.WriteLine($"  {layer.Name, -36} {layer.Macs, 10:N0} {layer.Instructions, 10:N0} {each, 6:F2}");
    }
    Console.WriteLine(CortexMTables.Find("summary")(figures, results));
}
if (checks.Good && figures is not null)
{
    figures.Write(Path.Combine(results, CortexMFigures.FileName));
    foreach (string document in args[2..])
    {
        ResultDocument.Update(document, results);
    }
}
return checks.Good ? 0 : 1;
