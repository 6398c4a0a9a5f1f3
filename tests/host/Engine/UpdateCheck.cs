namespace Attune.Tests.Engine;

/// <summary>
/// Whether an update can be the step of equation 11 along a true gradient: each of some thousand parameters within 5 standard errors of the
/// probes (and half a unit of rounding), and the whole within 4 standard errors in the gradient's direction.
/// </summary>
internal sealed class UpdateCheck
{
    private readonly ProbeExperiment probes;
    private readonly double[] expected;
    private readonly double[] errors;
    private readonly double length;
    private readonly double tolerance;

    public UpdateCheck(ProbeExperiment probes, double[] exact)
    {
        this.probes = probes;
        double[] rates = probes.Rates();
        expected = [.. exact.Select((value, i) => -rates[i] * value)];
        errors = [.. probes.StandardError.Select((error, i) => rates[i] * error)];
        length = expected.Sum(value => value * value);
        double[] direction = [.. expected.Select((value, i) => rates[i] * value / length)];
        tolerance = 4 * Math.Sqrt(Math.Pow(probes.StandardErrorAlong(direction), 2) + 1 / (12 * length));
    }

    /// <summary>What is wrong with the parameters after a step, or null.</summary>
    public string? Problem(int[] after)
    {
        double along = 0;
        for (int i = 0; i < after.Length; i++)
        {
            double moved = after[i] - probes.Before[i];
            if (Math.Abs(moved - expected[i]) > 5 * errors[i] + 0.5)
            {
                return $"parameter {i} moved by {moved}, expected {expected[i]:F2} +- {errors[i]:F2}";
            }
            along += moved * expected[i];
        }
        double ratio = along / length;
        return Math.Abs(ratio - 1) > tolerance ? $"length {ratio:F3} of the expected, +- {tolerance:F3}" : null;
    }
}
