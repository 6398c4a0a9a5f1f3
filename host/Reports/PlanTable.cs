using Attune.Execution;
using Spectre.Console;

namespace Attune.Host.Reports;

/// <summary>An itemised part of a memory plan.</summary>
/// <param name="Kind">One of <see cref="PlanItem"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its bytes.</param>
public sealed record PlanPart(int Kind, string Name, int Bytes);

/// <summary>A memory plan as a table: part, bytes, KB, share of the limit.</summary>
public static class PlanTable
{
    /// <summary>Prints the table.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="limit">Bytes that there are.</param>
    public static void Write(IAnsiConsole console, MemoryPlan plan, int limit)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("arena");
        table.AddColumn(new TableColumn("bytes").RightAligned());
        table.AddColumn(new TableColumn("KB").RightAligned());
        table.AddColumn(new TableColumn("share").RightAligned());
        foreach (PlanPart part in Items(plan))
        {
            AddRow(table, part.Name, part.Bytes, limit);
        }
        table.AddEmptyRow();
        AddRow(table, "total", plan.Peak, limit);
        AddRow(table, plan.Peak <= limit ? "free" : "missing", Math.Abs(limit - plan.Peak), limit);
        console.Write(table);
    }

    /// <summary>The itemised parts.</summary>
    public static IEnumerable<PlanPart> Items(MemoryPlan plan) =>
        Enumerable
            .Range(0, plan.ItemCount)
            .Select(item => new PlanPart(plan.ItemKind(item), plan.ItemName(item), plan.ItemBytes(item)));

    private static void AddRow(Table table, string name, int bytes, int limit) =>
        table.AddRow(name, $"{bytes:N0}", $"{bytes / 1024.0:F1}", $"{100.0 * bytes / limit:F1} %");
}
