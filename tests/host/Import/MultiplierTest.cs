using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Model;

namespace Attune.Tests.Import;

/// <summary>
/// Stored multipliers to the last bit. The expected numbers were computed with rational arithmetic from the rules of
/// TensorFlow Lite; the scales are such that float32 instead of double, or the reverse, would show.
/// </summary>
[TestClass]
public sealed class MultiplierTest
{
    private const float InputScale = 0.0235f;
    private const float WeightScale = 0.0031f;
    private const float OutputScale = 0.0518f;

    [TestMethod]
    [DataRow(1.0, 1073741824, 1)]
    [DataRow(0.75, 1610612736, 0)]
    [DataRow(0.5, 1073741824, 0)]
    [DataRow(0x1FFFFFFFFL / 8589934592.0, 1073741824, 1)]
    [DataRow(4.656612873077393e-10, 1073741824, -30)]
    [DataRow(2.3283064365386963e-10, 1073741824, -31)]
    [DataRow(2.328304108232e-10, 0, 0)]
    [DataRow(0.0, 0, 0)]
    public void A_real_number_becomes_mantissa_and_shift(double value, int mantissa, int shift) =>
        Assert.AreEqual(new QuantizedMultiplier(mantissa, shift), QuantizedMultiplier.From(value));

    [TestMethod]
    public void One_scale_of_a_fully_connected_layer_is_multiplied_in_float32() =>
        AssertParameters(fullyConnected: true, scales: 1, 1546320884, -9);

    [TestMethod]
    public void Many_scales_of_a_fully_connected_layer_are_multiplied_in_double() =>
        AssertParameters(fullyConnected: true, scales: 2, 1546320839, -9);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Scales_of_a_convolution_are_multiplied_in_double(int scales) =>
        AssertParameters(fullyConnected: false, scales, 1546320839, -9);

    [TestMethod]
    public void A_product_multiplies_its_scales_in_double()
    {
        var (builder, from, to) = TwoTensors();
        builder.Mul(from, builder.Constant("k", [1], [1], [WeightScale]), to);
        AssertWords(builder, RecordField.Multiplier, 1546320839, -9);
    }

    [TestMethod]
    public void A_sum_relates_its_scales_to_twice_the_larger_one()
    {
        var (builder, from, to) = TwoTensors();
        builder.Add(from, builder.Constant("k", [1], [1], [WeightScale]), to);
        AssertWords(builder, RecordField.LeftShift, 20, 1073741824, 0, 1133140379, -3, 1948488904, -20);
    }

    [TestMethod]
    public void A_mean_divides_its_scales_in_double()
    {
        var (builder, from, to) = TwoTensors();
        builder.Mean(from, builder.Integers("axes", [1], 0), to, true);
        AssertWords(builder, RecordField.Multiplier, 1948488904, -1);
    }

    [TestMethod]
    [DataRow(BuiltinOperator.Relu)]
    [DataRow(BuiltinOperator.Quantize)]
    public void A_change_of_scale_divides_in_double(int code)
    {
        var (builder, from, to) = TwoTensors();
        builder.Operator(code, [from], to);
        AssertWords(builder, RecordField.Multiplier, 1948488904, -1);
    }

    [TestMethod]
    public void Softmax_scales_its_input_by_beta_in_double()
    {
        var (builder, from, to) = TwoTensors();
        to.Scales = [1f / 256];
        to.ZeroPoints = [-128];
        builder.Softmax(from, to, 0.9f);
        AssertWords(builder, RecordField.Multiplier, 1453416845, 21, -992);
    }

    private static (TfliteBuilder Builder, TensorSpec From, TensorSpec To) TwoTensors()
    {
        var builder = new TfliteBuilder();
        TensorSpec from = builder.Activation("in", [1, 4], InputScale);
        return (builder, from, builder.Activation("out", [1, 4], OutputScale));
    }

    private static void AssertWords(TfliteBuilder builder, int field, params int[] expected)
    {
        AtmFile file = TfliteImporter.Import(builder.Build()).File;
        CollectionAssert.AreEqual(expected, expected.Select((_, i) => file.Word(0, field + i)).ToArray());
    }

    private static void AssertParameters(bool fullyConnected, int scales, int mantissa, int shift)
    {
        var builder = new TfliteBuilder();
        int from = builder.Activation("in", [1, 1, 1, 3], InputScale);
        float[] weightScales = [.. Enumerable.Repeat(WeightScale, scales)];
        int filter = builder.Constant("w", fullyConnected ? [2, 3] : [2, 1, 1, 3], new sbyte[6], weightScales);
        int to = builder.Activation("out", fullyConnected ? [1, 2] : [1, 1, 1, 2], OutputScale);
        if (fullyConnected)
        {
            builder.FullyConnected([from, filter], to);
        }
        else
        {
            builder.Convolution([from, filter], to);
        }
        AtmFile file = TfliteImporter.Import(builder.Build()).File;
        int[] expected = [mantissa, mantissa, shift, shift];
        int[] stored =
        [
            .. file.Int32(file.Word(0, RecordField.Multipliers), 2),
            .. file.Int32(file.Word(0, RecordField.Shifts), 2),
        ];
        CollectionAssert.AreEqual(expected, stored);
    }
}
