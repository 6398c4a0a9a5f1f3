using Attune.Host.Import;
using Attune.Tests.Conformance;

namespace Attune.Tests.Import;

/// <summary>Graphs that the reference models do not contain: imported, run, and compared with plain arithmetic.</summary>
[TestClass]
public sealed partial class AcceptedGraphTest
{
    private const float InputScale = 0.031f;
    private const float OutputScale = 0.047f;
    private const int InputZero = -7;
    private const int OutputZero = 11;
    private readonly Random random = new(20240611);

    [TestMethod]
    [DataRow(3, 3, 1, 1, 1, 1, true, 1)]
    [DataRow(2, 4, 1, 1, 1, 1, true, 1)]
    [DataRow(2, 2, 2, 3, 1, 1, true, 2)]
    [DataRow(3, 2, 1, 1, 2, 3, true, 1)]
    [DataRow(3, 3, 2, 1, 1, 2, false, 2)]
    [DataRow(1, 1, 3, 3, 1, 1, true, 1)]
    [DataRow(4, 3, 2, 2, 1, 1, false, 4)]
    public void A_convolution_of_any_window_and_groups(
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int dilationH,
        int dilationW,
        bool same,
        int groups
    )
    {
        ReferenceTensor input = RandomInput([1, 9, 11, 8]);
        int[] shape =
        [
            1,
            Extent(9, kernelH, strideH, dilationH, same),
            Extent(11, kernelW, strideW, dilationW, same),
            12,
        ];
        sbyte[] weights = Values(12 * kernelH * kernelW * 8 / groups);
        float[] scales = Scales(12);
        int[] bias = Biases(12);
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", input.Shape, InputScale, InputZero);
        int filter = builder.Constant("w", [12, kernelH, kernelW, 8 / groups], weights, scales);
        int biases = builder.Bias("b", bias, BiasScales(scales));
        int to = builder.Activation("out", shape, OutputScale, OutputZero);
        builder.Convolution([from, filter, biases], to, same, (strideH, strideW), (dilationH, dilationW), FusedRelu6);
        ReferenceTensor expected = ReferenceOperators.Convolution(
            input,
            weights,
            (kernelH, kernelW),
            scales,
            bias,
            groups,
            (strideH, strideW),
            (dilationH, dilationW),
            same,
            Output(shape),
            (0, 6)
        );
        AssertRuns(builder, input, expected);
    }

    [TestMethod]
    [DataRow(1, 3, 1, 1, true)]
    [DataRow(2, 3, 2, 1, true)]
    [DataRow(2, 2, 1, 2, false)]
    [DataRow(3, 4, 2, 1, true)]
    public void A_depthwise_convolution_of_any_multiplier(
        int multiplier,
        int kernel,
        int stride,
        int dilation,
        bool same
    )
    {
        ReferenceTensor input = RandomInput([1, 10, 7, 5]);
        int channels = 5 * multiplier;
        int[] shape =
        [
            1,
            Extent(10, kernel, stride, dilation, same),
            Extent(7, kernel, stride, dilation, same),
            channels,
        ];
        sbyte[] weights = Values(kernel * kernel * channels);
        float[] scales = Scales(channels);
        int[] bias = Biases(channels);
        var builder = new TfliteBuilder { OldCodes = true };
        int from = builder.Activation("in", input.Shape, InputScale, InputZero);
        int filter = builder.Constant("w", [1, kernel, kernel, channels], weights, scales, dimension: 3);
        int biases = builder.Bias("b", bias, BiasScales(scales));
        int to = builder.Activation("out", shape, OutputScale, OutputZero);
        builder.Depthwise([from, filter, biases], to, multiplier, same, (stride, stride), (dilation, dilation));
        ReferenceTensor expected = ReferenceOperators.Convolution(
            input,
            ReferenceOperators.FromDepthwise(weights, channels),
            (kernel, kernel),
            scales,
            bias,
            5,
            (stride, stride),
            (dilation, dilation),
            same,
            Output(shape)
        );
        AssertRuns(builder, input, expected);
    }

