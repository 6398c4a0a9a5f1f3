using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Model;

namespace Attune.Tests.Reference;

/// <summary>Compares back-propagated gradients with central finite differences of the loss.</summary>
internal static class GradientCheck
{
    private const int Samples = 3;
    private static readonly float[] Steps = [1e-2f, 2.5e-3f, 6e-4f];

    /// <summary>
    /// Puts pointwise convolutions before and a classifier after the operator under test, so that its gradients by both
    /// operands and by its parameters all take part.
    /// </summary>
    public static FloatNetwork Around(Func<int[], int, int, FloatLayer> make, int[] shape, int[]? secondShape = null)
    {
        var random = new SeededRandom(11);
        var layers = new List<FloatLayer> { Pointwise(random, 0, shape, shape[3]) };
        int second = -1;
        if (secondShape != null)
        {
            layers.Add(Mean(1, shape, secondShape));
            layers.Add(Pointwise(random, 2, secondShape, secondShape[3]));
            second = 3;
        }
        var tested = make(shape, 1, second);
        layers.Add(tested);
        int elements = tested.OutputCount;
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.Reshape,
                Input = layers.Count,
                InputShape = tested.OutputShape,
                OutputShape = [1, 1, 1, elements],
            }
        );
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.FullyConnected,
                Input = layers.Count,
                InputShape = [1, 1, 1, elements],
                OutputShape = [1, 1, 1, 3],
                Weights = Normal(random, 3 * elements, 1 / Math.Sqrt(elements) * 2),
                Bias = Normal(random, 3, 0.1),
            }
        );
        return new FloatNetwork(shape, layers, layers.Count, layers.Count);
    }

    /// <summary>Random normal values.</summary>
    public static float[] Normal(SeededRandom random, int count, double deviation)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(deviation * random.NextNormal());
        }
        return values;
    }

    /// <summary>
    /// Checks a share of all parameters. One of three steps must agree: long ones can cross a kink of the loss, short ones drown in
    /// rounding.
    /// </summary>
    public static void Run(FloatNetwork network)
    {
        var random = new SeededRandom(12);
        var pass = new BatchPass(network, Samples, 1);
        int[] labels = Fill(pass, random, network.TensorSize(network.LogitsTensor));
        var gradients = new ParameterGradients(network);
        pass.Forward(Samples, true);
        pass.Backward(labels, gradients);
        double largest = 0;
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            var parameters = network.Layers[layer];
            Check("weights", parameters.Weights, gradients.Weights[layer]);
            Check("biases", parameters.Bias, gradients.Bias[layer]);
            Check("gamma", parameters.Normalization?.Gamma ?? [], gradients.Gamma[layer]);
            Check("beta", parameters.Normalization?.Beta ?? [], gradients.Beta[layer]);

            void Check(string name, float[] values, float[] analytic)
            {
                for (int i = 0; i < values.Length; i += 1 + values.Length / 24)
                {
                    largest = Math.Max(largest, Math.Abs(analytic[i]));
                    double numeric = 0;
                    bool agrees = false;
                    for (int step = 0; step < Steps.Length && !agrees; step++)
                    {
                        numeric = Slope(values, i, Steps[step]);
                        agrees = Math.Abs(numeric - analytic[i]) <= 2e-3 + 0.02 * Math.Abs(numeric);
                    }
                    Assert.IsTrue(agrees, $"layer {layer} {name}[{i}]: {analytic[i]}, numeric {numeric}");
                }
            }
        }
        Assert.IsGreaterThan(0.02, largest, "gradients vanish");

        double Slope(float[] values, int index, float step)
        {
            float start = values[index];
            values[index] = start + step;
            double above = Loss();
            values[index] = start - step;
            double below = Loss();
            values[index] = start;
            return (above - below) / (2 * step);
        }

        double Loss()
        {
            pass.Forward(Samples, true);
            double loss = 0;
            for (int sample = 0; sample < Samples; sample++)
            {
                loss += pass.Loss(sample, labels[sample]);
            }
            return loss;
        }
    }

    /// <summary>Random inputs for every sample. Returns labels that go round the classes.</summary>
    private static int[] Fill(BatchPass pass, SeededRandom random, int classes)
    {
        var labels = new int[Samples];
        for (int sample = 0; sample < Samples; sample++)
        {
            labels[sample] = sample % classes;
            Normal(random, pass.Input(sample).Length, 1).CopyTo(pass.Input(sample));
        }
        return labels;
    }

    private static FloatLayer Pointwise(SeededRandom random, int input, int[] shape, int channels) =>
        new()
        {
            Operator = Operators.Conv2D,
            Input = input,
            InputShape = shape,
            OutputShape = [shape[0], shape[1], shape[2], channels],
            Weights = Normal(random, shape[3] * channels, 1 / Math.Sqrt(shape[3])),
            Bias = Normal(random, channels, 0.3),
        };

    /// <summary>Averages the dimensions that are 1 in the result.</summary>
    private static FloatLayer Mean(int input, int[] shape, int[] result)
    {
        int axes = 0;
        for (int axis = 0; axis < 4; axis++)
        {
            axes |= result[axis] == 1 && shape[axis] > 1 ? 1 << axis : 0;
        }
        return new FloatLayer
        {
            Operator = Operators.Mean,
            Input = input,
            InputShape = shape,
            OutputShape = result,
            Axes = axes,
        };
    }
}
