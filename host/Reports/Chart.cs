namespace Attune.Host.Reports;

/// <summary>How a chart is drawn.</summary>
public enum ChartKind
{
    /// <summary>Bars side by side, a group for each category.</summary>
    Bars,

    /// <summary>One lying bar for each category, its series end to end.</summary>
    Stack,

    /// <summary>Lines, dots and stars over numbers.</summary>
    Lines,

    /// <summary>A cell with its number for each series (row) and category (column), for more series than bars can show.</summary>
    Matrix,
}

/// <summary>What a number of a chart means, hence how it is written.</summary>
public enum ChartUnit
{
    /// <summary>A plain number.</summary>
    Number,

    /// <summary>A whole number; long ones as 20M on an axis.</summary>
    Count,

    /// <summary>0..100.</summary>
    Percent,

    /// <summary>Bytes, written as KB of 1,024.</summary>
    Bytes,
}

/// <summary>How a series is drawn in a chart of lines.</summary>
public enum SeriesStyle
{
    /// <summary>A line (or a bar, in a chart of bars).</summary>
    Line,

    /// <summary>Faint single dots; a line of the same name is their running mean.</summary>
    Dots,

    /// <summary>Large single points.</summary>
    Star,

    /// <summary>A dashed outline, or a point with its name beside it: a figure from elsewhere.</summary>
    Published,
}

/// <summary>An axis.</summary>
/// <param name="Name">What it shows, unit included.</param>
/// <param name="Unit">How its numbers are written.</param>
public sealed record ChartAxis(string Name, ChartUnit Unit = ChartUnit.Number)
{
    /// <summary>Names of its places; empty: it has numbers.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether it is logarithmic.</summary>
    public bool Log { get; init; }

    /// <summary>First value, or null: from the data.</summary>
    public double? Min { get; init; }

    /// <summary>Last value, or null: from the data.</summary>
    public double? Max { get; init; }
}

/// <summary>A point of a series, with its spread if it has one.</summary>
/// <param name="X">Place: a number, or the index of a category.</param>
/// <param name="Y">Value.</param>
/// <param name="Low">Lower end of the spread, or null.</param>
/// <param name="High">Upper end of the spread, or null.</param>
public readonly record struct ChartPoint(double X, double Y, double? Low = null, double? High = null);

/// <summary>A series.</summary>
/// <param name="Name">As the legend shows it.</param>
/// <param name="Color">Name of a colour of report.css, without "--".</param>
/// <param name="Points">In order of X.</param>
/// <param name="Style">How it is drawn.</param>
public sealed record ChartSeries(
    string Name,
    string Color,
    IReadOnlyList<ChartPoint> Points,
    SeriesStyle Style = SeriesStyle.Line
)
{
    /// <summary>Colours of its bars by place, or null: all have the series' own.</summary>
    public IReadOnlyList<string>? PointColors { get; init; }
}

/// <summary>A dashed line across a chart.</summary>
/// <param name="Name">Text beside it; empty: none.</param>
/// <param name="Value">Place on the axis of values.</param>
public sealed record ChartGuide(string Name, double Value);

/// <summary>A chart, as report.js draws it.</summary>
/// <param name="Kind">How.</param>
/// <param name="X">Axis of the places.</param>
/// <param name="Y">Axis of the values.</param>
/// <param name="Series">At least one; each name gets a colour of its own.</param>
public sealed record Chart(ChartKind Kind, ChartAxis X, ChartAxis Y, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>The series, no two names of which have one colour.</summary>
    public IReadOnlyList<ChartSeries> Series { get; } = ChartColors.Unique(Series);

    /// <summary>Lines across.</summary>
    public IReadOnlyList<ChartGuide> Guides { get; init; } = [];

    /// <summary>Whether its bars lie at any width, for long names; in a narrow window all do.</summary>
    public bool Lying { get; init; }
}
