namespace Attune.Host.Bench.Tables;

/// <summary>
/// Test accuracy along a run, at forwards evenly spaced on a logarithmic axis. Only for showing: what is measured here
/// never reaches the method.
/// </summary>
/// <param name="count">Points between start and end; 0: none.</param>
/// <param name="first">Forwards of the first.</param>
/// <param name="limit">Forwards of the last.</param>
/// <param name="accuracy">Accuracy of a model.</param>
public sealed class AccuracyCurve(int count, double first, double limit, Func<byte[], double> accuracy)
{
    private readonly List<double[]> points = [];
    private int next;

    /// <summary>Takes the point if the run has reached the next place.</summary>
    public void Reach(double forwards, Func<byte[]> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (next >= count || forwards < Place(next))
        {
            return;
        }
        points.Add([Math.Round(forwards, 1), accuracy(model())]);
        while (next < count && forwards >= Place(next))
        {
            next++;
        }
    }

    /// <summary>All points with start and end.</summary>
    public double[][] Finish(double start, double forwards, double end)
    {
        points.Insert(0, [0, start]);
        if (points[^1][0] < Math.Round(forwards, 1))
        {
            points.Add([Math.Round(forwards, 1), end]);
        }
        return [.. points];
    }

    private double Place(int index) => first * Math.Pow(limit / first, (double)index / Math.Max(1, count - 1));
}
