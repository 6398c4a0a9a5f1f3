namespace Attune.Host.Data.Corruptions;

/// <summary>What a filter reads beyond the edge of "abcd".</summary>
internal enum Border
{
    /// <summary>aaa|abcd|ddd.</summary>
    Clamp,

    /// <summary>cba|abcd|dcb: the edge value is repeated once.</summary>
    Reflect,

    /// <summary>dcb|abcd|cba: the edge value is not repeated.</summary>
    Mirror,
}

internal static class BorderExtensions
{
    /// <summary>The index within 0..size-1 that stands for any <paramref name="index"/>.</summary>
    public static int Resolve(this Border border, int index, int size)
    {
        if ((uint)index < (uint)size)
        {
            return index;
        }
        if (border == Border.Clamp || size == 1)
        {
            return Math.Clamp(index, 0, size - 1);
        }
        int period = border == Border.Reflect ? 2 * size : 2 * size - 2;
        int folded = (index % period + period) % period;
        return folded < size ? folded
            : border == Border.Reflect ? period - 1 - folded
            : period - folded;
    }
}
