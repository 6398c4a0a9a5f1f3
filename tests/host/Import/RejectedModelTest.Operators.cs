using Attune.Host.Import;

namespace Attune.Tests.Import;

/// <summary>Operators that cannot be taken, or not in this form.</summary>
public sealed partial class RejectedModelTest
{
    [TestMethod]
    [DataRow(4, "TANH")]
    [DataRow(5, "SIGN_BIT")]
    [DataRow(77, "77")]
    public void A_fused_activation_that_is_no_clamp(int activation, string name)
    {
        Network network = new();
        network.Only.Options![3] = (byte)activation;
        AssertRejected(network, "operator 0 (CONV_2D)", name, "'out'", "RELU6");
    }

    [TestMethod]
    public void Padding_stride_and_options_that_mean_nothing()
    {
        Network network = new();
        network.Only.Options![0] = (byte)7;
        AssertRejected(network, "operator 0 (CONV_2D)", "padding 7");
        network = new();
        network.Only.Options![1] = 0;
        AssertRejected(network, "operator 0 (CONV_2D)", "stride 0", "width");
        network = new();
        network.Only.Options = null;
        AssertRejected(network, "operator 0 (CONV_2D)", "options");
        network = new();
        network.Only.OptionsType = 5;
        AssertRejected(network, "operator 0 (CONV_2D)", "options");
    }

    [TestMethod]
    public void An_output_of_another_shape_than_computed()
    {
        Network network = new();
        network.Output.Shape = [1, 6, 5, 8];
        AssertRejected(network, "operator 0 (CONV_2D)", "'out'", "1x6x5x8", "1x6x6x8");
    }

    [TestMethod]
    public void A_window_larger_than_the_input()
    {
        Network network = new();
        network.Only.Options![0] = (byte)1;
        network.Only.Options![5] = 5;
        AssertRejected(network, "operator 0 (CONV_2D)", "window of 11", "height of 6");
    }

    [TestMethod]
    public void Weights_that_fit_no_number_of_groups()
    {
        Network network = new();
        network.Weights.Shape = [8, 3, 4, 3];
        AssertRejected(network, "operator 0 (CONV_2D)", "'w'", "8x3x4x3", "4 input channels");
    }

    [TestMethod]
    public void Data_in_another_file_or_outside_of_this_one()
    {
        Network network = new();
        network.Weights.ExternalBuffer = 1;
        AssertRejected(network, "'w'", "another file");
        network = new();
        network.Weights.Placed = (1UL << 33, 288);
        AssertRejected(network, "'w'", "outside the file");
        network.Weights.Placed = (100, ulong.MaxValue);
        AssertRejected(network, "'w'", "outside the file");
    }

    [TestMethod]
    public void A_buffer_of_another_size_than_its_tensor()
    {
        Network network = new();
        network.Weights.Data = new byte[100];
        AssertRejected(network, "'w'", "100 bytes", "288");
    }

    [TestMethod]
    public void Operators_in_the_wrong_order_or_missing()
    {
        Network network = new();
        network.Only.Inputs[0] = network.Output;
        AssertRejected(network, "operator 0 (CONV_2D)", "'out'", "no operator before it writes");
        network = new();
        network.Builder.Operators.Clear();
        network.Builder.Outputs = [network.Output];
        AssertRejected(network, "network output", "'out'", "no operator");
    }

    [TestMethod]
    public void Two_operators_that_write_one_tensor()
    {
        Network network = new();
        network.Builder.Operator(BuiltinOperator.Relu, [network.Input], network.Output);
        AssertRejected(network, "operator 1 (RELU)", "'out'", "operator 0 (CONV_2D) writes too");
    }

    [TestMethod]
    public void Tensor_numbers_that_do_not_exist()
    {
        Network network = new();
        network.Only.Inputs[1] = 99;
        AssertRejected(network, "operator 0 (CONV_2D)", "tensor 99");
        network.Only.Inputs = [0];
        AssertRejected(network, "operator 0 (CONV_2D)", "operand 1 is missing");
        network.Only.Outputs = [];
        network.Builder.Outputs = [3];
        AssertRejected(network, "'out'", "no operator");
    }

