using Attune.Host.Import;

namespace Attune.Tests.Import;

/// <summary>What cannot be imported is refused with one line that names operator, tensor, reason and remedy.</summary>
[TestClass]
public sealed partial class RejectedModelTest
{
    [TestMethod]
    [DataRow(TensorType.Int16, "16-bit activations")]
    [DataRow(TensorType.UInt8, "convert again with int8")]
    [DataRow(TensorType.Float32, "floating-point")]
    [DataRow(TensorType.Int32, "only int8")]
    public void Activations_of_another_type(int type, string reason)
    {
        Network network = new();
        network.Output.Type = type;
        AssertRejected(network, "operator 0 (CONV_2D)", "'out'", TensorType.Name(type), reason);
    }

    [TestMethod]
    public void Float_input_without_quantization_of_weights()
    {
        Network network = new();
        network.Input.Type = TensorType.Float32;
        network.Weights.Type = TensorType.Float32;
        network.Weights.Data = new byte[4 * 8 * 9 * 4];
        AssertRejected(network, "operator 0 (CONV_2D)", "'w'", "FLOAT32", "full integer");
    }

    [TestMethod]
    public void Float_input_that_an_operator_without_weights_reads()
    {
        Network network = new();
        network.Input.Type = TensorType.Float32;
        network.Only.Code = BuiltinOperator.Relu;
        AssertRejected(network, "operator 0 (RELU)", "'in'", "FLOAT32", "full integer");
    }

    [TestMethod]
    public void Float_activations_with_int8_weights()
    {
        Network network = new();
        network.Input.Type = TensorType.Float32;
        network.Output.Type = TensorType.Float32;
        AssertRejected(network, "operator 0 (CONV_2D)", "hybrid", "'in'", "'w'", "representative data set");
    }

    [TestMethod]
    public void Four_bit_weights()
    {
        Network network = new();
        network.Weights.Type = TensorType.Int4;
        AssertRejected(network, "operator 0 (CONV_2D)", "'w'", "INT4", "int8");
    }

    [TestMethod]
    [DataRow(new[] { 1, -1, 6, 4 }, "1x-1x6x4")]
    [DataRow(null, "no shape")]
    public void A_shape_that_is_not_fixed(int[]? shape, string stated)
    {
        Network network = new();
        network.Output.Shape = shape;
        AssertRejected(network, "operator 0 (CONV_2D)", "'out'", stated, "fixed input shape");
    }

    [TestMethod]
    public void A_signature_with_open_dimensions()
    {
        Network network = new();
        network.Input.Signature = [-1, -1, -1, 4];
        AssertRejected(network, "network input", "'in'", "-1x-1x-1x4", "fixed input shape");
    }

    [TestMethod]
    public void A_batch_of_several_samples()
    {
        Network network = new();
        network.Input.Shape = [2, 6, 6, 4];
        AssertRejected(network, "network input", "'in'", "batch 2", "export with batch 1");
    }

    [TestMethod]
    public void A_tensor_of_five_dimensions()
    {
        Network network = new();
        network.Output.Shape = [1, 6, 6, 4, 2];
        AssertRejected(network, "operator 0 (CONV_2D)", "'out'", "5 dimensions");
    }

    [TestMethod]
    public void Sparse_weights()
    {
        Network network = new();
        network.Weights.Sparse = true;
        AssertRejected(network, "operator 0 (CONV_2D)", "'w'", "sparse");
    }

    [TestMethod]
    public void A_tensor_that_keeps_state()
    {
        Network network = new();
        network.Input.Variable = true;
        AssertRejected(network, "'in'", "keeps state");
    }

    [TestMethod]
    public void Weights_quantized_in_blocks()
    {
        Network network = new();
        network.Weights.QuantizationDetails = 2;
        AssertRejected(network, "operator 0 (CONV_2D)", "'w'", "quantized in blocks");
    }

    [TestMethod]
    public void A_custom_operator()
    {
        Network network = new();
        network.Only.Code = BuiltinOperator.Custom;
        network.Only.Custom = "My\nThing";
        AssertRejected(network, "operator 0 (CUSTOM 'My?Thing')", "custom operators are not supported");
    }

