using System.Globalization;
using Attune.Host.Bench.Tables;
using Attune.Host.Shell;

namespace Attune.Host.Bench.Document;

/// <summary>When lines were measured, and the commands that measure all of them again.</summary>
public static class Origin
{
    /// <summary>One paragraph: dates, commands, commits.</summary>
    public static string Of(IReadOnlyList<BenchLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        string[] dates = [.. lines.Select(line => line.Date).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        string[] commits = [.. lines.Select(line => line.Git).OfType<string>().Distinct()];
        string when = dates.Length switch
        {
            0 => "",
            1 => " " + dates[0],
            _ => $" {dates[0]} to {dates[^1]}",
        };
        string commands = string.Join(" and ", Commands(lines).Select(command => $"`{command.Text}`"));
        return $"Measured{when} with {(commands.Length > 0 ? commands : "an earlier version")}"
            + (commits.Length > 0 ? $" (sources: {string.Join(", ", commits)})" : "")
            + ".\n";
    }

    /// <summary>
    /// The commands, each with the settings that it stands for: those of the table's usual cells first, then those that name
    /// what is beside them. Lines that this version cannot measure have none.
    /// </summary>
    public static IReadOnlyList<(string Text, BenchSettings Settings)> Commands(IReadOnlyList<BenchLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (lines.Count == 0 || TableOf(lines[0]) is not { } table)
        {
            return [];
        }
        var commands = new List<(string, BenchSettings)>();
        var groups = lines
            .Where(CanMeasure)
            .GroupBy(line => (line.Limit, line.Split, line.Train, line.Test))
            .OrderBy(group => group.Key.Limit ?? 0);
        foreach (var group in groups)
        {
            BenchSettings usual = Settings(table, [.. group]);
            var cells = Places(table, usual);
            List<BenchLine> covered = [.. group.Where(line => cells.Contains(Place(line)))];
            if (covered.Count > 0)
            {
                commands.Add((Text(table, usual, covered), usual with { Methods = MethodsOf(covered) }));
            }
            // Variants of the same methods and corruptions share a command.
            var others = group
                .Except(covered)
                .GroupBy(line => line.Variant ?? "")
                .GroupBy(variant => string.Join(',', MethodsOf(variant).Concat(CorruptionsOf(variant))));
            foreach (var other in others)
            {
                List<BenchLine> all = [.. other.SelectMany(variant => variant)];
                string[] variants = [.. other.Select(variant => variant.Key)];
                BenchSettings named = usual with
                {
                    Methods = MethodsOf(all),
                    Variants = variants is [""] ? [] : variants,
                    Corruptions = CorruptionsOf(all),
                    Seeds = SeedsOf(all),
                };
                commands.Add((Text(table, named, all), named));
            }
        }
        return commands;
    }

    /// <summary>Whether this version can measure a line again: its method, variant and corruption are still known.</summary>
    public static bool CanMeasure(BenchLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return TableOf(line) is { } table
            && Places(
                table,
                new BenchSettings
                {
                    Methods = [line.Method],
                    Variants = line.Variant is { } variant ? [variant] : [],
                    Corruptions = CorruptionsOf([line]),
                    Seeds = SeedsOf([line]),
                }
            ).Count > 0;
    }

    private static IBenchTable? TableOf(BenchLine line)
    {
        string name = int.TryParse(line.Table, out _) ? "table" + line.Table : line.Table;
        return BenchTables.All.FirstOrDefault(table => table.Name == name);
    }

    private static BenchSettings Settings(IBenchTable table, IReadOnlyList<BenchLine> lines)
    {
        var settings = new BenchSettings
        {
            Methods = MethodsOf(lines),
            Seeds = SeedsOf(lines),
            Limit = lines[0].Limit,
            HeldOut = lines[0].Split is not null,
        };
        // Some tables take fewer images than they are given: name a number only where the usual one does not lead to it.
        var heads = Cells(table, settings).Select(cell => cell.Head).ToList();
        return settings with
        {
            TrainCount =
                lines[0].Train is { } train && heads.All(head => head.Train != train) ? train : settings.TrainCount,
            TestCount = lines[0].Test is { } test && heads.All(head => head.Test != test) ? test : settings.TestCount,
        };
    }

    private static string Text(IBenchTable table, BenchSettings settings, IReadOnlyList<BenchLine> lines)
    {
        var usual = new BenchSettings();
        string[] seeds = [.. lines.Select(line => line.Seed).OfType<int>().Distinct().Order().Select(Text)];
        return $"attune bench {table.Name} --methods {string.Join(',', MethodsOf(lines))}"
            + string.Concat(settings.Variants.Select((variant, i) => (i == 0 ? " --variants" : "") + $" '{variant}'"))
            + (settings.Corruptions.Count > 0 ? " --corruptions " + string.Join(',', settings.Corruptions) : "")
            + (seeds.Length > 0 ? " --seeds " + string.Join(',', seeds) : "")
            + (settings.Limit is { } limit ? " --forwards " + limit.ToString(CultureInfo.InvariantCulture) : "")
            + (settings.TrainCount != usual.TrainCount ? " --train-count " + Text(settings.TrainCount) : "")
            + (settings.TestCount != usual.TestCount ? " --test-count " + Text(settings.TestCount) : "")
            + (settings.HeldOut ? " --held-out" : "");
    }

    private static HashSet<(string?, string, string?, int?)> Places(IBenchTable table, BenchSettings settings) =>
        [.. Cells(table, settings).Select(cell => Place(cell.Head))];

    private static IReadOnlyList<BenchCell> Cells(IBenchTable table, BenchSettings settings)
    {
        try
        {
            return table.Cells(settings);
        }
        catch (UsageException)
        {
            return [];
        }
    }

    private static (string?, string, string?, int?) Place(BenchLine line) =>
        (line.Corruption, line.Method, line.Variant, line.Seed);

    private static string[] MethodsOf(IEnumerable<BenchLine> lines) =>
        [.. lines.Select(line => line.Method).Distinct()];

    private static string[] CorruptionsOf(IEnumerable<BenchLine> lines) =>
        [.. lines.Select(line => line.Corruption).OfType<string>().Distinct()];

    private static int[] SeedsOf(IEnumerable<BenchLine> lines) =>
        [.. lines.Select(line => line.Seed ?? 1).Distinct().Order()];

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
