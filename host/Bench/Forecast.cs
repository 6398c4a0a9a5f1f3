using System.Globalization;

namespace Attune.Host.Bench;

/// <summary>How long the rest of a table takes, from what is measured.</summary>
public static class Forecast
{
    /// <summary>Seconds left at the pace so far.</summary>
    /// <param name="elapsed">Seconds so far.</param>
    /// <param name="finished">Work done in them, cells in work included.</param>
    /// <param name="work">All the work.</param>
    /// <param name="cells">Cells done, 1 or more; used where these have no work to compare.</param>
    /// <param name="count">All cells.</param>
    public static double Seconds(double elapsed, double finished, double work, int cells, int count)
    {
        double part = finished > 0 && work > 0 ? finished / work : (double)cells / count;
        return elapsed * Math.Max(0, 1 / Math.Min(1, part) - 1);
    }

    /// <summary>The line that says so.</summary>
    /// <param name="table">Name of the table.</param>
    /// <param name="seconds">Seconds left.</param>
    /// <param name="cells">Cells done.</param>
    /// <param name="count">All cells.</param>
    /// <param name="now">The time now.</param>
    public static string Line(string table, double seconds, int cells, int count, DateTime now) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"attune: {table}: about {Duration(seconds)} left for {count - cells} of {count} cells, until {now.AddSeconds(seconds):yyyy-MM-dd HH:mm} at this pace; Ctrl-C stops, the same command goes on"
        );

    private static string Duration(double seconds) =>
        seconds < 90 ? $"{seconds:0} s"
        : seconds < 90 * 60 ? $"{seconds / 60:0} min"
        : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h");
}
