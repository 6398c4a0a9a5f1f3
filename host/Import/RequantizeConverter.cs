using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>Operators that map one int8 value to one: RELU, RELU6, RELU_N1_TO_1 and QUANTIZE from int8.</summary>
internal static class RequantizeConverter
{
    public static void Convert(ImportGraph graph, TfliteOperator source, int activation)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        ImportGraph.RequireShape(source, output, input.Shape);
        int[] record = graph.AddLayer(source, Operators.Requantize, input, output);
        QuantizedMultiplier multiplier = LayerParameters.Multiplier(source, input.Scale / (double)output.Scale);
        record[RecordField.Multiplier] = multiplier.Mantissa;
        record[RecordField.Shift] = multiplier.Shift;
        FusedActivation.Set(record, source, activation, output);
    }
}
