using System.Numerics;

namespace Attune.Host.Reference;

/// <summary>Element-wise FP32 operations on rows, vectorised; no reductions, so equal for any vector width.</summary>
internal static class RowMath
{
    /// <summary>target += source.</summary>
    public static void Add(Span<float> target, ReadOnlySpan<float> source)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            (new Vector<float>(target[i..]) + new Vector<float>(source[i..])).CopyTo(target[i..]);
        }
        for (; i < target.Length; i++)
        {
            target[i] += source[i];
        }
    }

    /// <summary>target += a * b.</summary>
    public static void AddProduct(Span<float> target, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            var product = new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            (new Vector<float>(target[i..]) + product).CopyTo(target[i..]);
        }
        for (; i < target.Length; i++)
        {
            target[i] += a[i] * b[i];
        }
    }

    /// <summary>target += factor * source.</summary>
    public static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float factor)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            (new Vector<float>(target[i..]) + new Vector<float>(source[i..]) * factor).CopyTo(target[i..]);
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
        int i = 0;
        for (; i + Vector<float>.Count <= target.Length; i += Vector<float>.Count)
        {
            var product = new Vector<float>(x[i..]) * new Vector<float>(a[i..]);
            (product + new Vector<float>(b[i..])).CopyTo(target[i..]);
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
            Vector.Min(Vector.Max(new Vector<float>(target[i..]), low), high).CopyTo(target[i..]);
        }
        for (; i < target.Length; i++)
        {
            target[i] = Math.Min(Math.Max(target[i], minimum), maximum);
        }
    }

    /// <summary>gradient = 0 where the clamped value is not strictly between the bounds.</summary>
    public static void MaskOutside(Span<float> gradient, ReadOnlySpan<float> clamped, float minimum, float maximum)
    {
        var low = new Vector<float>(minimum);
        var high = new Vector<float>(maximum);
        int i = 0;
        for (; i + Vector<float>.Count <= gradient.Length; i += Vector<float>.Count)
        {
            var value = new Vector<float>(clamped[i..]);
            var inside = Vector.GreaterThan(value, low) & Vector.LessThan(value, high);
            Vector
                .ConditionalSelect(inside, new Vector<float>(gradient[i..]), Vector<float>.Zero)
                .CopyTo(gradient[i..]);
        }
        for (; i < gradient.Length; i++)
        {
            if (!(clamped[i] > minimum && clamped[i] < maximum))
            {
                gradient[i] = 0;
            }
        }
    }
}