    [TestMethod]
    public void Operators_that_cannot_change_the_scale_but_state_two()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4, 4, 2], 0.1f);
        int to = builder.Activation("out", [1, 2, 2, 2], 0.2f);
        builder.Pool(BuiltinOperator.AveragePool2D, from, to, 2, 2);
        AssertRejected(builder, "operator 0 (AVERAGE_POOL_2D)", "'in'", "'out'", "0.1", "0.2");
    }

    [TestMethod]
    public void Axes_and_padding_that_are_not_constant()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4, 4, 2]);
        TensorSpec operand = builder.Integers("given", [2], 1, 2);
        operand.Data = null;
        int to = builder.Activation("out", [1, 2]);
        builder.Mean(from, operand, to, false);
        AssertRejected(builder, "operator 0 (MEAN)", "'given'", "constant");
        builder.Operators[0] = builder.Operator(BuiltinOperator.Pad, [from, operand], to);
        builder.Operators.RemoveAt(1);
        AssertRejected(builder, "operator 0 (PAD)", "'given'", "constant");
    }

    [TestMethod]
    public void An_axis_that_the_input_does_not_have()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4, 4, 2]);
        int axes = builder.Integers("axes", [1], -5);
        builder.Mean(from, axes, builder.Activation("out", [1, 4, 4]), false);
        AssertRejected(builder, "operator 0 (MEAN)", "axis -5", "'axes'");
    }

    [TestMethod]
    public void Operands_that_cannot_be_broadcast()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4, 4, 2]);
        int other = builder.Constant("k", [3], [1, 2, 3], [0.1f]);
        builder.Add(from, other, builder.Activation("out", [1, 4, 4, 2]));
        AssertRejected(builder, "operator 0 (ADD)", "'in'", "'k'", "broadcast");
    }

    [TestMethod]
    public void Softmax_with_another_output_scale()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4]);
        builder.Softmax(from, builder.Activation("out", [1, 4], 1f / 255, -128));
        AssertRejected(builder, "operator 0 (SOFTMAX)", "'out'", "1/256");
    }

    [TestMethod]
    public void Unsigned_input_that_differs_by_more_than_128()
    {
        var builder = new TfliteBuilder();
        TensorSpec from = builder.Activation("in", [1, 4], 0.1f, 120);
        from.Type = TensorType.UInt8;
        int inside = builder.Activation("in_int8", [1, 4], 0.1f, 0);
        builder.Operator(BuiltinOperator.Quantize, [from], inside);
        builder.Operator(BuiltinOperator.Relu, [inside], builder.Activation("out", [1, 4]));
        AssertRejected(builder, "operator 0 (QUANTIZE)", "'in'", "'in_int8'", "int8 input");
    }

    [TestMethod]
    public void A_conversion_to_float_inside_the_network()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4]);
        TensorSpec real = builder.Activation("real", [1, 4]);
        real.Type = TensorType.Float32;
        builder.Operator(BuiltinOperator.Dequantize, [from], real);
        builder.Softmax(real, builder.Activation("out", [1, 4], 1f / 256, -128));
        AssertRejected(builder, "operator 0 (DEQUANTIZE)", "'real'", "FLOAT32");
    }

    [TestMethod]
    public void Filters_whose_sums_exceed_the_integer_range()
    {
        const int Depth = 256 * 257;
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 256, 257]);
        int filter = builder.Constant("w", [1, Depth], new sbyte[Depth], [0.1f]);
        builder.FullyConnected([from, filter], builder.Activation("out", [1, 1]));
        AssertRejected(builder, "operator 0 (FULLY_CONNECTED)", "'w'", "65792 values", "32 bits");
    }

    [TestMethod]
    public void A_softmax_over_more_classes_than_can_be_summed()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 8192]);
        builder.Softmax(from, builder.Activation("out", [1, 8192], 1f / 256, -128));
        AssertRejected(builder, "operator 0 (SOFTMAX)", "'in'", "8191");
    }
}
