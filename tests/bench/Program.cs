// Writes the tables of speeds: whole models into BENCHMARKS.md, layers into results/speed.md. Arguments: the folder of
// documents, the file with the table of layers, the folder of models, and TensorFlow Lite's C library (left out where it
// cannot be had).

using System.Globalization;
using System.Text;
using Attune.Bench;
using Attune.Host.Bench.Document;

const int Seed = 1;
const string Kind = "bench";
string[] models = ["mcunet-cifar10-int8.tflite", "resnet8-cifar10-int8.tflite"];
(string documents, string layers, string folder) = (args[0], args[1], args[2]);
TensorFlowLite? library = args.Length > 3 && File.Exists(args[3]) ? new TensorFlowLite(args[3]) : null;

string measured = string.Create(
    CultureInfo.InvariantCulture,
    $"Measured {DateTime.Now:yyyy-MM-dd} with `dotnet build nf.proj -t:Bench` on {Machine.Processor()}. Other programs ran on the machine (load average {Machine.Load()} before).\n"
);
string peer =
    library == null
        ? "TensorFlow Lite was not available"
        : $"TensorFlow Lite {library.Version} of the npm package tfjs-tflite-node, whose second rounding breaks ties upward";
var table = new StringBuilder(measured).AppendLine();
table.AppendLine(
    CultureInfo.InvariantCulture,
    $"Milliseconds of one inference, medians of {PairedRuns.Runs} alternating runs of 50 ms; the ratio is the median of the runs' ratios; {peer}."
);
table.AppendLine();
table.AppendLine("| model | threads | Attune | TensorFlow Lite | the same with XNNPACK | Attune : XNNPACK |");
table.AppendLine("|---|---|---|---|---|---|");
foreach (string model in models)
{
    string path = Path.Combine(folder, model);
    for (int threads = 1; threads <= 2; threads++)
    {
        var contenders = new List<IContender> { new AttuneContender(path, threads, Seed) };
        if (library != null)
        {
            contenders.Add(new TensorFlowLiteContender(library, path, threads, xnnpack: false, Seed));
            contenders.Add(new TensorFlowLiteContender(library, path, threads, xnnpack: true, Seed));
        }
        (double[] times, double ratio) = PairedRuns.Medians(contenders);
        table.AppendLine(Row(model, threads, times, ratio));
        contenders.ForEach(contender => contender.Dispose());
    }
}
Console.Write(table);
string whole = table.ToString();
MarkedText.Update(Path.Combine(documents, "BENCHMARKS.md"), Kind, name => name == "models" ? whole : null);
string each = $"{measured}\n{File.ReadAllText(layers)}";
MarkedText.Update(Path.Combine(documents, "results", "speed.md"), Kind, name => name == "layers" ? each : null);

static string Row(string model, int threads, double[] times, double ratio)
{
    string[] cells =
    [
        model,
        threads.ToString(CultureInfo.InvariantCulture),
        .. times.Select(time => time.ToString("0.000", CultureInfo.InvariantCulture)),
        .. times.Length == 3 ? [ratio.ToString("0.00", CultureInfo.InvariantCulture)] : new[] { "", "", "" },
    ];
    return $"| {string.Join(" | ", cells)} |";
}
