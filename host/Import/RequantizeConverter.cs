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
        if (activation == FusedActivation.Relu6 && !input.HasScaleOf(output))
        {
            graph.Notes.Add(
                graph.Options.RescalesRelu6
                    ? $"{source.Label} rescales from {input.Scale} to {output.Scale}, which TensorFlow Lite Micro does not; outputs may "
                        + "differ from its."
                    : $"{source.Label} only clamps, as TensorFlow Lite Micro does, although its output has another scale or zero point; "
                        + "--relu6 rescale rescales as TensorFlow Lite defines it."
            );
            output = graph.Options.RescalesRelu6 ? output : output with { Scale = input.Scale, Zero = input.Zero };
        }
        int[] record = graph.AddLayer(source, Operators.Requantize, input, output);
        QuantizedMultiplier multiplier = LayerParameters.Multiplier(source, input.Scale / (double)output.Scale);
        record[RecordField.Multiplier] = multiplier.Mantissa;
        record[RecordField.Shift] = multiplier.Shift;
        FusedActivation.Set(record, source, activation, output);
    }
}
