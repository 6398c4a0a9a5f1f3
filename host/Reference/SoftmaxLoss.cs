namespace Attune.Host.Reference;

/// <summary>Softmax cross-entropy of real logits: loss = log(sum exp(logit)) - logit[label].</summary>
public static class SoftmaxLoss
{
    /// <summary>The loss of one sample; with a gradient span of the same length, also d loss / d logits = p - y.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The label is not a class.</exception>
    public static double Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, logits.Length);
        double largest = logits[ArgMax(logits)];
        double total = 0;
        foreach (float logit in logits)
        {
            total += PortableMath.Exp(logit - largest);
        }
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = (float)(PortableMath.Exp(logits[i] - largest) / total - (i == label ? 1 : 0));
        }
        return PortableMath.Log(total) + largest - logits[label];
    }

    /// <summary>Number of the largest value; the first of equals.</summary>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
            {
                best = i;
            }
        }
        return best;
    }
}
