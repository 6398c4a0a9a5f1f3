namespace Attune.Host.Reports;

/// <summary>The reports of the demo's two steps as one page.</summary>
public static class DemoReport
{
    /// <summary>First the adaptation without labels, then what was learnt with labels.</summary>
    public static ReportPage Join(ReportPage adapted, ReportPage learnt)
    {
        ArgumentNullException.ThrowIfNull(adapted);
        ArgumentNullException.ThrowIfNull(learnt);
        return adapted with
        {
            Lead = $"1. {adapted.Lead} 2. {learnt.Lead}",
            Tiles = [.. Numbered(1, adapted), .. Numbered(2, learnt)],
            Sections = [.. Sections(1, adapted), .. Sections(2, learnt)],
            Sources = [.. adapted.Sources, .. learnt.Sources],
        };
    }

    private static IEnumerable<ReportTile> Numbered(int step, ReportPage page) =>
        page.Tiles.Select(tile => tile with { Name = $"{step}. {tile.Name}" });

    private static IEnumerable<ReportSection> Sections(int step, ReportPage page) =>
        page.Sections.Select(section => section with { Heading = $"{step}. {section.Heading}" });
}
