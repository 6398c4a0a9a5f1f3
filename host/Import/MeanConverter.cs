using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>MEAN over constant axes.</summary>
internal static class MeanConverter
{
    /// <summary>Most values whose sum stays in 32 bits.</summary>
    private const int MaximumCount = 1 << 22;

    public static void Convert(ImportGraph graph, TfliteOperator source)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        FlatTable options = ImportGraph.OptionalOptions(source, ReducerOptions.Type);
        int rank = input.Tensor.Shape.Length;
        int axes = Axes(graph, source, rank);
        bool keepsDimensions = options.UInt8(ReducerOptions.KeepsDimensions) != 0;
        int[] reduced = [.. input.Shape];
        int[] left = [1, 1, 1, 1];
        int at = 3;
        for (int axis = 3; axis >= 0; axis--)
        {
            bool averaged = (axes >> axis & 1) != 0;
            reduced[axis] = averaged ? 1 : reduced[axis];
            if (!averaged)
            {
                left[at--] = input.Shape[axis];
            }
        }
        ImportGraph.RequireShape(source, output, keepsDimensions ? reduced : left);
        int count = input.Elements / reduced.Aggregate(1, (product, size) => product * size);
        if (count > MaximumCount)
        {
            throw ImportGraph.Reject(
                source,
                $"averages {count} values of {input.Tensor.Label}, at most {MaximumCount} are possible; use a smaller input"
            );
        }
        int[] record = graph.AddLayer(source, Operators.Mean, input, output with { Shape = reduced });
        record[RecordField.Axes] = axes;
        QuantizedMultiplier multiplier = LayerParameters.Multiplier(source, input.Scale / (double)output.Scale);
        record[RecordField.Multiplier] = multiplier.Mantissa;
        record[RecordField.Shift] = multiplier.Shift;
    }

    /// <summary>The averaged axes as bits 0..3 for N, H, W, C.</summary>
    private static int Axes(ImportGraph graph, TfliteOperator source, int rank)
    {
        TfliteTensor tensor = graph.RequiredInput(source, 1);
        bool integers = tensor.Type is TensorType.Int32 or TensorType.Int64;
        if (!tensor.IsConstant || !integers || tensor.Elements is < 1 or > 8)
        {
            throw ImportGraph.Reject(
                source,
                $"axes {tensor.Label} must be 1 to 8 constant INT32; export a model with fixed axes"
            );
        }
        int axes = 0;
        foreach (long axis in tensor.IntegerData())
        {
            if (axis < -rank || axis >= rank)
            {
                throw ImportGraph.Reject(
                    source,
                    $"axis {axis} of {tensor.Label} is outside the input's {rank} dimensions; export the model again"
                );
            }
            axes |= 1 << (int)(4 - rank + (axis < 0 ? axis + rank : axis));
        }
        return axes;
    }
}
