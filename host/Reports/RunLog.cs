using System.Globalization;
using Attune.Host.Data;
using Attune.Host.Running;
using Attune.Storage;

namespace Attune.Host.Reports;

/// <summary>A line of log.csv (docs/FORMATS.md).</summary>
/// <param name="Stage">before, filter, align, aligned, trial, trial-result, train, train-result, repeat, after.</param>
/// <param name="Block">The block that is trained, or null.</param>
/// <param name="Candidate">The setting of the input filter that the line is about, or null.</param>
/// <param name="Unit">Number of the training step, or null.</param>
/// <param name="Loss">Mean clean loss of the step, mean entropy of a candidate, or null.</param>
/// <param name="Correct">Correct validation samples, or null.</param>
/// <param name="Forwards">Full-forward equivalents so far, or null.</param>
public sealed record RunLogLine(
    string Stage,
    int? Block,
    string? Candidate,
    int? Unit,
    double? Loss,
    int? Correct,
    double? Forwards
);

/// <summary>Reads log.csv.</summary>
public static class RunLog
{
    private const int Columns = 7;

    /// <summary>The lines after the header.</summary>
    /// <exception cref="DataException">There is no such file, or a line is wrong; names file and line.</exception>
    public static IReadOnlyList<RunLogLine> Read(string folder)
    {
        string path = CardFolder.PathOf(folder, CardFiles.Log);
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: there is no such file; run 'attune train {folder}' first.");
        }
        var lines = new List<RunLogLine>();
        string[] texts = File.ReadAllLines(path);
        for (int index = 1; index < texts.Length; index++)
        {
            string[] cells = texts[index].Split(',');
            if (cells.Length != Columns)
            {
                throw Bad(path, index, $"has {cells.Length} values instead of {Columns}");
            }
            bool filter = cells[0] == "filter";
            lines.Add(
                new RunLogLine(
                    cells[0],
                    (int?)Number(cells[1]),
                    filter ? cells[2] : null,
                    filter ? null : (int?)Number(cells[2]),
                    Number(cells[3]),
                    (int?)Number(cells[5]),
                    Number(cells[6])
                )
            );

            double? Number(string cell) =>
                cell.Length == 0 ? null
                : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
                : throw Bad(path, index, $"'{cell}' is no number");
        }
        return lines;
    }

    private static DataException Bad(string path, int index, string reason) =>
        new($"{path}, line {index + 1}: {reason}; run 'attune train' again to write it anew.");
}
