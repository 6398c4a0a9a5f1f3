using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>Momentum and Adam (Kingma and Ba, 2015) written from the equations, one value at a time, in float32.</summary>
internal sealed class PlainOptimizer(TrainingOptions options)
{
    private readonly Dictionary<(int Layer, int Entry), (float Mean, float Square)> moments = [];

    /// <summary>The direction of a parameter.</summary>
    /// <param name="at">Its layer and its number there.</param>
    /// <param name="gradient">d loss / d its quantized value, summed.</param>
    /// <param name="share">What the sum is multiplied by to be a mean.</param>
    /// <param name="scale">Real value of one quantized unit.</param>
    /// <param name="step">Number of the step, from 0 on.</param>
    public float Direction((int Layer, int Entry) at, float gradient, float share, double scale, int step)
    {
        if (options.Optimizer == Optimizer.Sgd)
        {
            return gradient;
        }
        var (mean, square) = moments.GetValueOrDefault(at);
        float beta = options.Momentum;
        if (options.Optimizer == Optimizer.Momentum)
        {
            mean = beta * mean + share * gradient;
            moments[at] = (mean, 0);
            return mean;
        }
        double unit = options.QuantizationScaling ? scale : 1;
        float real = (float)(share / unit) * gradient;
        mean = beta * mean + (1 - beta) * real;
        square = 0.999f * square + (1 - 0.999f) * (real * real);
        moments[at] = (mean, square);
        float corrected = mean * Correction(beta, step);
        float root = MathF.Sqrt(square * Correction(0.999f, step));
        return corrected / (root + 1e-8f) * (float)unit;
    }

    private static float Correction(float beta, int step)
    {
        double power = 1;
        for (int t = 0; t <= step; t++)
        {
            power *= beta;
        }
        return (float)(1 / (1 - power));
    }
}
