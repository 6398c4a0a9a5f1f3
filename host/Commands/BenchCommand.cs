using System.CommandLine;
using System.Globalization;
using Attune.Host.Bench;
using Attune.Host.Bench.Document;
using Attune.Host.Bench.Methods;
using Attune.Host.Bench.Tables;
using Attune.Host.Running;
using Attune.Host.Shell;
using Spectre.Console;

namespace Attune.Host.Commands;

/// <summary>
/// <c>attune bench TABLE</c>: measures the paper's tables and figures, cell by cell, into a file of JSON lines; goes on where it
/// was interrupted.
/// </summary>
public static class BenchCommand
{
    private static readonly Argument<string> Table = new("TABLE")
    {
        Description = string.Join(", ", BenchTables.All.Select(one => one.Name)) + ", or tables: rewrite the document",
    };
    private static readonly Option<string?> Shared = new("--shared")
    {
        Description = "folder with models/ and data/ (default: $ATTUNE_SHARED, else ../shared)",
    };
    private static readonly Option<string?> Output = new("--out")
    {
        Description = "file of results (default: docs/results/TABLE.jsonl); of tables: the folder (docs/results)",
    };
    private static readonly Option<string?> Methods = new("--methods")
    {
        Description = "methods, separated by commas: " + string.Join(", ", BenchMethods.All.Select(one => one.Name)),
    };
    private static readonly Option<string[]> Variants = new("--variants")
    {
        Description =
            "variants of the methods: names, '' for the method itself, * for all, or job keys such as 'queries=5 batch=20'; may be repeated",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Corruptions = new("--corruptions")
    {
        Description = "paper12, choice (pixelate, jpeg_compression, snow), clean, or names, separated by commas",
    };
    private static readonly Option<int> Severity = new("--severity")
    {
        Description = "severity of the corruption, 1..5",
        DefaultValueFactory = _ => 5,
    };
    private static readonly Option<string> Seeds = new("--seeds")
    {
        Description = "seeds, as in 1-3 or 1,4",
        DefaultValueFactory = _ => "1-3",
    };
    private static readonly Option<double?> Forwards = new("--forwards")
    {
        Description = "full-forward equivalents that a task may take",
    };
    private static readonly Option<int> TrainCount = new("--train-count")
    {
        Description = "images to adapt to",
        DefaultValueFactory = _ => 1000,
    };
    private static readonly Option<int> TestCount = new("--test-count")
    {
        Description = "images to test on",
        DefaultValueFactory = _ => 2000,
    };
    private static readonly Option<bool> HeldOut = new("--held-out")
    {
        Description = "test on images 2000.. of the training file, for choosing settings",
    };
    private static readonly Option<int?> Arena = new("--arena") { Description = "bytes of arena" };
    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "cells at a time, each on one thread",
        DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, 64),
    };
    private static readonly Option<string?> Shard = new("--shard")
    {
        Description = "I/N: measure the I-th of N parts, into FILE.I-of-N",
    };
    private static readonly Option<bool> Merge = new("--merge")
    {
        Description = "join the shards' files into the file",
    };
    private static readonly Option<bool> List = new("--list") { Description = "print the cells and measure nothing" };
    private static readonly Option<bool> Tables = new("--tables")
    {
        Description = "afterwards rewrite the tables of the document",
    };
    private static readonly Option<string[]> Document = new("--document")
    {
        Description =
            "the document whose tables are rewritten; may be repeated. Those in the folder of results always are",
        DefaultValueFactory = _ => ["README.md", "docs/BENCHMARKS.md", "docs/DEVICE.md", "docs/FORMATS.md"],
    };
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "machine-readable result on standard output",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("bench", "Measures the paper's tables and figures, cell by cell; resumable");
        command.Arguments.Add(Table);
        foreach (
            Option option in (Option[])
                [
                    Shared,
                    Output,
                    Methods,
                    Variants,
                    Corruptions,
                    Severity,
                    Seeds,
                    Forwards,
                    TrainCount,
                    TestCount,
                    HeldOut,
                    Arena,
                    Jobs,
                    Shard,
                    Merge,
                    List,
                    Tables,
                    Document,
                    Json,
                ]
        )
        {
            command.Options.Add(option);
        }
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string name = parsed.GetValue(Table)!;
        if (name == "tables")
        {
            return WriteDocument(parsed, parsed.GetValue(Output) ?? Path.Combine("docs", "results"));
        }
        IBenchTable table = BenchTables.Find(name);
        string path = parsed.GetValue(Output) ?? Path.Combine("docs", "results", table.Name + ".jsonl");
        if (parsed.GetValue(Merge))
        {
            IReadOnlyList<BenchLine> lines = BenchFile.Merge(path);
            Report(parsed, path, lines, 0, 0);
            return parsed.GetValue(Tables) ? WriteDocument(parsed, Folder(path)) : ExitCode.Done;
        }
        IReadOnlyList<BenchCell> cells = table.Cells(Settings(parsed));
        string own = path;
        if (parsed.GetValue(Shard) is { } text)
        {
            (int shard, int shards) = ParseShard(text);
            cells = BenchRunner.Shard(cells, shard, shards);
            own = BenchFile.ShardPath(path, shard, shards);
        }
        if (parsed.GetValue(List))
        {
            ListCells(parsed, table, cells);
            return ExitCode.Done;
        }
        var data = new BenchData(BenchData.FindFolder(parsed.GetValue(Shared), table.Files));
        int code = Measure(parsed, table, cells, data, path, own);
        return code == ExitCode.Done && parsed.GetValue(Tables) ? WriteDocument(parsed, Folder(path)) : code;
    }

    private static string Folder(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static int WriteDocument(ParseResult parsed, string results)
    {
        IEnumerable<string> beside = Directory.Exists(results) ? Directory.GetFiles(results, "*.md") : [];
        bool any = false;
        foreach (string document in parsed.GetValue(Document)!.Concat(beside.Order(StringComparer.Ordinal)).Distinct())
        {
            IReadOnlyList<string> made = ResultDocument.Update(document, results);
            any |= made.Count > 0;
            Terminal.Note(made.Count > 0 ? $"{document}: {string.Join(", ", made)}" : $"{document}: nothing to make");
        }
        if (!any)
        {
            Terminal.Note($"no tables made; are there results in {results}?");
        }
        return ExitCode.Done;
    }

    private static int Measure(
        ParseResult parsed,
        IBenchTable table,
        IReadOnlyList<BenchCell> cells,
        BenchData data,
        string path,
        string own
    )
    {
        int jobs = parsed.GetValue(Jobs);
        if (jobs is < 1 or > 64)
        {
            throw new UsageException("--jobs takes 1..64");
        }
        // Cells run beside each other, so each needs only one thread.
        Threads.Apply(1);
        using var interrupt = new InterruptSignal();
        using var cancellation = new CancellationTokenSource();
        using var watch = new Timer(
            _ =>
            {
                if (interrupt.Requested)
                {
                    cancellation.Cancel();
                }
            },
            null,
            100,
            100
        );
        using var file = new BenchFile(own);
        if (file.Torn > 0)
        {
            Terminal.Note($"{own}: a torn last line of {file.Torn} bytes was cut off; its cell is measured again");
        }
        IReadOnlyList<BenchLine> others = own == path ? [] : BenchFile.Read(path);
        BenchRunner.Summary summary = new BenchRunner(table, data, jobs).Run(cells, file, others, cancellation.Token);
        Report(parsed, own, summary.Lines, summary.Measured, summary.Failed);
        if (!summary.Complete)
        {
            Terminal.Note("attune: interrupted; the same command goes on with the cells that are left");
            return ExitCode.Interrupted;
        }
        return summary.Failed == 0 ? ExitCode.Done
            : summary.TooLarge ? ExitCode.DoesNotFit
            : ExitCode.BadInput;
    }

    private static BenchSettings Settings(ParseResult parsed)
    {
        int train = parsed.GetValue(TrainCount);
        int test = parsed.GetValue(TestCount);
        double? forwards = parsed.GetValue(Forwards);
        int? arena = parsed.GetValue(Arena);
        if (train is < 1 or > 2000 || test is < 1 or > 10000)
        {
            throw new UsageException("--train-count takes 1..2000, --test-count 1..10000");
        }
        if (parsed.GetValue(HeldOut) && test > 3000)
        {
            throw new UsageException("--test-count with --held-out takes 1..3000: images 2000..4999 are held out");
        }
        if (forwards is < 1 or > 1e9 || arena is < 1024 or > 1 << 30)
        {
            throw new UsageException("--forwards takes 1..1e9, --arena 1024..2^30");
        }
        if (parsed.GetValue(Severity) is < 1 or > 5)
        {
            throw new UsageException("--severity takes 1..5");
        }
        return new BenchSettings
        {
            Methods = Split(parsed.GetValue(Methods)),
            Variants = parsed.GetValue(Variants) ?? [],
            Corruptions = parsed.GetValue(Corruptions) is { } names ? BenchData.Corruptions(names) : [],
            Severity = parsed.GetValue(Severity),
            Seeds = ParseSeeds(parsed.GetValue(Seeds)!),
            Limit = forwards,
            TrainCount = train,
            TestCount = test,
            HeldOut = parsed.GetValue(HeldOut),
            ArenaBytes = arena,
        };
    }

    private static string[] Split(string? text) =>
        text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static List<int> ParseSeeds(string text)
    {
        var seeds = new List<int>();
        foreach (string part in Split(text))
        {
            string[] ends = part.Split('-', 2);
            bool good = int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int from);
            int to = from;
            good =
                good
                && (ends.Length == 1 || int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out to));
            if (!good || from < 0 || to < from || to > 1_000_000 || to - from > 1000)
            {
                throw new UsageException($"--seeds {text}: takes numbers 0..1000000 and ranges, as in 1-3 or 1,4");
            }
            seeds.AddRange(Enumerable.Range(from, to - from + 1));
        }
        return seeds.Count > 0 ? seeds : throw new UsageException("--seeds: name at least one, as in 1-3");
    }

    private static (int Shard, int Shards) ParseShard(string text)
    {
        string[] parts = text.Split('/');
        bool good =
            int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int shard)
            & int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int shards);
        return parts.Length == 2 && good && shard >= 1 && shard <= shards && shards <= 10000
            ? (shard, shards)
            : throw new UsageException($"--shard {text}: takes I/N with 1 <= I <= N, as in 2/8");
    }

    private static void ListCells(ParseResult parsed, IBenchTable table, IReadOnlyList<BenchCell> cells)
    {
        if (parsed.GetValue(Json))
        {
            Terminal.Json(
                cells.Select(cell => new { cell.Head.Key, Command = BenchRunner.CommandOf(table, cell.Head) })
            );
            return;
        }
        foreach (BenchCell cell in cells)
        {
            Console.WriteLine(BenchRunner.CommandOf(table, cell.Head));
        }
    }

    private static void Report(
        ParseResult parsed,
        string path,
        IReadOnlyList<BenchLine> lines,
        int measured,
        int failed
    )
    {
        var groups = lines
            .Where(line => line.Accuracy is not null)
            .GroupBy(line => (line.Method, Variant: line.Variant ?? "", line.Limit))
            .Select(group => new
            {
                group.Key.Method,
                Variant = group.Key.Variant.Length > 0 ? group.Key.Variant : null,
                group.Key.Limit,
                Cells = group.Count(),
                Accuracy = Math.Round(group.Average(line => line.Accuracy!.Value), 6),
                Forwards = Math.Round(group.Average(line => line.Forwards ?? 0), 1),
            })
            .ToList();
        if (parsed.GetValue(Json))
        {
            Terminal.Json(
                new
                {
                    Output = path,
                    Cells = lines.Count,
                    Measured = measured,
                    Failed = failed,
                    Methods = groups,
                }
            );
            return;
        }
        Console.WriteLine(
            $"{path}: {lines.Count} cells, {measured} measured now{(failed > 0 ? $", {failed} failed" : "")}"
        );
        if (groups.Count == 0)
        {
            return;
        }
        var table = new Spectre.Console.Table().Border(TableBorder.Simple);
        table.AddColumn("method");
        foreach (string title in (string[])["forwards", "cells", "mean accuracy"])
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }
        foreach (var group in groups)
        {
            string title = group.Method + (group.Variant is { } variant ? $" ({variant})" : "");
            table.AddRow(
                Markup.Escape(title),
                group.Forwards.ToString("N0", CultureInfo.InvariantCulture),
                group.Cells.ToString(CultureInfo.InvariantCulture),
                (100 * group.Accuracy).ToString("F2", CultureInfo.InvariantCulture) + " %"
            );
        }
        Terminal.Output.Write(table);
    }
}
