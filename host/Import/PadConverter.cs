using Attune.Model;

namespace Attune.Host.Import;

/// <summary>PAD and PADV2 with constant amounts.</summary>
internal static class PadConverter
{
    public static void Convert(ImportGraph graph, TfliteOperator source)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        ImportGraph.RequireSameScale(source, input, output);
        int rank = input.Tensor.Shape.Length;
        TfliteTensor amounts = graph.RequiredInput(source, 1);
        bool integers = amounts.Type is TensorType.Int32 or TensorType.Int64;
        if (!amounts.IsConstant || !integers || !amounts.Shape.AsSpan().SequenceEqual([rank, 2]))
        {
            throw ImportGraph.Reject(
                source,
                $"padding {amounts.Label} must be {rank}x2 constant INT32 or INT64; export a model with fixed padding"
            );
        }
        int[] before = [0, 0, 0, 0];
        int[] after = [0, 0, 0, 0];
        int[] expected = [.. input.Shape];
        long[] values = amounts.IntegerData();
        for (int axis = 0; axis < rank; axis++)
        {
            int to = 4 - rank + axis;
            before[to] = Amount(source, amounts, values[2 * axis]);
            after[to] = Amount(source, amounts, values[2 * axis + 1]);
            expected[to] += before[to] + after[to];
        }
        ImportGraph.RequireShape(source, output, expected);
        int value = source.Code == BuiltinOperator.PadV2 ? Value(graph, source, output) : output.Zero;
        int[] record = graph.AddLayer(source, Operators.Pad, input, output);
        before.CopyTo(record, RecordField.PadBeforeN);
        after.CopyTo(record, RecordField.PadAfterN);
        record[RecordField.PadValue] = value;
    }

    private static int Amount(TfliteOperator source, TfliteTensor amounts, long value) =>
        value is >= 0 and <= 65535
            ? (int)value
            : throw ImportGraph.Reject(
                source,
                $"{amounts.Label} pads by {value}; 0 to 65535 is possible, export again"
            );

    private static int Value(ImportGraph graph, TfliteOperator source, QuantizedTensor output)
    {
        TfliteTensor tensor = graph.RequiredInput(source, 2);
        if (!tensor.IsConstant)
        {
            throw ImportGraph.Reject(source, $"padding value {tensor.Label} is not constant; export a fixed value");
        }
        QuantizedTensor value = QuantizedTensor.Of(tensor, source.Label);
        if (value.Elements != 1)
        {
            throw ImportGraph.Reject(
                source,
                $"padding value {tensor.Label} has {value.Elements} values; one is needed"
            );
        }
        ImportGraph.RequireSameScale(source, value, output);
        return tensor.Int8Data()[0];
    }
}
