using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Model;
using Attune.Tests.Conformance;

namespace Attune.Tests.Import;

/// <summary>What becomes of a whole network: its ends, names and dead parts.</summary>
public sealed partial class AcceptedGraphTest
{
    [TestMethod]
    [DataRow(TensorType.Float32)]
    [DataRow(TensorType.UInt8)]
    public void Conversions_at_input_and_output_are_dropped_and_reported(int outside)
    {
        ReferenceTensor input = RandomInput([1, 4, 4, 16]);
        var builder = new TfliteBuilder();
        TensorSpec from = Outside(builder, "in", input.Shape, InputScale, InputZero, outside);
        int inside = builder.Activation("in_int8", input.Shape, InputScale, InputZero);
        int middle = builder.Activation("out_int8", input.Shape, OutputScale, OutputZero);
        TensorSpec to = Outside(builder, "out", input.Shape, OutputScale, OutputZero, outside);
        builder.Operator(BuiltinOperator.Quantize, [from], inside);
        builder.Operator(BuiltinOperator.Relu, [inside], middle);
        int last = outside == TensorType.UInt8 ? BuiltinOperator.Quantize : BuiltinOperator.Dequantize;
        builder.Operator(last, [middle], to);
        ReferenceTensor expected = ReferenceOperators.Requantize(
            input,
            Output(input.Shape),
            (0, float.PositiveInfinity)
        );
        ImportResult import = AssertRuns(builder, input, expected);
        Assert.AreEqual(1, import.File.LayerCount);
        Assert.AreEqual("0,1,1", string.Join(',', import.OperatorTensors));
        Assert.AreEqual(BitConverter.SingleToInt32Bits(InputScale), import.File.Header(HeaderField.InputScale));
        Assert.AreEqual(InputZero, import.File.InputZero);
        Assert.HasCount(2, import.Notes);
        Assert.StartsWith("operator 0 (QUANTIZE) dropped: the model takes int8", import.Notes[0]);
        Assert.StartsWith("operator 2 ", import.Notes[1]);
    }

