using System.Globalization;

namespace Attune.Host.Import;

/// <summary>
/// A block table as text on the command line. Layers are counted by depth among the layers with weights, from 0.
/// </summary>
public static class BlockRanges
{
    private const int MaximumBlocks = 64;

    /// <summary>The block of each layer, from text.</summary>
    /// <param name="text">
    /// Ranges that follow each other and cover all layers ("0-10,11-21,22-41"), or the first layer of each block ("0,11,22").
    /// </param>
    /// <param name="layers">Layers with weights.</param>
    /// <exception cref="ImportException">The text is neither, or does not fit the layers.</exception>
    public static int[] Parse(string text, int layers)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > MaximumBlocks)
        {
            throw Bad(text, layers, $"{parts.Length} blocks, at most {MaximumBlocks} are possible");
        }
        bool ranges = text.Contains('-', StringComparison.Ordinal);
        var table = new int[layers];
        for (int block = 0; block < parts.Length; block++)
        {
            string[] ends = parts[block].Split('-', StringSplitOptions.TrimEntries);
            int first = Number(text, layers, ends[0]);
            int last = ranges ? Number(text, layers, ends[^1]) : layers - 1;
            int expected = block == 0 ? 0 : -1;
            if (ranges && block > 0)
            {
                expected = Number(text, layers, parts[block - 1].Split('-', StringSplitOptions.TrimEntries)[^1]) + 1;
            }
            bool follows = expected < 0 ? first > Number(text, layers, parts[block - 1]) : first == expected;
            if (ends.Length > 2 || !follows || last < first || last >= layers)
            {
                throw Bad(text, layers, $"'{parts[block]}' does not follow what is before it or lies outside");
            }
            Array.Fill(table, block, first, last - first + 1);
            if (block == parts.Length - 1 && last != layers - 1)
            {
                throw Bad(text, layers, $"the layers after {last} are in no block");
            }
        }
        return table;
    }

    private static int Number(string text, int layers, string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Bad(text, layers, $"'{part}' is no layer number");

    private static ImportException Bad(string text, int layers, string reason) =>
        new(
            $"blocks '{text}': {reason}; the model has {layers} layers with weights, give ranges like 0-1,2-3 that cover them or "
                + "the first layer of each block"
        );
}