    [TestMethod]
    [DataRow(2, "CONCATENATION")]
    [DataRow(28, "TANH")]
    [DataRow(117, "HARD_SWISH")]
    [DataRow(126, "BATCH_MATMUL")]
    [DataRow(150, "GELU")]
    [DataRow(206, "STABLEHLO_COMPOSITE")]
    [DataRow(5000, "builtin operator 5000")]
    public void An_operator_that_is_not_supported_is_named(int code, string name)
    {
        Network network = new();
        network.Only.Code = code;
        AssertRejected(network, $"operator 0 ({name})", "not supported");
    }

    [TestMethod]
    public void An_operator_that_runs_another_subgraph()
    {
        Network network = new();
        network.Builder.Subgraphs = 2;
        network.Only.Code = 119;
        AssertRejected(network, "operator 0 (WHILE)", "another subgraph");
    }

    [TestMethod]
    public void A_second_signature()
    {
        Network network = new();
        network.Builder.Subgraphs = 2;
        network.Builder.SignatureSubgraph = 1;
        AssertRejected(network, "signature 'train'", "subgraph 1");
    }

    [TestMethod]
    public void Several_inputs_or_outputs()
    {
        Network network = new();
        network.Builder.Inputs = [0, 1];
        AssertRejected(network, "the network has 2 inputs", "exactly one");
        network.Builder.Inputs = [0];
        network.Builder.Outputs = [3, 3];
        AssertRejected(network, "the network has 2 outputs", "exactly one");
    }

    [TestMethod]
    public void Weights_that_are_not_constant()
    {
        Network network = new();
        network.Weights.Data = null;
        AssertRejected(network, "operator 0 (CONV_2D)", "weights", "'w'", "not constant");
    }

    [TestMethod]
    public void Weights_with_a_zero_point()
    {
        Network network = new();
        network.Weights.ZeroPoints = [0, 0, 0, 4, 0, 0, 0, 0];
        AssertRejected(network, "operator 0 (CONV_2D)", "'w'", "zero point 4", "symmetric");
    }

    [TestMethod]
    public void Weight_scales_along_another_dimension()
    {
        Network network = new();
        network.Weights.QuantizedDimension = 3;
        AssertRejected(network, "operator 0 (CONV_2D)", "'w'", "8 scales along dimension 3");
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(-1f)]
    [DataRow(float.PositiveInfinity)]
    public void Weight_scales_that_are_no_scales(float scale)
    {
        Network network = new();
        network.Weights.Scales[2] = scale;
        AssertRejected(network, "operator 0 (CONV_2D)", "'w'", "channel 2");
    }

    [TestMethod]
    [DataRow(0f, 0)]
    [DataRow(float.NaN, 0)]
    [DataRow(0.1f, 128)]
    public void Activations_whose_quantization_is_not_int8(float scale, int zero)
    {
        Network network = new();
        network.Output.Scales = [scale];
        network.Output.ZeroPoints = [zero];
        AssertRejected(network, "operator 0 (CONV_2D)", "'out'", "no int8 quantization");
    }

    [TestMethod]
    public void Activations_without_or_with_many_scales()
    {
        Network network = new();
        network.Output.Scales = [];
        network.Output.ZeroPoints = [];
        AssertRejected(network, "operator 0 (CONV_2D)", "'out'", "0 scales", "full integer");
        network.Output.Scales = [0.1f, 0.2f];
        network.Output.ZeroPoints = [0, 0];
        AssertRejected(network, "operator 0 (CONV_2D)", "'out'", "2 scales");
    }

    [TestMethod]
    public void Scales_whose_quotient_is_beyond_all_shifts()
    {
        Network network = new();
        network.Weights.Scales[5] = 1e30f;
        network.Bias.Scales[5] = 0.05f * 1e30f;
        AssertRejected(network, "operator 0 (CONV_2D)", "output multiplier", "2^30");
    }

    [TestMethod]
    public void Biases_of_another_type_size_zero_point_or_scale()
    {
        Network network = new();
        network.Bias.Type = TensorType.Int64;
        AssertRejected(network, "operator 0 (CONV_2D)", "'b'", "INT64");
        network = new();
        network.Bias.Shape = [7];
        AssertRejected(network, "operator 0 (CONV_2D)", "'b'", "shape 7", "8 INT32");
        network = new();
        network.Bias.ZeroPoints[1] = 1;
        AssertRejected(network, "operator 0 (CONV_2D)", "'b'", "zero point 1");
        network = new();
        network.Bias.Scales[3] = 0.1f;
        AssertRejected(network, "operator 0 (CONV_2D)", "'b'", "channel 3", "input scale * weight scale");
    }

