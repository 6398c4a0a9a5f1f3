namespace Attune.Host.Reports;

/// <summary>What a report says. All texts are plain; <see cref="ReportWriter"/> escapes them.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Lead">One sentence below it.</param>
/// <param name="Tiles">The figures that matter, large, at the top.</param>
/// <param name="Sections">The rest, in order.</param>
public sealed record ReportPage(
    string Title,
    string Lead,
    IReadOnlyList<ReportTile> Tiles,
    IReadOnlyList<ReportSection> Sections
)
{
    /// <summary>Where the figures come from: files, git states, commands.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];
}

/// <summary>Whether a tile's figure is good news.</summary>
public enum Tone
{
    /// <summary>Neither.</summary>
    Plain,

    /// <summary>Good.</summary>
    Good,

    /// <summary>Bad.</summary>
    Bad,
}

/// <summary>A large figure.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The figure.</param>
/// <param name="Note">A sentence below it.</param>
/// <param name="Tone">Its colour.</param>
public sealed record ReportTile(string Name, string Value, string Note, Tone Tone = Tone.Plain);

/// <summary>A part of a report: text, then a chart with its table, a table alone, or pictures.</summary>
/// <param name="Heading">What it shows.</param>
/// <param name="Text">How to read it.</param>
public sealed record ReportSection(string Heading, string Text)
{
    /// <summary>The chart; its table is made from it.</summary>
    public Chart? Chart { get; init; }

    /// <summary>A table beside the chart's own, or null.</summary>
    public ReportTable? Table { get; init; }

    /// <summary>Samples with what the network said.</summary>
    public IReadOnlyList<ReportPicture> Pictures { get; init; } = [];
}

/// <summary>A table; a column whose cells all begin with a digit or a sign stands to the right.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">One cell a column.</param>
public sealed record ReportTable(string Name, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A sample with the class that the network named in each phase.</summary>
/// <param name="Label">Name of its class; null: unknown.</param>
/// <param name="Images">PNG files with what they show ("clean", "as seen").</param>
/// <param name="Predictions">Phase and predicted class, in order.</param>
public sealed record ReportPicture(
    string? Label,
    IReadOnlyList<(string Name, byte[] Png)> Images,
    IReadOnlyList<(string Phase, string Class)> Predictions
);
