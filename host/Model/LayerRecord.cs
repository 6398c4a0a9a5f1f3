using Attune.Model;

namespace Attune.Host.Model;

/// <summary>What the words of a layer record say of its arrays.</summary>
public static class LayerRecord
{
    /// <summary>Output channels.</summary>
    public static int Channels(ReadOnlySpan<int> record) => record[RecordField.OutputN + 3];

    /// <summary>Weights of one output channel; 0 for layers without.</summary>
    public static int FilterSize(ReadOnlySpan<int> record)
    {
        int kernel = record[RecordField.KernelH] * record[RecordField.KernelW];
        int depth = record[RecordField.InputN + 3];
        return record[RecordField.Operator] switch
        {
            Operators.Conv2D => kernel * (depth / record[RecordField.Groups]),
            Operators.DepthwiseConv2D => kernel,
            Operators.FullyConnected => depth,
            _ => 0,
        };
    }

    /// <summary>Number of weights; 0 for layers without.</summary>
    public static int WeightCount(ReadOnlySpan<int> record) => FilterSize(record) * Channels(record);

    /// <summary>Output channel of a weight.</summary>
    /// <param name="operation">The layer's operator.</param>
    /// <param name="weight">Number of the weight in the record's layout.</param>
    /// <param name="weights">All of them.</param>
    /// <param name="channels">Output channels.</param>
    public static int ChannelOf(int operation, int weight, int weights, int channels) =>
        operation == Operators.DepthwiseConv2D ? weight % channels : weight / (weights / channels);

    /// <summary>Whether the second operand is a constant that stands among the layer's arrays.</summary>
    public static bool HasConstant(ReadOnlySpan<int> record) =>
        (record[RecordField.Flags] & RecordFlag.ConstantInput2) != 0;

    /// <summary>Elements of that constant.</summary>
    public static int ConstantSize(ReadOnlySpan<int> record) =>
        HasConstant(record) ? Product(record.Slice(RecordField.Input2N, 4)) : 0;

    /// <summary>Elements of the output.</summary>
    public static int OutputCount(ReadOnlySpan<int> record) => Product(record.Slice(RecordField.OutputN, 4));

    private static int Product(ReadOnlySpan<int> shape) => shape[0] * shape[1] * shape[2] * shape[3];
}
