using Attune.Host.Reference;
using Attune.Model;

namespace Attune.Tests.Reference;

/// <summary>A network with every operator of a record but MEDIAN_2D, 8x6x3 in, 5 classes out.</summary>
internal sealed class EveryOperatorNetwork
{
    /// <summary>Rows of the input.</summary>
    public const int Height = 8;

    /// <summary>Columns of the input.</summary>
    public const int Width = 6;

    private readonly int[] full = [1, Height, Width, 3];
    private readonly int[] wide = [1, Height, Width, 8];
    private readonly int[] half = [1, 4, 3, 8];
    private readonly SeededRandom random = new(21);
    private readonly List<FloatLayer> layers = [];

    private EveryOperatorNetwork() { }

    /// <summary>Makes it, with random weights that are always the same.</summary>
    public static FloatNetwork Create()
    {
        var network = new EveryOperatorNetwork();
        network.AddWindows();
        network.AddElementwise();
        network.AddDilated();
        network.AddClassifier();
        return new FloatNetwork(network.full, network.layers, 15, 14);
    }

    /// <summary>PAD, CONV_2D, DEPTHWISE_CONV_2D.</summary>
    private void AddWindows()
    {
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.Pad,
                Input = 0,
                InputShape = full,
                OutputShape = [1, Height + 2, Width + 2, 3],
                PadBefore = [0, 1, 1, 0],
            }
        );
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.Conv2D,
                Input = 1,
                InputShape = [1, Height + 2, Width + 2, 3],
                OutputShape = wide,
                KernelHeight = 3,
                KernelWidth = 3,
                Activation = 3,
                Minimum = 0,
                Maximum = 6,
                Weights = Normal(8 * 27, 0.3),
                Bias = Normal(8, 0.5),
            }
        );
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.DepthwiseConv2D,
                Input = 2,
                InputShape = wide,
                OutputShape = wide,
                KernelHeight = 3,
                KernelWidth = 3,
                PadTop = 1,
                PadLeft = 1,
                Weights = Normal(8 * 9, 0.3),
                Bias = Normal(8, 0.5),
            }
        );
    }

    /// <summary>ADD, MAX_POOL_2D, MUL, REQUANTIZE.</summary>
    private void AddElementwise()
    {
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.Add,
                Input = 2,
                Input2 = 3,
                InputShape = wide,
                Input2Shape = wide,
                OutputShape = wide,
                Activation = 1,
                Minimum = 0,
                Maximum = float.PositiveInfinity,
            }
        );
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.MaxPool2D,
                Input = 4,
                InputShape = wide,
                OutputShape = half,
                KernelHeight = 2,
                KernelWidth = 2,
                StrideHeight = 2,
                StrideWidth = 2,
            }
        );
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.Mul,
                Input = 5,
                InputShape = half,
                Input2Shape = [1, 1, 1, 8],
                OutputShape = half,
                Constant = Normal(8, 1),
            }
        );
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.Requantize,
                Input = 6,
                InputShape = half,
                OutputShape = half,
                Activation = 3,
                Minimum = 0,
                Maximum = 6,
            }
        );
    }

    /// <summary>UPSAMPLE, dilated CONV_2D of two groups, MUL, AVERAGE_POOL_2D.</summary>
    private void AddDilated()
    {
        layers.Add(Plain(Operators.Upsample, 7, half, wide));
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.Conv2D,
                Input = 8,
                InputShape = wide,
                OutputShape = wide,
                KernelHeight = 3,
                KernelWidth = 3,
                DilationHeight = 2,
                DilationWidth = 2,
                PadTop = 2,
                PadLeft = 2,
                Groups = 2,
                Weights = Normal(8 * 36, 0.2),
                Bias = Normal(8, 0.3),
            }
        );
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.Mul,
                Input = 9,
                Input2 = 4,
                InputShape = wide,
                Input2Shape = wide,
                OutputShape = wide,
            }
        );
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.AveragePool2D,
                Input = 10,
                InputShape = wide,
                OutputShape = half,
                KernelHeight = 3,
                KernelWidth = 3,
                StrideHeight = 2,
                StrideWidth = 2,
                PadTop = 0,
                PadLeft = 0,
            }
        );
    }

    /// <summary>MEAN, RESHAPE, FULLY_CONNECTED, SOFTMAX.</summary>
    private void AddClassifier()
    {
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.Mean,
                Input = 11,
                InputShape = half,
                OutputShape = [1, 4, 1, 8],
                Axes = 0b0100,
            }
        );
        layers.Add(Plain(Operators.Reshape, 12, [1, 4, 1, 8], [1, 1, 1, 32]));
        layers.Add(
            new FloatLayer
            {
                Operator = Operators.FullyConnected,
                Input = 13,
                InputShape = [1, 1, 1, 32],
                OutputShape = [1, 1, 1, 5],
                Weights = Normal(5 * 32, 0.3),
                Bias = Normal(5, 0.2),
            }
        );
        layers.Add(Plain(Operators.Softmax, 14, [1, 1, 1, 5], [1, 1, 1, 5]));
    }

    private float[] Normal(int count, double deviation) => GradientCheck.Normal(random, count, deviation);

    private static FloatLayer Plain(int operation, int input, int[] from, int[] to) =>
        new()
        {
            Operator = operation,
            Input = input,
            InputShape = from,
            OutputShape = to,
        };
}
