using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>LOGISTIC, as a table of all values.</summary>
internal static class LogisticConverter
{
    public static void Convert(ImportGraph graph, TfliteOperator source)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        ImportGraph.RequireShape(source, output, input.Shape);
        if (output.Scale != 1f / 256 || output.Zero != -128)
        {
            throw ImportGraph.Reject(
                source,
                $"{output.Tensor.Label} has scale {output.Scale} and zero point {output.Zero} instead of 1/256 and -128; convert "
                    + "the model again"
            );
        }
        int[] record = graph.AddLayer(source, Operators.Logistic, input, output);
        record[RecordField.Flags] = RecordFlag.ConstantInput2;
        ((ReadOnlySpan<int>)[1, 1, 1, 256]).CopyTo(record.AsSpan(RecordField.Input2N));
        graph.Attach<sbyte>(RecordField.Weights, LogisticTable.Of(input.Scale, input.Zero));
    }
}
