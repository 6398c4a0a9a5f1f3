using Attune.Execution;
using Spectre.Console;

namespace Attune.Host.Reports;

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
        foreach (var (name, bytes) in Items(plan))
        {
            AddRow(table, name, bytes, limit);
        }
        table.AddEmptyRow();
        AddRow(table, "total", plan.Peak, limit);
        AddRow(table, plan.Peak <= limit ? "free" : "missing", Math.Abs(limit - plan.Peak), limit);
        console.Write(table);
    }

    /// <summary>The itemised parts.</summary>
    public static IEnumerable<(string Name, int Bytes)> Items(MemoryPlan plan) =>
        Enumerable.Range(0, plan.ItemCount).Select(item => (plan.ItemName(item), plan.ItemBytes(item)));

    private static void AddRow(Table table, string name, int bytes, int limit) =>
        table.AddRow(name, $"{bytes:N0}", $"{bytes / 1024.0:F1}", $"{100.0 * bytes / limit:F1} %");
}
