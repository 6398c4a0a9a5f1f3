using Attune.Host.Model;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Tests.Engine;

/// <summary>What the engine refuses to open as a model, and what it says.</summary>
[TestClass]
public sealed class QuantizedModelTest
{
    private const int Convolution = 1;
    private const int Sum = 4;
    private const int Pooling = 6;

    [TestMethod]
    [DataRow(0, 5, "byte 0: not an .atm model")]
    [DataRow(1, 2, "byte 4: model version 2")]
    [DataRow(2, 100, "byte 8: ")]
    [DataRow(4, 0, "byte 16: ")]
    [DataRow(4, 1025, "byte 16: ")]
    [DataRow(4, 1000, "byte 16: ")]
    [DataRow(5, 2, "byte 20: batch size 2")]
    [DataRow(6, 0, "byte 24: ")]
    [DataRow(8, 65536, "byte 32: ")]
    [DataRow(10, 128, "byte 40: ")]
    [DataRow(11, 0, "byte 44: output tensor 0")]
    [DataRow(11, 12, "byte 44: ")]
    [DataRow(12, 12, "byte 48: ")]
    [DataRow(13, 11, "byte 52: head 11")]
    [DataRow(14, 0, "byte 56: ")]
    [DataRow(14, 65, "byte 56: ")]
    [DataRow(14, 3, "layer 8: block 3 is not in the block table")]
    [DataRow(15, -1, "byte 60: ")]
    public void A_bad_header_word_is_named(int word, int value, string message) =>
        AssertRefused(4 * word, value, message);

    [TestMethod]
    [DataRow(Convolution, RecordField.Operator, 99, "layer 1: ")]
    [DataRow(Convolution, RecordField.Input, 2, "layer 1: reads tensor 2, which is not written before it")]
    [DataRow(Convolution, RecordField.Input, 11, "layer 1: reads tensor 11, which is not written before it")]
    [DataRow(Convolution, RecordField.Input, 0, "layer 1: reads 128 values of tensor 0, which has another size")]
    [DataRow(Sum, RecordField.Input2, 5, "layer 4: reads tensor 5, which is not written before it")]
    [DataRow(Sum, RecordField.Input2, 1, "layer 4: reads 256 values of tensor 1")]
    [DataRow(Convolution, RecordField.Block, -1, "layer 1: block -1")]
    [DataRow(Pooling, RecordField.Block, 0, "layer 6: block 0")]
    [DataRow(Convolution, RecordField.Statistics, -1, "layer 1: its source statistics")]
    [DataRow(Convolution, RecordField.Bias, -1, "layer 1: its source statistics or biases")]
    [DataRow(Convolution, RecordField.Weights, 1 << 29, "layer 1: ")]
    public void A_bad_record_is_named(int layer, int field, int value, string message) =>
        AssertRefused(QuantizedModel.RecordOffset(layer) + 4 * field, value, message);

    [TestMethod]
    public void Layers_that_see_the_input_are_the_ones_without_weights_before_them()
    {
        AtmFile file = SampleModels.Residual();
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        for (int layer = 0; layer < model.LayerCount; layer++)
        {
            Assert.AreEqual(layer <= 1, model.ReadsInput(layer), model.Describe(layer));
        }
    }

    [TestMethod]
    public void Damage_without_a_new_checksum_is_noticed()
    {
        byte[] original = SampleModels.Residual(statistics: true).Bytes;
        for (int at = 16; at < original.Length; at += 13)
        {
            byte[] bytes = [.. original];
            bytes[at] ^= 0x10;
            StringAssert.StartsWith(Message(bytes), "byte 12: checksum differs");
        }
        StringAssert.Contains(Message(original[..100]), "ends after 100 bytes");
        StringAssert.StartsWith(Message(original[..^1]), "byte 8: ");
    }

    [TestMethod]
    [DataRow(6)]
    [DataRow(8)]
    public void A_head_that_is_no_classifier_is_named(int layer) =>
        AssertRefused(4 * 13, layer, $"byte 52: layer {layer} is no classifier", statistics: false);

    private static void AssertRefused(int at, int value, string message, bool statistics = true)
    {
        byte[] bytes = [.. SampleModels.Residual(statistics).Bytes];
        SampleBytes.Put(bytes, at, value);
        SampleBytes.Put(bytes, 12, 0);
        SampleBytes.Put(bytes, 12, (int)Native.Crc32(bytes, 0, bytes.Length, 0));
        StringAssert.StartsWith(Message(bytes), message);
    }

    private static string Message(byte[] bytes) =>
        Assert.ThrowsExactly<ModelException>(() => AtmFile.Parse(bytes)).Message;
}
