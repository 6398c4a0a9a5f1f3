using Attune.Model;

namespace Attune.Host.Import;

/// <summary>FULLY_CONNECTED: weights units,depth on rows of the input.</summary>
internal static class FullyConnectedConverter
{
    public static void Convert(ImportGraph graph, TfliteOperator source)
    {
        TfliteTensor weights = LayerParameters.Weights(graph, source, 2);
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        FlatTable options = ImportGraph.OptionalOptions(source, FullyConnectedOptions.Type);
        if (options.UInt8(FullyConnectedOptions.WeightsFormat) != 0)
        {
            throw ImportGraph.Reject(source, $"weights {weights.Label} are shuffled; convert without weight shuffling");
        }
        int units = weights.Shape[0];
        int depth = weights.Shape[1];
        int rows = input.Elements / depth;
        bool keepsDimensions = options.UInt8(FullyConnectedOptions.KeepsDimensions) != 0;
        if (rows < 1 || rows * (long)depth != input.Elements || keepsDimensions && input.Shape[3] != depth)
        {
            throw ImportGraph.Reject(
                source,
                $"{input.Tensor.Label} of shape {TfliteTensor.ShapeText(input.Tensor.Shape)} has no rows of {depth} values, "
                    + "which the weights need; export the model again"
            );
        }
        int[] expected = keepsDimensions
            ? [input.Shape[0], input.Shape[1], input.Shape[2], units]
            : [1, 1, rows, units];
        // Some exporters keep the input's leading dimensions without saying so.
        if (keepsDimensions || output.Shape[3] != units || output.Elements != rows * (long)units)
        {
            ImportGraph.RequireShape(source, output, expected);
        }
        int[] record = graph.AddLayer(
            source,
            Operators.FullyConnected,
            input with
            {
                Shape = [rows, 1, 1, depth],
            },
            output with
            {
                Shape = [rows, 1, 1, units],
            }
        );
        FusedActivation.Set(record, source, options.UInt8(FullyConnectedOptions.Activation), output);
        LayerParameters.Attach(graph, source, weights, 0, record, input, output);
    }
}
