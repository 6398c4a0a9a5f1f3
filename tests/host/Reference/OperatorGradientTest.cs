using Attune.Host.Reference;
using Attune.Model;

namespace Attune.Tests.Reference;

[TestClass]
public sealed class OperatorGradientTest
{
    private static readonly int[] Shape = [1, 6, 5, 4];

    [TestMethod]
    public void Convolution_with_stride_and_padding() =>
        Check(Window(Operators.Conv2D, [1, 3, 3, 10], (3, 3), stride: 2, pad: 1));

    [TestMethod]
    public void Convolution_with_groups_and_dilation() =>
        Check(Window(Operators.Conv2D, [1, 6, 5, 6], (3, 3), dilation: 2, pad: 2, groups: 2));

    [TestMethod]
    public void Pointwise_convolution_with_stride() =>
        Check(Window(Operators.Conv2D, [1, 3, 3, 17], (1, 1), stride: 2));

    [TestMethod]
    public void Convolution_whose_window_runs_over_the_bottom_without_padding_on_top() =>
        Check(Window(Operators.Conv2D, [1, 6, 5, 8], (2, 2)));

    [TestMethod]
    public void Depthwise_convolution() =>
        Check(Window(Operators.DepthwiseConv2D, [1, 3, 3, 4], (3, 3), stride: 2, pad: 1));

    [TestMethod]
    public void Depthwise_convolution_with_multiplier_and_dilation() =>
        Check(Window(Operators.DepthwiseConv2D, [1, 6, 5, 8], (3, 3), dilation: 2, pad: 2, groups: 2));

    [TestMethod]
    public void Fully_connected_of_several_rows() =>
        GradientCheck.Run(
            GradientCheck.Around(
                (shape, input, _) =>
                    new FloatLayer
                    {
                        Operator = Operators.FullyConnected,
                        Input = input,
                        InputShape = [5, 1, 1, 24],
                        OutputShape = [5, 1, 1, 9],
                        Weights = GradientCheck.Normal(new SeededRandom(1), 9 * 24, 0.2),
                        Bias = GradientCheck.Normal(new SeededRandom(2), 9, 0.2),
                    },
                Shape
            )
        );

    [TestMethod]
    [DataRow(Operators.Add)]
    [DataRow(Operators.Mul)]
    public void Elementwise_of_equal_shapes(int operation) => CheckElementwise(operation, Shape);

    [TestMethod]
    [DataRow(Operators.Add)]
    [DataRow(Operators.Mul)]
    public void Elementwise_with_one_position_repeated(int operation) => CheckElementwise(operation, [1, 1, 1, 4]);

    [TestMethod]
    [DataRow(Operators.Add)]
    [DataRow(Operators.Mul)]
    public void Elementwise_with_one_channel_repeated(int operation) => CheckElementwise(operation, [1, 6, 5, 1]);

    [TestMethod]
    public void Elementwise_with_a_constant() =>
        Check(
            (shape, input, _) =>
                new FloatLayer
                {
                    Operator = Operators.Mul,
                    Input = input,
                    InputShape = shape,
                    Input2Shape = [1, 1, 1, 4],
                    OutputShape = shape,
                    Constant = [0.5f, -1.5f, 2, 0.1f],
                }
        );

    [TestMethod]
    public void Elementwise_of_a_tensor_with_itself() =>
        Check(
            (shape, input, _) =>
                new FloatLayer
                {
                    Operator = Operators.Mul,
                    Input = input,
                    Input2 = input,
                    InputShape = shape,
                    Input2Shape = shape,
                    OutputShape = shape,
                }
        );

    [TestMethod]
    public void Average_pool_counts_positions_inside_only() =>
        Check(Window(Operators.AveragePool2D, [1, 3, 3, 4], (3, 3), stride: 2, pad: 1));

    [TestMethod]
    public void Maximum_pool() => Check(Window(Operators.MaxPool2D, [1, 3, 3, 4], (3, 3), stride: 2, pad: 1));