    [TestMethod]
    public void Renamed_dimensions_cost_no_layer_and_lead_to_logits_and_head()
    {
        ReferenceTensor input = RandomInput([1, 1, 1, 12]);
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 12], InputScale, InputZero);
        int square = builder.Activation("square", [1, 2, 2, 3], InputScale, InputZero);
        int filter = builder.Constant("w", [5, 2, 2, 3], Values(60), Scales(5));
        int scores = builder.Activation("scores", [1, 1, 1, 5], OutputScale, OutputZero);
        int flat = builder.Activation("flat", [1, 5], OutputScale, OutputZero);
        int probabilities = builder.Activation("probabilities", [1, 5], 1f / 256, -128);
        int final = builder.Activation("final", [1, 5, 1], 1f / 256, -128);
        builder.Operator(BuiltinOperator.Reshape, [from], square);
        builder.Convolution([square, filter], scores, same: false);
        builder.Operator(BuiltinOperator.Squeeze, [scores], flat);
        builder.Softmax(flat, probabilities);
        builder.Operator(BuiltinOperator.ExpandDims, [probabilities], final);
        ImportResult import = TfliteImporter.Import(builder.Build());
        Assert.AreEqual(2, import.File.LayerCount);
        Assert.AreEqual(2, import.File.Header(HeaderField.OutputTensor), "output tensor");
        Assert.AreEqual(1, import.File.LogitsTensor, "logits tensor");
        Assert.AreEqual(0, import.File.Head, "head");
        Assert.AreEqual("0,1,1,2,2", string.Join(',', import.OperatorTensors));
        Assert.AreEqual("scores,probabilities", string.Join(',', import.LayerNames));
        using var runner = new ModelRunner(import.File, KernelLibrary.Product);
        Assert.AreEqual(256, runner.Infer(input.Bytes).Sum(value => (sbyte)value + 128), 3);
    }

    [TestMethod]
    public void A_network_that_only_renames_dimensions_copies_its_input()
    {
        ReferenceTensor input = RandomInput([1, 1, 1, 12]);
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 12], InputScale, InputZero);
        int to = builder.Activation("out", [1, 2, 6], InputScale, InputZero);
        builder.Operator(BuiltinOperator.Reshape, [from], to);
        AssertRuns(builder, input, input);
    }

    [TestMethod]
    public void A_spatial_output_has_neither_logits_nor_head()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4, 4, 3]);
        int filter = builder.Constant("w", [2, 1, 1, 3], Values(6), Scales(2));
        int map = builder.Activation("map", [1, 4, 4, 2]);
        int to = builder.Activation("out", [1, 4, 4, 2], 1f / 256, -128);
        builder.Convolution([from, filter], map);
        builder.Softmax(map, to);
        AtmFile file = TfliteImporter.Import(builder.Build()).File;
        Assert.AreEqual(-1, file.LogitsTensor);
        Assert.AreEqual(-1, file.Head);
    }

    [TestMethod]
    public void A_clamped_or_pooled_classifier_has_logits_and_no_head()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 3]);
        int filter = builder.Constant("w", [2, 3], Values(6), Scales(1));
        int to = builder.Activation("out", [1, 2]);
        builder.FullyConnected([from, filter], to, activation: 1);
        AtmFile file = TfliteImporter.Import(builder.Build()).File;
        Assert.AreEqual(1, file.LogitsTensor);
        Assert.AreEqual(-1, file.Head);
    }

    [TestMethod]
    public void A_batch_that_the_file_leaves_open_is_one()
    {
        var builder = new TfliteBuilder();
        TensorSpec from = builder.Activation("in", [1, 4]);
        from.Signature = [-1, 4];
        builder.Operator(BuiltinOperator.Relu, [from], builder.Activation("out", [1, 4]));
        Assert.AreEqual(1, TfliteImporter.Import(builder.Build()).File.LayerCount);
    }

    [TestMethod]
    public void A_subgraph_that_nothing_runs_is_dropped_and_reported()
    {
        var builder = new TfliteBuilder { Subgraphs = 3 };
        int from = builder.Activation("in", [1, 4]);
        builder.Operator(BuiltinOperator.Relu, [from], builder.Activation("out", [1, 4]));
        Assert.Contains("2 further subgraphs dropped", string.Join('\n', TfliteImporter.Import(builder.Build()).Notes));
    }

    [TestMethod]
    public void A_multiplier_below_the_smallest_becomes_zero()
    {
        ReferenceTensor input = RandomInput([1, 1, 1, 4]);
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 4], InputScale, InputZero);
        int filter = builder.Constant("w", [2, 4], Values(8), [1e-12f, 0]);
        int to = builder.Activation("out", [1, 2], OutputScale, OutputZero);
        builder.FullyConnected([from, filter], to);
        ImportResult import = TfliteImporter.Import(builder.Build());
        Assert.AreEqual(0, import.File.Int32(import.File.Word(0, RecordField.Multipliers), 2)[0]);
        Assert.AreEqual(0, import.File.Int32(import.File.Word(0, RecordField.Shifts), 2)[0]);
        using var runner = new ModelRunner(import.File, KernelLibrary.Product);
        Assert.IsTrue(runner.Infer(input.Bytes).All(value => value == OutputZero));
    }

    [TestMethod]
    public void Weights_behind_the_tables_are_read_where_the_file_says()
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 3]);
        TensorSpec filter = builder.Constant("w", [2, 3], Values(6), [0.01f]);
        int to = builder.Activation("out", [1, 2]);
        builder.FullyConnected([from, filter], to);
        byte[] inside = TfliteImporter.Import(builder.Build()).File.Bytes;
        byte[] weights = filter.Data!;
        filter.Placed = (1 << 20, 6);
        int length = builder.Build().Length;
        filter.Placed = ((ulong)length, 6);
        byte[] outside = TfliteImporter.Import([.. builder.Build(), .. weights]).File.Bytes;
        CollectionAssert.AreEqual(inside, outside);
    }

    private const byte FusedRelu6 = 3;
}
