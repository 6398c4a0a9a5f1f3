using Attune.Model;

namespace Attune.Host.Model;

/// <summary>
/// Splits the layers with weights into consecutive blocks, which sparse training tries one by one. Layers are counted
/// here by depth among the layers with weights, from 0.
/// </summary>
public static class BlockTable
{
    /// <summary>Blocks where the user asks for none: the paper's number.</summary>
    public const int DefaultBlocks = 4;

    /// <summary>The block of each layer, blocks as equal as possible; earlier blocks get the layers left over.</summary>
    /// <param name="layers">Layers with weights.</param>
    /// <param name="blocks">Blocks wanted; there are never more blocks than layers.</param>
    public static int[] Even(int layers, int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        var table = new int[layers];
        int at = 0;
        for (int block = 0; block < Math.Min(blocks, layers); block++)
        {
            int count = layers / blocks + (block < layers % blocks ? 1 : 0);
            Array.Fill(table, block, at, count);
            at += count;
        }
        return table;
    }

    /// <summary>Writes a table into a model's records.</summary>
    /// <param name="builder">The model in the making.</param>
    /// <param name="choose">
    /// The block of each layer from their number, as <see cref="Even"/> gives; null: <see cref="DefaultBlocks"/> of equal depth.
    /// </param>
    public static void Apply(AtmBuilder builder, Func<int, int[]>? choose = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        int[][] records =
        [
            .. Enumerable
                .Range(0, builder.LayerCount)
                .Select(builder.Record)
                .Where(record =>
                    record[RecordField.Operator] is >= Operators.Conv2D and <= Operators.FullyConnected
                    && record[RecordField.Spectrum] == 0
                ),
        ];
        int[] table = choose is null ? Even(records.Length, DefaultBlocks) : choose(records.Length);
        for (int layer = 0; layer < records.Length; layer++)
        {
            records[layer][RecordField.Block] = table[layer];
        }
        builder.BlockCount = table.Length == 0 ? 1 : table[^1] + 1;
    }
}