    [TestMethod]
    [DataRow(1, 0, false)]
    [DataRow(1, 9, false)]
    [DataRow(6, 0, false)]
    [DataRow(6, 0, true)]
    public void A_fully_connected_layer_on_several_rows(int scaleCount, int weightsZero, bool keepDimensions)
    {
        ReferenceTensor input = RandomInput([1, 1, 4, 10]);
        sbyte[] weights = Values(60);
        float[] scales = Scales(scaleCount);
        int[] bias = Biases(6);
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4, 10], InputScale, InputZero);
        int filter = builder.Constant("w", [6, 10], weights, scales, zero: weightsZero);
        int biases = builder.Bias("b", bias, BiasScales(scales));
        int to = builder.Activation("out", keepDimensions ? [1, 4, 6] : [4, 6], OutputScale, OutputZero);
        builder.FullyConnected([from, filter, biases], to, keepDimensions: keepDimensions);
        ReferenceTensor expected = ReferenceOperators.FullyConnected(
            input,
            weights,
            scales,
            weightsZero,
            bias,
            Output([1, 1, 4, 6])
        );
        AssertRuns(builder, input, expected);
    }

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void A_product_with_a_constant_of_other_dimensions(bool constantFirst, bool scalar)
    {
        ReferenceTensor input = RandomInput([1, 5, 4, 6]);
        int[] shape = scalar ? [] : [1, 1, 6];
        sbyte[] values = Values(scalar ? 1 : 6);
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", input.Shape, InputScale, InputZero);
        int factor = builder.Constant("k", shape, values, [0.02f], zero: 3);
        int to = builder.Activation("out", input.Shape, OutputScale, OutputZero);
        builder.Mul(constantFirst ? factor : from, constantFirst ? from : factor, to);
        var constant = new ReferenceTensor([1, 1, 1, values.Length], values, 0.02f, 3);
        AssertRuns(builder, input, ReferenceOperators.Mul(input, constant, Output(input.Shape)));
    }

    [TestMethod]
    public void A_sum_with_a_constant()
    {
        ReferenceTensor input = RandomInput([1, 3, 2, 4]);
        sbyte[] values = Values(24);
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", input.Shape, InputScale, InputZero);
        int term = builder.Constant("k", [1, 3, 2, 4], values, [0.08f], zero: -2);
        int to = builder.Activation("out", input.Shape, OutputScale, OutputZero);
        builder.Add(term, from, to);
        var constant = new ReferenceTensor([1, 3, 2, 4], values, 0.08f, -2);
        AssertRuns(builder, input, ReferenceOperators.Add(input, constant, Output(input.Shape)));
    }

    [TestMethod]
    public void A_tensor_that_two_operators_read_and_a_dead_operator()
    {
        ReferenceTensor input = RandomInput([1, 6, 6, 3]);
        sbyte[] weights = Values(9);
        float[] scales = Scales(1);
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", input.Shape, InputScale, InputZero);
        int filter = builder.Constant("w", [3, 1, 1, 3], weights, scales);
        int branch = builder.Activation("branch", input.Shape, 0.04f, 5);
        int unused = builder.Activation("unused", input.Shape);
        int to = builder.Activation("out", input.Shape, OutputScale, OutputZero);
        builder.Convolution([from, filter], branch);
        builder.Operator(BuiltinOperator.Custom, [branch], unused).Custom = "Nothing";
        builder.Add(branch, from, to);
        ReferenceTensor middle = ReferenceOperators.Convolution(
            input,
            weights,
            (1, 1),
            scales,
            null,
            1,
            (1, 1),
            (1, 1),
            true,
            ReferenceTensor.Empty(input.Shape, 0.04f, 5)
        );
        ImportResult import = AssertRuns(builder, input, ReferenceOperators.Add(middle, input, Output(input.Shape)));
        Assert.AreEqual("1,-1,2", string.Join(',', import.OperatorTensors));
        Assert.Contains("operator 1 (CUSTOM 'Nothing') dropped", string.Join('\n', import.Notes));
    }

    [TestMethod]
    [DataRow("1,2", true)]
    [DataRow("1,2", false)]
    [DataRow("-2,-3", false)]
    [DataRow("-1", true)]
    [DataRow("3,1", false)]
    public void A_mean_over_some_axes(string axes, bool keepDimensions)
    {
        int[] list = [.. axes.Split(',').Select(int.Parse)];
        ReferenceTensor input = RandomInput([1, 5, 3, 7]);
        int[] reduced =
        [
            .. input.Shape.Select((size, axis) => list.Contains(axis) || list.Contains(axis - 4) ? 1 : size),
        ];
        int[] stated = keepDimensions
            ? reduced
            : [.. input.Shape.Where((_, axis) => !list.Contains(axis) && !list.Contains(axis - 4))];
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", input.Shape, InputScale, InputZero);
        int over = builder.Integers("axes", [list.Length], list);
        int to = builder.Activation("out", stated, 0.013f, OutputZero);
        builder.Mean(from, over, to, keepDimensions);
        ReferenceTensor expected = ReferenceOperators.Mean(input, ReferenceTensor.Empty(reduced, 0.013f, OutputZero));
        AssertRuns(builder, input, expected);
    }

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void Padding_with_the_zero_point_or_a_given_value(bool withValue, bool wide)
    {
        ReferenceTensor input = RandomInput([1, 3, 4, 2]);
        int[] amounts = [0, 0, 1, 2, 0, 3, 1, 0];
        int[] shape = [1, 6, 7, 3];
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", input.Shape, InputScale, InputZero);
        TensorSpec pads = builder.Integers("pads", [4, 2], amounts);
        if (wide)
        {
            pads.Type = TensorType.Int64;
            pads.Data = [.. amounts.SelectMany(amount => BitConverter.GetBytes((long)amount))];
        }
        int to = builder.Activation("out", shape, InputScale, InputZero);
        int[] operands = withValue
            ? [from, pads, builder.Constant("value", [], [42], [InputScale], zero: InputZero)]
            : [from, pads];
        builder.Operator(withValue ? BuiltinOperator.PadV2 : BuiltinOperator.Pad, operands, to);
        ReferenceTensor empty = ReferenceTensor.Empty(shape, InputScale, InputZero);
        AssertRuns(builder, input, ReferenceOperators.Pad(input, [0, 1, 0, 1], withValue ? 42 : InputZero, empty));
    }

    [TestMethod]
    [DataRow(BuiltinOperator.Relu, 0f, float.PositiveInfinity)]
    [DataRow(BuiltinOperator.Relu6, 0f, 6f)]
    [DataRow(BuiltinOperator.ReluN1To1, -1f, 1f)]
    [DataRow(BuiltinOperator.Quantize, float.NegativeInfinity, float.PositiveInfinity)]
    public void An_activation_between_two_scales(int code, float low, float high)
    {
        ReferenceTensor input = RandomInput([1, 4, 4, 16]) with { Scale = 0.09f };
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", input.Shape, 0.09f, InputZero);
        int to = builder.Activation("out", input.Shape, OutputScale, OutputZero);
        builder.Operator(code, [from], to);
        (float, float)? clamp = float.IsInfinity(low) ? null : (low, high);
        AssertRuns(
            builder,
            input,
            ReferenceOperators.Requantize(input, Output(input.Shape), clamp),
            new ImportOptions { RescalesRelu6 = true }
        );
    }

    private static ImportResult AssertRuns(
        TfliteBuilder builder,
        ReferenceTensor input,
        ReferenceTensor expected,
        ImportOptions? options = null
    )
    {
        ImportResult import = TfliteImporter.Import(builder.Build(), options);
        using var runner = new ModelRunner(import.File, KernelLibrary.Product);
        CollectionAssert.AreEqual(expected.Bytes, runner.Infer(input.Bytes));
        Assert.IsGreaterThan(
            2,
            expected.Values.Distinct().Count(),
            "the expected output is constant, which proves nothing"
        );
        return import;
    }

    private static TensorSpec Outside(TfliteBuilder builder, string name, int[] shape, float scale, int zero, int type)
    {
        TensorSpec tensor = builder.Activation(name, shape, scale, zero + 128);
        tensor.Type = type;
        if (type == TensorType.Float32)
        {
            tensor.Scales = [];
            tensor.ZeroPoints = [];
        }
        return tensor;
    }

    private static int Extent(int input, int kernel, int stride, int dilation, bool same) =>
        same ? (input + stride - 1) / stride : (input - (kernel - 1) * dilation - 1) / stride + 1;

    private static ReferenceTensor Output(int[] shape) => ReferenceTensor.Empty(shape, OutputScale, OutputZero);

    private ReferenceTensor RandomInput(int[] shape)
    {
        ReferenceTensor input = ReferenceTensor.Empty(shape, InputScale, InputZero);
        Values(input.Values.Length).CopyTo(input.Values, 0);
        return input;
    }

    private sbyte[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-127, 128))];

    private float[] Scales(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => 0.0005f + 0.001f * random.NextSingle())];

    private int[] Biases(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-20000, 20000))];

    private static float[] BiasScales(float[] scales) => [.. scales.Select(scale => InputScale * scale)];
}
