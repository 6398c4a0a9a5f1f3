// Writes the table of speeds into docs/BENCHMARKS.md. Arguments: the document, the file with the table of layers, the
// folder of models, and TensorFlow Lite's C library (left out where it cannot be had).











using System.Globalization;
using System.Text;
using Attune.Bench;

const int Seed = 1;
const string Begin = "<!-- bench -->";
const string End = "<!-- /bench -->";
string[] models = ["mcunet-cifar10-int8.tflite", "resnet8-cifar10-int8.tflite"];
(string document, string layers, string folder) = (args[0], args[1], args[2]);
TensorFlowLite? library = args.Length > 3 && File.Exists(args[3]) ? new TensorFlowLite(args[3]) : null;

var table = new StringBuilder();
table.AppendLine(
    CultureInfo.InvariantCulture,
    $"Measured {DateTime.Now:yyyy-MM-dd} with `dotnet build nf.proj -t:Bench` on {Processor()}; other loads on the machine are in the figures (load average {Load()} before)."
);
table.AppendLine();
table.AppendLine(
    "Layers: multiply-accumulates (ADD: elements) a nanosecond on one thread, medians of 11 alternating runs."
);
table.AppendLine();
table.Append(File.ReadAllText(layers));
table.AppendLine();
table.AppendLine(
    CultureInfo.InvariantCulture,
    $"Whole models: milliseconds of one inference, medians of {PairedRuns.Runs} alternating runs of 50 ms, the ratio the median of the runs' ratios; {(library == null ? "TensorFlow Lite was not to be had" : $"TensorFlow Lite {library.Version} of the npm package tfjs-tflite-node, whose second rounding breaks ties upward")}."
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
        string[] cells =
        [
            model,
            threads.ToString(CultureInfo.InvariantCulture),
            .. times.Select(time => time.ToString("0.000", CultureInfo.InvariantCulture)),
            .. times.Length == 3 ? [ratio.ToString("0.00", CultureInfo.InvariantCulture)] : new[] { "", "", "" },
        ];
        table.AppendLine($"| {string.Join(" | ", cells)} |");
        contenders.ForEach(contender => contender.Dispose());
    }
}
Console.Write(table);
string text = File.ReadAllText(document);
int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
int end = text.IndexOf(End, StringComparison.Ordinal);
if (begin < Begin.Length || end < begin)
{
    throw new InvalidOperationException($"{document}: there are no lines {Begin} and {End}");
}
File.WriteAllText(document, $"{text[..begin]}\n{table}{text[end..]}");

static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

static string Processor()
{
    string? name = File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
        : null;
    return $"{name?.Split(':')[1].Trim() ?? "an unknown processor"} ({Environment.ProcessorCount} processors)";
}
