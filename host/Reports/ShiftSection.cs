using System.Globalization;
using Attune.Host.Running;

namespace Attune.Host.Reports;

/// <summary>What a run did on its own samples, seen without labels: how sure the network is, how far statistics moved.</summary>
internal static class ShiftSection
{
    /// <summary>Tiles in place of a gain that cannot be measured.</summary>
    public static IEnumerable<ReportTile> Tiles(ShiftComparison? shift)
    {
        if (shift is { Before.Entropy: { } before, After.Entropy: { } after })
        {
            yield return new ReportTile(
                "Entropy of its predictions",
                $"{Text(before)} → {Text(after)} nats",
                $"On {shift.Before.Samples:N0} samples that it adapted to. Less is surer; whether it is right only labels can tell."
            );
        }
        if (shift is { Before.MeanShift: { } far, After.MeanShift: { } near })
        {
            yield return new ReportTile(
                "Channel statistics",
                $"{Text(far)} → {Text(near)}",
                $"Mean distance of the channels' means from those of the calibration samples, in standard deviations. Spreads differ by a factor of {Text(shift.Before.Spread!.Value)} before and {Text(shift.After.Spread!.Value)} after."
            );
        }
    }

    /// <summary>The figures as a table; nothing if there are none.</summary>
    public static IEnumerable<ReportSection> Of(ShiftComparison? shift)
    {
        if (shift is null)
        {
            yield break;
        }
        (string Name, double? Before, double? After)[] rows =
        [
            ("entropy of the predictions (nats)", shift.Before.Entropy, shift.After.Entropy),
            ("distance of channel means (deviations)", shift.Before.MeanShift, shift.After.MeanShift),
            ("spread of channels (factor)", shift.Before.Spread, shift.After.Spread),
        ];
        IReadOnlyList<string>[] cells =
        [
            .. rows.Where(row => row is { Before: not null, After: not null })
                .Select(row => (IReadOnlyList<string>)[row.Name, Text(row.Before!.Value), Text(row.After!.Value)]),
        ];
        if (cells.Length > 0)
        {
            yield return new ReportSection(
                "Without labels",
                $"Measured on {shift.Before.Samples:N0} samples that the network adapted to, without their labels. Distance and spread compare each channel with the calibration samples: 0 and 1 are equal."
            )
            {
                Table = new ReportTable("shift", ["measured", "before", "after"], cells),
            };
        }
    }

    private static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
