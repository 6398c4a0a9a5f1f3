using Attune.Model;

namespace Attune.Host.Import;

/// <summary>CONV_2D (also grouped) and DEPTHWISE_CONV_2D.</summary>
internal static class ConvolutionConverter
{
    /// <summary>Weights O,H,W,I; groups = input channels / I.</summary>
    public static void Convolution(ImportGraph graph, TfliteOperator source)
    {
        TfliteTensor weights = LayerParameters.Weights(graph, source, 4);
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        FlatTable options = ImportGraph.OptionsOf(source, Conv2DOptions.Type);
        int channels = weights.Shape[0];
        int depth = weights.Shape[3];
        int groups = input.Shape[3] / depth;
        if (groups < 1 || groups * depth != input.Shape[3] || channels % groups != 0)
        {
            throw ImportGraph.Reject(
                source,
                $"weights {weights.Label} of shape {TfliteTensor.ShapeText(weights.Shape)} do not fit {input.Shape[3]} input "
                    + "channels; export the model again"
            );
        }
        int[] record = graph.AddLayer(source, Operators.Conv2D, input, output);
        record[RecordField.Groups] = groups;
        SetWindow(record, source, weights, input, output, options, Conv2DOptions.DilationW);
        FusedActivation.Set(record, source, options.UInt8(Conv2DOptions.Activation), output);
        LayerParameters.Attach(graph, source, weights, 0, record, input, output);
    }

    /// <summary>Weights 1,H,W,O; multiplier = O / input channels.</summary>
    public static void Depthwise(ImportGraph graph, TfliteOperator source)
    {
        TfliteTensor weights = LayerParameters.Weights(graph, source, 4);
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        FlatTable options = ImportGraph.OptionsOf(source, DepthwiseConv2DOptions.Type);
        int multiplier = weights.Shape[3] / input.Shape[3];
        int stated = options.Int32(DepthwiseConv2DOptions.DepthMultiplier);
        // Exporters may leave the multiplier out, it follows from the shapes.
        bool agrees = stated == multiplier || stated == 0;
        if (weights.Shape[0] != 1 || multiplier < 1 || multiplier * input.Shape[3] != weights.Shape[3] || !agrees)
        {
            throw ImportGraph.Reject(
                source,
                $"weights {weights.Label} of shape {TfliteTensor.ShapeText(weights.Shape)} do not fit {input.Shape[3]} input "
                    + $"channels and depth multiplier {stated}; export the model again"
            );
        }
        int[] record = graph.AddLayer(source, Operators.DepthwiseConv2D, input, output);
        record[RecordField.Groups] = multiplier;
        SetWindow(record, source, weights, input, output, options, DepthwiseConv2DOptions.DilationW);
        FusedActivation.Set(record, source, options.UInt8(DepthwiseConv2DOptions.Activation), output);
        LayerParameters.Attach(graph, source, weights, 3, record, input, output);
    }

    /// <summary>Padding and strides have the same numbers in both options; dilationH follows dilationW.</summary>
    private static void SetWindow(
        int[] record,
        TfliteOperator source,
        TfliteTensor weights,
        QuantizedTensor input,
        QuantizedTensor output,
        FlatTable options,
        int dilationW
    )
    {
        var (height, width) = Window.Set(
            record,
            source,
            options.UInt8(Conv2DOptions.Padding),
            (input.Shape[1], input.Shape[2]),
            (weights.Shape[1], weights.Shape[2]),
            (options.Int32(Conv2DOptions.StrideH), options.Int32(Conv2DOptions.StrideW)),
            (options.Int32(dilationW + 1, 1), options.Int32(dilationW, 1))
        );
        int channels = source.Code == BuiltinOperator.Conv2D ? weights.Shape[0] : weights.Shape[3];
        ImportGraph.RequireShape(source, output, [input.Shape[0], height, width, channels]);
    }
}