    [TestMethod]
    public void Biases_whose_scale_is_a_little_off_are_noted()
    {
        Network network = new();
        network.Bias.Scales[3] *= 1.01f;
        ImportResult import = TfliteImporter.Import(network.Builder.Build());
        Assert.HasCount(1, import.Notes);
        Assert.Contains("'b'", import.Notes[0]);
    }

    [TestMethod]
    [DataRow("0-0,1-1", "'0-0,1-1'")]
    [DataRow("1", "does not follow")]
    [DataRow("", "no layer number")]
    [DataRow("0,0", "does not follow")]
    [DataRow("0-1", "outside")]
    [DataRow("0-x", "'x'")]
    [DataRow("99999999999", "no layer number")]
    public void Block_tables_that_do_not_fit_the_model(string blocks, string reason)
    {
        byte[] file = new Network().Builder.Build();
        ImportException thrown = Assert.ThrowsExactly<ImportException>(() =>
            TfliteImporter.Import(file, new ImportOptions { Blocks = blocks })
        );
        Assert.Contains(reason, thrown.Message);
        Assert.Contains("1 layers with weights", thrown.Message);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-2)]
    [DataRow(4)]
    public void An_upsampling_factor_that_does_not_divide_the_input(int factor)
    {
        byte[] file = new Network().Builder.Build();
        ImportException thrown = Assert.ThrowsExactly<ImportException>(() =>
            TfliteImporter.Import(file, new ImportOptions { InputUpsample = factor })
        );
        Assert.Contains("6x6", thrown.Message);
    }

    [TestMethod]
    public void Files_that_are_no_models()
    {
        AssertRejected([], "byte 4", "TFL3");
        AssertRejected("{\"model\": \"no FlatBuffer at all\"}"u8.ToArray(), "byte 4", "TFL3");
        byte[] file = new Network().Builder.Build();
        AssertRejected(file[..60], "byte ", "truncated");
        AssertRejected(file[..(file.Length / 2)], "byte ", "truncated");
        file[0] = 0xF0;
        file[3] = 0xFF;
        AssertRejected(file, "byte 0", "root table");
        Network network = new();
        network.Builder.Version = 2;
        AssertRejected(network, "schema version 2");
        network = new();
        network.Builder.Subgraphs = 0;
        AssertRejected(network, "no subgraph");
    }

    private static void AssertRejected(Network network, params string[] parts) =>
        AssertRejected(network.Builder, parts);

    private static void AssertRejected(TfliteBuilder builder, params string[] parts) =>
        AssertRejected(builder.Build(), parts);

    private static void AssertRejected(byte[] file, params string[] parts)
    {
        ImportException thrown = Assert.ThrowsExactly<ImportException>(() => TfliteImporter.Import(file));
        Assert.DoesNotContain("\n", thrown.Message);
        Assert.Contains(';', thrown.Message, "the message must say what to do");
        foreach (string part in parts)
        {
            Assert.Contains(part, thrown.Message);
        }
    }

    /// <summary>One 3x3 convolution from 6x6x4 to 6x6x8, as a base for what is then made wrong.</summary>
    private sealed class Network
    {
        public Network()
        {
            float[] scales = [.. Enumerable.Range(1, 8).Select(i => 0.001f * i)];
            Input = Builder.Activation("in", [1, 6, 6, 4]);
            Weights = Builder.Constant("w", [8, 3, 3, 4], new sbyte[288], scales);
            Bias = Builder.Bias("b", new int[8], [.. scales.Select(scale => 0.05f * scale)]);
            Output = Builder.Activation("out", [1, 6, 6, 8], 0.1f);
            Only = Builder.Convolution([Input, Weights, Bias], Output);
        }

        public TfliteBuilder Builder { get; } = new();

        public TensorSpec Input { get; }

        public TensorSpec Weights { get; }

        public TensorSpec Bias { get; }

        public TensorSpec Output { get; }

        public OperatorSpec Only { get; }
    }
}
