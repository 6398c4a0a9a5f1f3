namespace Attune.Host.Reference;

/// <summary>
/// Softmax cross-entropy of real logits: loss = log(sum exp(logit)) - logit[label]. A single logit is that of class 1 of two,
/// beside a class 0 of logit 0.
/// </summary>
public static class SoftmaxLoss
{
    /// <summary>The loss of one sample; with a gradient span of the same length, also d loss / d logits = p - y.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The label is not a class.</exception>
    public static double Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        if (logits.Length == 1)
        {
            return EvaluateOne(logits[0], label, gradient);
        }
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

    /// <summary>The class of the largest logit, the first of equals; of a single logit, class 1 if it is above 0.</summary>
    public static int Class(ReadOnlySpan<float> logits) =>
        logits.Length > 1 ? ArgMax(logits)
        : logits[0] > 0 ? 1
        : 0;

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

    private static double EvaluateOne(float logit, int label, Span<float> gradient)
    {
        Span<float> both = stackalloc float[2];
        double loss = Evaluate([0, logit], label, both);
        if (gradient.Length > 0)
        {
            gradient[0] = both[1];
        }
        return loss;
    }
}
