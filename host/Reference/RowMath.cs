using System.Numerics;
using System.Runtime.InteropServices;

namespace Attune.Host.Reference;

/// <summary>
/// Element-wise FP32 operations on rows, vectorised; no reductions, so equal for any vector width. Operands are at least as long
/// as the target.
/// </summary>
internal static class RowMath
{
    /// <summary>target += source.</summary>
    public static void Add(Span<float> target, ReadOnlySpan<float> source)
    {
        source = source[..target.Length];
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            (
                Vector.LoadUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i)
                + Vector.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)i)
            ).StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
        }
        for (; i < target.Length; i++)
        {
            target[i] += source[i];
        }
    }

    /// <summary>target += a * b.</summary>
    public static void AddProduct(Span<float> target, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        a = a[..target.Length];
        b = b[..target.Length];
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            var product =
                Vector.LoadUnsafe(ref MemoryMarshal.GetReference(a), (nuint)i)
                * Vector.LoadUnsafe(ref MemoryMarshal.GetReference(b), (nuint)i);
            (Vector.LoadUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i) + product).StoreUnsafe(
                ref MemoryMarshal.GetReference(target),
                (nuint)i
            );
        }
        for (; i < target.Length; i++)
        {
            target[i] += a[i] * b[i];
        }
    }

    /// <summary>target += factor * source.</summary>
    public static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float factor)
    {
        source = source[..target.Length];
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            (
                Vector.LoadUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i)
                + Vector.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)i) * factor
            ).StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
        }
        for (; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }

    /// <summary>target = a * x + b, element by element.</summary>
    public static void MultiplyAdd(
        Span<float> target,
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> a,
        ReadOnlySpan<float> b
    )
    {
        x = x[..target.Length];
        a = a[..target.Length];
        b = b[..target.Length];
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            var product =
                Vector.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i)
                * Vector.LoadUnsafe(ref MemoryMarshal.GetReference(a), (nuint)i);
            (product + Vector.LoadUnsafe(ref MemoryMarshal.GetReference(b), (nuint)i)).StoreUnsafe(
                ref MemoryMarshal.GetReference(target),
                (nuint)i
            );
        }
        for (; i < target.Length; i++)
        {
            target[i] = x[i] * a[i] + b[i];
        }
    }

    /// <summary>Limits every element to [minimum, maximum].</summary>
    public static void Clamp(Span<float> target, float minimum, float maximum)
    {
        var low = new Vector<float>(minimum);
        var high = new Vector<float>(maximum);
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            Vector
                .Min(Vector.Max(Vector.LoadUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i), low), high)
                .StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
        }
        for (; i < target.Length; i++)
        {
            target[i] = Math.Min(Math.Max(target[i], minimum), maximum);
        }
    }

    /// <summary>gradient = 0 where the clamped value is not strictly between the bounds.</summary>
    public static void MaskOutside(Span<float> gradient, ReadOnlySpan<float> clamped, float minimum, float maximum)
    {
        clamped = clamped[..gradient.Length];
        var low = new Vector<float>(minimum);
        var high = new Vector<float>(maximum);
        int i = 0;
        for (; i + Vector<float>.Count <= gradient.Length; i += Vector<float>.Count)
        {
            var value = Vector.LoadUnsafe(ref MemoryMarshal.GetReference(clamped), (nuint)i);
            var inside = Vector.GreaterThan(value, low) & Vector.LessThan(value, high);
            Vector
                .ConditionalSelect(
                    inside,
                    Vector.LoadUnsafe(ref MemoryMarshal.GetReference(gradient), (nuint)i),
                    Vector<float>.Zero
                )
                .StoreUnsafe(ref MemoryMarshal.GetReference(gradient), (nuint)i);
        }
        for (; i < gradient.Length; i++)
        {
            if (!(clamped[i] > minimum && clamped[i] < maximum))
            {
                gradient[i] = 0;
            }
        }
    }

    /// <summary>gradient = 0 where the value before the clamp lies outside the bounds.</summary>
    public static void MaskBeyond(Span<float> gradient, ReadOnlySpan<float> value, float minimum, float maximum)
    {
        value = value[..gradient.Length];
        var low = new Vector<float>(minimum);
        var high = new Vector<float>(maximum);
        int i = 0;
        for (; i + Vector<float>.Count <= gradient.Length; i += Vector<float>.Count)
        {
            var before = Vector.LoadUnsafe(ref MemoryMarshal.GetReference(value), (nuint)i);
            var outside = Vector.LessThan(before, low) | Vector.GreaterThan(before, high);
            Vector
                .ConditionalSelect(
                    outside,
                    Vector<float>.Zero,
                    Vector.LoadUnsafe(ref MemoryMarshal.GetReference(gradient), (nuint)i)
                )
                .StoreUnsafe(ref MemoryMarshal.GetReference(gradient), (nuint)i);
        }
        for (; i < gradient.Length; i++)
        {
            if (value[i] < minimum || value[i] > maximum)
            {
                gradient[i] = 0;
            }
        }
    }

    /// <summary>target = source * factors.</summary>
    public static void Scale(Span<float> target, ReadOnlySpan<int> source, ReadOnlySpan<float> factors)
    {
        source = source[..target.Length];
        factors = factors[..target.Length];
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            var real = Vector.ConvertToSingle(Vector.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)i));
            (real * Vector.LoadUnsafe(ref MemoryMarshal.GetReference(factors), (nuint)i)).StoreUnsafe(
                ref MemoryMarshal.GetReference(target),
                (nuint)i
            );
        }
        for (; i < target.Length; i++)
        {
            target[i] = source[i] * factors[i];
        }
    }

    /// <summary>Adds every position's row to a row of channels, position by position.</summary>
    public static void AddRows(Span<float> sum, ReadOnlySpan<float> rows)
    {
        for (int at = 0; sum.Length > 0 && at < rows.Length; at += sum.Length)
        {
            Add(sum, rows.Slice(at, sum.Length));
        }
    }

    /// <summary>Copies one row to every position.</summary>
    public static void FillRows(Span<float> rows, ReadOnlySpan<float> row)
    {
        for (int at = 0; at < rows.Length; at += row.Length)
        {
            row.CopyTo(rows[at..]);
        }
    }

    /// <summary>target = scale * (source - zero).</summary>
    public static void Dequantize(Span<float> target, ReadOnlySpan<sbyte> source, float scale, int zero)
    {
        source = source[..target.Length];
        var offset = new Vector<int>(zero);
        int lanes = Vector<int>.Count;
        int i = 0;
        for (; i + Vector<sbyte>.Count <= target.Length; i += Vector<sbyte>.Count)
        {
            Vector.Widen(
                Vector.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)i),
                out var lower,
                out var upper
            );
            Vector.Widen(lower, out var first, out var second);
            Vector.Widen(upper, out var third, out var fourth);
            Store(target, i, first);
            Store(target, i + lanes, second);
            Store(target, i + 2 * lanes, third);
            Store(target, i + 3 * lanes, fourth);
        }
        for (; i < target.Length; i++)
        {
            target[i] = scale * (source[i] - zero);
        }

        void Store(Span<float> to, int at, Vector<int> values) =>
            (Vector.ConvertToSingle(values - offset) * scale).StoreUnsafe(
                ref MemoryMarshal.GetReference(to),
                (nuint)at
            );
    }
}
