using Attune.Host.Reference;
using Attune.Numbers;

namespace Attune.Host.Bench.Estimates;

/// <summary>Signs of probes in the order of their elements: those that the kernels make from a seed, and orthogonal ones.</summary>
public static class ProbeSigns
{
    /// <summary>Adds factor * xi to a vector; xi are the signs of a seed as attune.h defines them.</summary>
    public static void Add(uint low, uint high, float factor, Span<float> vector)
    {
        for (int first = 0; first < vector.Length; first += 32)
        {
            uint word = SeedSequence.Mix(SeedSequence.Mix((uint)(first / 32) ^ low) + high);
            Span<float> part = vector[first..Math.Min(first + 32, vector.Length)];
            for (int i = 0; i < part.Length; i++)
            {
                part[i] += (word >> i & 1) == 0 ? factor : -factor;
            }
        }
    }

    /// <summary>
    /// Rows of sign-flipped Hadamard matrices with shuffled rows and columns: as many as asked for, orthogonal to each other within
    /// each matrix as far as the length is a power of two.
    /// </summary>
    /// <param name="length">Entries of a row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="random">Flips and shuffles.</param>
    public static float[][] Orthogonal(int length, int count, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length);
        var rows = new float[count][];
        int[] columns = [];
        int[] order = [];
        float[] flips = [];
        for (int row = 0; row < count; row++)
        {
            if (row % size == 0)
            {
                columns = [.. Enumerable.Range(0, size)];
                order = [.. Enumerable.Range(0, size)];
                random.Shuffle(columns);
                random.Shuffle(order);
                flips = [.. columns.Select(_ => random.Below(2) == 0 ? 1f : -1f)];
            }
            int index = order[row % size];
            rows[row] =
            [
                .. Enumerable
                    .Range(0, length)
                    .Select(i => int.IsEvenInteger(int.PopCount(index & columns[i])) ? flips[i] : -flips[i]),
            ];
        }
        return rows;
    }
}