    [TestMethod]
    [DataRow(0b0110)]
    [DataRow(0b1000)]
    [DataRow(0b1110)]
    public void Mean_over_axes(int axes) =>
        Check(
            (shape, input, _) =>
                new FloatLayer
                {
                    Operator = Operators.Mean,
                    Input = input,
                    InputShape = shape,
                    OutputShape = [.. shape.Select((size, axis) => (axes >> axis & 1) != 0 ? 1 : size)],
                    Axes = axes,
                }
        );

    [TestMethod]
    public void Padding() =>
        Check(
            (shape, input, _) =>
                new FloatLayer
                {
                    Operator = Operators.Pad,
                    Input = input,
                    InputShape = shape,
                    OutputShape = [1, 9, 7, 5],
                    PadBefore = [0, 1, 2, 1],
                    PadValue = 0.5f,
                }
        );

    [TestMethod]
    public void Softmax_in_the_middle() => Check(Same(Operators.Softmax));

    [TestMethod]
    public void Upsampling() =>
        Check(
            (shape, input, _) =>
                new FloatLayer
                {
                    Operator = Operators.Upsample,
                    Input = input,
                    InputShape = shape,
                    OutputShape = [1, 18, 15, 4],
                }
        );

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Requantize_with_each_activation(int activation) => Check(Same(Operators.Requantize, activation));

    [TestMethod]
    public void Residual_network_with_batch_normalization()
    {
        var builder = new FloatModelBuilder(6, 6, 3, 3);
        int stem = builder.Convolution(0, 8, 3, 2, 0);
        int at = builder.Convolution(stem, 11, 1, 1, 0);
        at = builder.Depthwise(at, 3, 1, 0);
        at = builder.Convolution(at, 8, 1, 1, 0);
        at = builder.Add(stem, at);
        builder.FullyConnected(builder.GlobalAveragePool(at), 5);
        GradientCheck.Run(builder.Build());
    }

    private static void Check(Func<int[], int, int, FloatLayer> make) =>
        GradientCheck.Run(GradientCheck.Around(make, Shape));

    private static void CheckElementwise(int operation, int[] second) =>
        GradientCheck.Run(
            GradientCheck.Around(
                (shape, first, other) =>
                    new FloatLayer
                    {
                        Operator = operation,
                        Input = first,
                        Input2 = other,
                        InputShape = shape,
                        Input2Shape = second,
                        OutputShape = shape,
                        Activation = 3,
                        Minimum = 0,
                        Maximum = 6,
                    },
                Shape,
                second
            )
        );

    private static Func<int[], int, int, FloatLayer> Same(int operation, int activation = 0) =>
        (shape, input, _) =>
            new FloatLayer
            {
                Operator = operation,
                Input = input,
                InputShape = shape,
                OutputShape = shape,
                Activation = activation,
                Minimum = FloatLayer.Bounds(activation).Minimum,
                Maximum = FloatLayer.Bounds(activation).Maximum,
            };

    private static Func<int[], int, int, FloatLayer> Window(
        int operation,
        int[] output,
        (int H, int W) kernel,
        int stride = 1,
        int dilation = 1,
        int pad = 0,
        int groups = 1
    ) =>
        (shape, input, _) =>
        {
            var random = new SeededRandom(7);
            int filter = operation switch
            {
                Operators.Conv2D => kernel.H * kernel.W * shape[3] / groups,
                Operators.DepthwiseConv2D => kernel.H * kernel.W,
                _ => 0,
            };
            return new FloatLayer
            {
                Operator = operation,
                Input = input,
                InputShape = shape,
                OutputShape = output,
                KernelHeight = kernel.H,
                KernelWidth = kernel.W,
                StrideHeight = stride,
                StrideWidth = stride,
                DilationHeight = dilation,
                DilationWidth = dilation,
                PadTop = pad,
                PadLeft = pad,
                Groups = groups,
                Weights = GradientCheck.Normal(random, filter * output[3], 0.5),
                Bias = filter > 0 ? GradientCheck.Normal(random, output[3], 0.3) : [],
            };
        };
}
