using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attune.Host.Reference;

/// <summary>
/// FP32 matrix product. Vectorised over columns and summed over the inner dimension in ascending order without fused
/// multiply-add, so that every element is the same for any vector width.
/// </summary>
internal static class MatrixMultiply
{
    /// <summary>
    /// c[i][j] = (accumulate ? c[i][j] : 0) + sum over s of a[i][s] * b[s][j], with a[i][s] at i * aRow + s * aStep,
    /// b[s][j] at s * bRow + j, c[i][j] at i * cRow + j; i below rows, s below depth, j below columns.
    /// </summary>
    public static void Run(
        ReadOnlySpan<float> a,
        int aRow,
        int aStep,
        ReadOnlySpan<float> b,
        int bRow,
        Span<float> c,
        int cRow,
        int rows,
        int depth,
        int columns,
        bool accumulate
    )
    {
        if (rows == 0 || columns == 0 || depth == 0)
        {
            return;
        }
        // The tiles below work on references: one check of the last element of each operand instead of one an access.
        _ = a[(rows - 1) * aRow + (depth - 1) * aStep];
        _ = b[(depth - 1) * bRow + columns - 1];
        _ = c[(rows - 1) * cRow + columns - 1];
        ref float aStart = ref MemoryMarshal.GetReference(a);
        ref float bStart = ref MemoryMarshal.GetReference(b);
        ref float cStart = ref MemoryMarshal.GetReference(c);
        int lanes = Vector<float>.Count;
        int column = 0;
        for (; column + 2 * lanes <= columns; column += 2 * lanes)
        {
            TwoVectors(
                ref aStart,
                aRow,
                aStep,
                ref Unsafe.Add(ref bStart, column),
                bRow,
                ref Unsafe.Add(ref cStart, column),
                cRow,
                rows,
                depth,
                accumulate
            );
        }
        for (; column + lanes <= columns; column += lanes)
        {
            for (int row = 0; row < rows; row++)
            {
                TileOneByOne(
                    ref Unsafe.Add(ref aStart, row * aRow),
                    aStep,
                    ref Unsafe.Add(ref bStart, column),
                    bRow,
                    ref Unsafe.Add(ref cStart, row * cRow + column),
                    depth,
                    accumulate
                );
            }
        }
        for (; column < columns; column++)
        {
            for (int row = 0; row < rows; row++)
            {
                ref float element = ref Unsafe.Add(ref cStart, row * cRow + column);
                ref float factors = ref Unsafe.Add(ref aStart, row * aRow);
                ref float others = ref Unsafe.Add(ref bStart, column);
                element = Element(ref factors, aStep, ref others, bRow, depth, accumulate ? element : 0);
            }
        }
    }

    private static float Element(ref float a, int aStep, ref float b, int bRow, int depth, float sum)
    {
        for (int step = 0; step < depth; step++)
        {
            sum += Unsafe.Add(ref a, step * aStep) * Unsafe.Add(ref b, step * bRow);
        }
        return sum;
    }

    /// <summary>Rows of two vectors of columns: four at a time, then one by one.</summary>
    private static void TwoVectors(
        ref float a,
        int aRow,
        int aStep,
        ref float b,
        int bRow,
        ref float c,
        int cRow,
        int rows,
        int depth,
        bool accumulate
    )
    {
        int row = 0;
        for (; row + 4 <= rows; row += 4)
        {
            ref float first = ref Unsafe.Add(ref a, row * aRow);
            TileFourByTwo(
                ref first,
                aRow,
                aStep,
                ref b,
                bRow,
                ref Unsafe.Add(ref c, row * cRow),
                cRow,
                depth,
                accumulate
            );
        }
        for (; row < rows; row++)
        {
            for (int at = 0; at < 2 * Vector<float>.Count; at += Vector<float>.Count)
            {
                ref float factors = ref Unsafe.Add(ref a, row * aRow);
                ref float target = ref Unsafe.Add(ref c, row * cRow + at);
                TileOneByOne(ref factors, aStep, ref Unsafe.Add(ref b, at), bRow, ref target, depth, accumulate);
            }
        }
    }

    private static void TileFourByTwo(
        ref float a,
        int aRow,
        int aStep,
        ref float b,
        int bRow,
        ref float c,
        int cRow,
        int depth,
        bool accumulate
    )
    {
        int lanes = Vector<float>.Count;
        Vector<float> c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default;
        if (accumulate)
        {
            c00 = Vector.LoadUnsafe(ref c);
            c01 = Vector.LoadUnsafe(ref c, (nuint)lanes);
            c10 = Vector.LoadUnsafe(ref c, (nuint)cRow);
            c11 = Vector.LoadUnsafe(ref c, (nuint)(cRow + lanes));
            c20 = Vector.LoadUnsafe(ref c, (nuint)(2 * cRow));
            c21 = Vector.LoadUnsafe(ref c, (nuint)(2 * cRow + lanes));
            c30 = Vector.LoadUnsafe(ref c, (nuint)(3 * cRow));
            c31 = Vector.LoadUnsafe(ref c, (nuint)(3 * cRow + lanes));
        }
        for (int step = 0; step < depth; step++)
        {
            var b0 = Vector.LoadUnsafe(ref b);
            var b1 = Vector.LoadUnsafe(ref b, (nuint)lanes);
            var a0 = new Vector<float>(a);
            c00 += a0 * b0;
            c01 += a0 * b1;
            var a1 = new Vector<float>(Unsafe.Add(ref a, aRow));
            c10 += a1 * b0;
            c11 += a1 * b1;
            var a2 = new Vector<float>(Unsafe.Add(ref a, 2 * aRow));
            c20 += a2 * b0;
            c21 += a2 * b1;
            var a3 = new Vector<float>(Unsafe.Add(ref a, 3 * aRow));
            c30 += a3 * b0;
            c31 += a3 * b1;
            a = ref Unsafe.Add(ref a, aStep);
            b = ref Unsafe.Add(ref b, bRow);
        }
        c00.StoreUnsafe(ref c);
        c01.StoreUnsafe(ref c, (nuint)lanes);
        c10.StoreUnsafe(ref c, (nuint)cRow);
        c11.StoreUnsafe(ref c, (nuint)(cRow + lanes));
        c20.StoreUnsafe(ref c, (nuint)(2 * cRow));
        c21.StoreUnsafe(ref c, (nuint)(2 * cRow + lanes));
        c30.StoreUnsafe(ref c, (nuint)(3 * cRow));
        c31.StoreUnsafe(ref c, (nuint)(3 * cRow + lanes));
    }

    private static void TileOneByOne(
        ref float a,
        int aStep,
        ref float b,
        int bRow,
        ref float c,
        int depth,
        bool accumulate
    )
    {
        var sum = accumulate ? Vector.LoadUnsafe(ref c) : default;
        for (int step = 0; step < depth; step++)
        {
            sum += new Vector<float>(a) * Vector.LoadUnsafe(ref b);
            a = ref Unsafe.Add(ref a, aStep);
            b = ref Unsafe.Add(ref b, bRow);
        }
        sum.StoreUnsafe(ref c);
    }
}
