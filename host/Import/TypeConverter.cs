namespace Attune.Host.Import;

/// <summary>
/// QUANTIZE and DEQUANTIZE: conversions at the network's ends become no layer; between two int8 tensors they rescale.
/// </summary>
internal static class TypeConverter
{
    public static void Quantize(ImportGraph graph, TfliteOperator source)
    {
        TfliteTensor input = graph.RequiredInput(source, 0);
        TfliteTensor output = graph.OutputOf(source);
        if (input.Index == graph.File.Input && input.Type is TensorType.Float32 or TensorType.UInt8)
        {
            DropInputConversion(graph, source, input);
        }
        else if (input.Type == TensorType.Int8 && output.Type == TensorType.UInt8)
        {
            QuantizedTensor from = graph.Activation(source, 0);
            RequireShifted(source, output, input, from.Zero);
            QuantizedTensor.FixedShape(output, source.Label);
            RequireElements(source, output, from.Elements);
            graph.Alias(source, "the model returns int8, which is the UINT8 value - 128");
        }
        else
        {
            RequantizeConverter.Convert(graph, source, FusedActivation.None);
        }
    }

    private static void DropInputConversion(ImportGraph graph, TfliteOperator source, TfliteTensor input)
    {
        QuantizedTensor output = graph.Result(source);
        if (output.Scale != graph.NetworkInput.Scale || output.Zero != graph.NetworkInput.Zero)
        {
            throw ImportGraph.Reject(
                source,
                $"quantizes the network's input with scale {output.Scale} and zero point {output.Zero}, another operator with "
                    + $"{graph.NetworkInput.Scale} and {graph.NetworkInput.Zero}; convert with an int8 input"
            );
        }
        if (!output.Shape.AsSpan().SequenceEqual(graph.NetworkInput.Shape))
        {
            ImportGraph.RequireShape(source, output, graph.NetworkInput.Shape);
        }
        if (input.Type == TensorType.UInt8)
        {
            RequireShifted(source, input, output.Tensor, output.Zero);
            graph.Alias(source, "the model takes int8, which is the UINT8 value - 128");
        }
        else
        {
            graph.Alias(source, $"the model takes int8, which is round(value / {output.Scale}) + {output.Zero}");
        }
    }

    public static void Dequantize(ImportGraph graph, TfliteOperator source)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        TfliteTensor output = graph.OutputOf(source);
        QuantizedTensor.FixedShape(output, source.Label);
        if (output.Index != graph.Output || output.Type != TensorType.Float32)
        {
            throw ImportGraph.Reject(
                source,
                $"{output.Label} is {TensorType.Name(output.Type)} inside the network; convert with full integer (int8) "
                    + "quantization"
            );
        }
        RequireElements(source, output, input.Elements);
        graph.Alias(source, $"the model returns int8, which stands for (value - {input.Zero}) * {input.Scale}");
    }

    private static void RequireElements(TfliteOperator source, TfliteTensor output, int elements)
    {
        if (output.Elements != elements)
        {
            throw ImportGraph.Reject(
                source,
                $"{output.Label} has {output.Elements} values instead of {elements}; the file is damaged, export it again"
            );
        }
    }

    /// <summary>Rejects a conversion between uint8 and int8 that does more than shift by 128.</summary>
    private static void RequireShifted(TfliteOperator source, TfliteTensor unsigned, TfliteTensor signed, int zero)
    {
        bool stated = unsigned.Scales.Length == 1 && unsigned.ZeroPoints.Length <= 1;
        long unsignedZero = stated && unsigned.ZeroPoints.Length == 1 ? unsigned.ZeroPoints.Int64(0) : 0;
        if (!stated || unsigned.Scales.Single(0) != signed.Scales.Single(0) || unsignedZero != zero + 128)
        {
            throw ImportGraph.Reject(
                source,
                $"{unsigned.Label} (UINT8) and {signed.Label} (INT8) differ by more than 128 in zero point; convert with int8 input "
                    + "and output"
            );
        }
    }
}
