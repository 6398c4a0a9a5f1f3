namespace Attune.Host.Running;

/// <summary>What a model says of labelled samples, one entry a sample.</summary>
/// <param name="Classes">Number of classes that the model tells apart.</param>
/// <param name="Labels">True classes, 0..Classes-1.</param>
/// <param name="Said">The model's classes.</param>
/// <param name="Logits">Of a model with one logit: the logit in int8 steps; else null.</param>
public sealed record Predictions(int Classes, int[] Labels, int[] Said, sbyte[]? Logits)
{
    /// <summary>Samples whose class the model names.</summary>
    public int Correct => Labels.Zip(Said).Count(pair => pair.First == pair.Second);

    /// <summary>
    /// Area under the receiver operating characteristic of one logit: the part of the pairs of a sample of class 1 and one of
    /// class 0 in which the former's logit is greater; equal ones count half. Null: no logit, or not both classes.
    /// </summary>
    public double? AreaUnderCurve
    {
        get
        {
            if (Logits is null)
            {
                return null;
            }
            var counts = new long[2, 256];
            for (int sample = 0; sample < Labels.Length; sample++)
            {
                counts[Labels[sample] > 0 ? 1 : 0, Logits[sample] + 128]++;
            }
            long below = 0;
            long positive = 0;
            double wins = 0;
            for (int step = 0; step < 256; step++)
            {
                wins += counts[1, step] * (below + 0.5 * counts[0, step]);
                below += counts[0, step];
                positive += counts[1, step];
            }
            return below == 0 || positive == 0 ? null : wins / ((double)below * positive);
        }
    }
}
