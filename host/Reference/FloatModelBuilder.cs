using Attune.Model;

namespace Attune.Host.Reference;

/// <summary>
/// Puts a new FP32 network together, layer by layer, with random weights (He initialisation). Every method returns the
/// number of the tensor that the new layer writes. Convolutions have SAME padding, and batch normalisation in place of biases
/// unless the network is to have none.
/// </summary>
public sealed class FloatModelBuilder
{
    private readonly List<FloatLayer> layers = [];
    private readonly int[] inputShape;
    private readonly SeededRandom random;
    private readonly bool normalizes;

    /// <summary>Starts with the network's input, tensor 0.</summary>
    /// <param name="height">Rows of the input.</param>
    /// <param name="width">Columns of the input.</param>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="normalizes">Whether convolutions have batch normalisation; else biases, 0 at first.</param>
    public FloatModelBuilder(int height, int width, int channels, ulong seed, bool normalizes = true)
    {
        this.normalizes = normalizes;
        inputShape = [1, height, width, channels];
        random = new SeededRandom(seed);
    }

    /// <summary>CONV_2D; activation 0 none, 1 RELU, 2 RELU_N1_TO_1, 3 RELU6.</summary>
    public int Convolution(int input, int channels, int kernel, int stride, int activation)
    {
        int depth = Shape(input)[3];
        return Window(Operators.Conv2D, input, channels, kernel, stride, activation, kernel * kernel * depth);
    }

    /// <summary>DEPTHWISE_CONV_2D of multiplier 1.</summary>
    public int Depthwise(int input, int kernel, int stride, int activation) =>
        Window(Operators.DepthwiseConv2D, input, Shape(input)[3], kernel, stride, activation, kernel * kernel);

    /// <summary>ADD of two tensors of one shape.</summary>
    public int Add(int first, int second) =>
        Push(
            new FloatLayer
            {
                Operator = Operators.Add,
                Input = first,
                Input2 = second,
                InputShape = Shape(first),
                Input2Shape = Shape(second),
                OutputShape = Shape(first),
            }
        );

    /// <summary>AVERAGE_POOL_2D over all positions.</summary>
    public int GlobalAveragePool(int input) => Pool(Operators.AveragePool2D, input, Shape(input)[1], Shape(input)[2]);

    /// <summary>MEAN over all positions; unlike the pool it has a scale of its own in integers.</summary>
    public int Mean(int input)
    {
        int[] shape = Shape(input);
        return Push(
            new FloatLayer
            {
                Operator = Operators.Mean,
                Input = input,
                InputShape = shape,
                OutputShape = [1, 1, 1, shape[3]],
                Axes = 0b0110,
            }
        );
    }

    /// <summary>AVERAGE_POOL_2D or MAX_POOL_2D over windows that do not overlap; rows and columns that fill none are dropped.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="input">Tensor to read.</param>
    /// <param name="rows">Height and step of the window.</param>
    /// <param name="columns">Width and step of the window.</param>
    public int Pool(int operation, int input, int rows, int columns)
    {
        int[] shape = Shape(input);
        return Push(
            new FloatLayer
            {
                Operator = operation,
                Input = input,
                InputShape = shape,
                OutputShape = [1, shape[1] / rows, shape[2] / columns, shape[3]],
                KernelHeight = rows,
                KernelWidth = columns,
                StrideHeight = rows,
                StrideWidth = columns,
            }
        );
    }

    /// <summary>FULLY_CONNECTED of all elements of a tensor; activation as in <see cref="Convolution"/>.</summary>
    public int FullyConnected(int input, int units, int activation = 0)
    {
        int[] shape = Shape(input);
        int depth = shape[1] * shape[2] * shape[3];
        var (minimum, maximum) = FloatLayer.Bounds(activation);
        return Push(
            new FloatLayer
            {
                Operator = Operators.FullyConnected,
                Input = input,
                InputShape = [1, 1, 1, depth],
                OutputShape = [1, 1, 1, units],
                Activation = activation,
                Minimum = minimum,
                Maximum = maximum,
                Weights = RandomWeights(units * depth, depth, activation == 0 ? 1 : 2),
                Bias = new float[units],
            }
        );
    }

    /// <summary>N, H, W, C of a tensor.</summary>
    public int[] Shape(int tensor) => tensor == 0 ? inputShape : layers[tensor - 1].OutputShape;

    /// <summary>The network, with the last tensor as logits and output.</summary>
    public FloatNetwork Build() => new(inputShape, [.. layers], layers.Count, layers.Count);

    private int Window(int operation, int input, int channels, int kernel, int stride, int activation, int filter)
    {
        int[] shape = Shape(input);
        int height = (shape[1] + stride - 1) / stride;
        int width = (shape[2] + stride - 1) / stride;
        var (minimum, maximum) = FloatLayer.Bounds(activation);
        return Push(
            new FloatLayer
            {
                Operator = operation,
                Input = input,
                InputShape = shape,
                OutputShape = [1, height, width, channels],
                KernelHeight = kernel,
                KernelWidth = kernel,
                StrideHeight = stride,
                StrideWidth = stride,
                PadTop = Math.Max(0, (height - 1) * stride + kernel - shape[1]) / 2,
                PadLeft = Math.Max(0, (width - 1) * stride + kernel - shape[2]) / 2,
                Activation = activation,
                Minimum = minimum,
                Maximum = maximum,
                Weights = RandomWeights(channels * filter, filter, normalizes || activation != 0 ? 2 : 1),
                Bias = new float[channels],
                Normalization = normalizes ? new BatchNorm(channels) : null,
            }
        );
    }

    /// <summary>Normal weights of variance gain / fan-in.</summary>
    private float[] RandomWeights(int count, int fanIn, double gain)
    {
        var weights = new float[count];
        for (int i = 0; i < count; i++)
        {
            weights[i] = (float)(random.NextNormal() * Math.Sqrt(gain / fanIn));
        }
        return weights;
    }

    private int Push(FloatLayer layer)
    {
        layers.Add(layer);
        return layers.Count;
    }
}
