using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;
using Spectre.Console;

namespace Attune.Host.Bench;

/// <summary>
/// Measures the cells of a table that its file does not have yet, several at a time, and appends each when it is done.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="data">Model and images.</param>
/// <param name="jobs">Cells at a time.</param>
public sealed class BenchRunner(IBenchTable table, BenchData data, int jobs)
{
    private readonly Lock counting = new();
    private int done;
    private int failed;
    private bool tooLarge;
    private double finished;
    private double work;
    private readonly Stopwatch total = new();

    /// <summary>What a run came to.</summary>
    /// <param name="Lines">Lines of the cells, those that were there before included.</param>
    /// <param name="Measured">Cells that were measured now.</param>
    /// <param name="Failed">Cells that could not be measured.</param>
    /// <param name="TooLarge">Whether one of those does not fit its arena.</param>
    /// <param name="Complete">Whether no cell was left out because the run was interrupted.</param>
    public sealed record Summary(
        IReadOnlyList<BenchLine> Lines,
        int Measured,
        int Failed,
        bool TooLarge,
        bool Complete
    );

    /// <summary>The cells of one of several processes that share them.</summary>
    public static IReadOnlyList<BenchCell> Shard(IReadOnlyList<BenchCell> cells, int shard, int shards) =>
        [.. cells.Where((_, index) => index % shards == shard - 1)];

    /// <summary>Runs until all cells are done or the token asks for an end; cells in work are then given up.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="file">Where lines go; cells that are in it are skipped.</param>
    /// <param name="others">Lines of other files whose cells are skipped as well.</param>
    /// <param name="cancellation">Asks for an end.</param>
    public Summary Run(
        IReadOnlyList<BenchCell> cells,
        BenchFile file,
        IEnumerable<BenchLine> others,
        CancellationToken cancellation
    )
    {
        var lines = new Dictionary<string, BenchLine>();
        foreach (BenchLine line in file.Lines.Concat(others))
        {
            lines.TryAdd(line.Key, line);
        }
        List<BenchCell> open = [.. cells.Where(cell => !lines.ContainsKey(cell.Head.Key))];
        string git = GitState.Describe();
        work = open.Sum(cell => cell.Weight);
        total.Restart();
        ProgressView.Run(add =>
        {
            ProgressTask? bar = open.Count > 0 ? add(table.Name, work) : null;
            int next = -1;
            var workers = Enumerable
                .Range(0, Math.Min(jobs, Math.Max(1, open.Count)))
                .Select(_ => Task.Run(Work))
                .ToArray();
            Task.WaitAll(workers);
            return 0;

            void Work()
            {
                for (int index; !cancellation.IsCancellationRequested; )
                {
                    index = Interlocked.Increment(ref next);
                    if (index >= open.Count)
                    {
                        return;
                    }
                    if (Measure(open[index], git, open.Count, bar, cancellation) is { } line)
                    {
                        file.Append(line);
                        lock (counting)
                        {
                            lines.Add(line.Key, line);
                        }
                    }
                }
            }
        });
        List<BenchLine> wanted = [.. cells.Select(cell => lines.GetValueOrDefault(cell.Head.Key)).OfType<BenchLine>()];
        return new Summary(wanted, done, failed, tooLarge, done + failed == open.Count);
    }

    /// <summary>The command that measures a cell again.</summary>
    public static string CommandOf(IBenchTable table, BenchLine head)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(head);
        var usual = new BenchSettings();
        var text = new StringBuilder("attune bench " + table.Name + " --methods " + head.Method);
        void Add(string option, IFormattable? value, IFormattable? otherwise = null)
        {
            if (value is not null && !value.Equals(otherwise))
            {
                text.Append(CultureInfo.InvariantCulture, $" {option} {value}");
            }
        }
        // The method itself must be asked for where the table has variants of it as well.
        var own = new BenchSettings { Methods = [head.Method], Seeds = [1] };
        bool varies = head.Variant is not null || table.Cells(own).Any(cell => cell.Head.Variant is not null);
        text.Append(varies ? $" --variants '{head.Variant}'" : "");
        text.Append(head.Corruption is { } corruption ? $" --corruptions {corruption}" : "");
        Add("--severity", head.Severity is 0 ? null : head.Severity, usual.Severity);
        Add("--seeds", head.Seed);
        Add("--forwards", head.Limit);
        Add("--train-count", head.Train, usual.TrainCount);
        Add("--test-count", head.Test, usual.TestCount);
        Add("--arena", head.Budget);
        text.Append(head.Split is null ? "" : " --held-out");
        return text.ToString();
    }

    private BenchLine? Measure(BenchCell cell, string git, int count, ProgressTask? bar, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        double reached = 0;
        void Progress(double forwards)
        {
            lock (counting)
            {
                double now = Math.Min(forwards, cell.Weight);
                finished += now - reached;
                reached = now;
                if (bar is not null)
                {
                    bar.Value = finished;
                }
            }
        }
        try
        {
            BenchLine line = cell.Measure(new BenchContext(data, Progress, cancellation)) with
            {
                Seconds = Math.Round(watch.Elapsed.TotalSeconds, 1),
                Date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                Command = CommandOf(table, cell.Head),
                Git = git,
                Version = VersionText(),
            };
            lock (counting)
            {
                done++;
                Note(bar, $"{table.Name} {cell.Title}: {Result(line)} ({done + failed} of {count})");
            }
            Progress(cell.Weight);
            Foretell(bar, count);
            return line;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception error) when (Ends(error))
        {
            lock (counting)
            {
                failed++;
                tooLarge |= error is PlanException;
                Note(bar, $"attune: {table.Name} {cell.Title}: {error.Message.ReplaceLineEndings(" ")}");
            }
            return null;
        }
        finally
        {
            Progress(cell.Weight);
        }
    }

    /// <summary>Says how long the rest takes: after the first cell, and again when twice as many are done.</summary>
    private void Foretell(ProgressTask? bar, int count)
    {
        lock (counting)
        {
            int cells = done + failed;
            if (cells < count && (cells == 1 || (bar is null && int.IsPow2(cells))))
            {
                double seconds = Forecast.Seconds(total.Elapsed.TotalSeconds, finished, work, cells, count);
                Terminal.Note(Forecast.Line(table.Name, seconds, cells, count, DateTime.Now));
            }
        }
    }

    /// <summary>Whether an error ends a cell, but not the table.</summary>
    private static bool Ends(Exception error) =>
        error
            is PlanException
                or ModelException
                or StorageException
                or JobException
                or KernelException
                or DataException
                or UsageException;

    private static string Result(BenchLine line) =>
        line.Accuracy is { } accuracy
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * accuracy:F2} %, {line.Forwards:N0} forwards, {line.Seconds:F0} s"
            )
            : string.Create(CultureInfo.InvariantCulture, $"{line.Seconds:F0} s");

    /// <summary>A line a cell, but where a bar is shown only what went wrong.</summary>
    private static void Note(ProgressTask? bar, string text)
    {
        if (bar is null || text.StartsWith("attune:", StringComparison.Ordinal))
        {
            Terminal.Note(text);
        }
    }

    private static string VersionText() => Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "unknown";
}
