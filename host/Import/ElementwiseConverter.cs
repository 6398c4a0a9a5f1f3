using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>ADD and MUL of two operands, one of which may be constant; dimensions of 1 are broadcast.</summary>
internal static class ElementwiseConverter
{
    /// <summary>Bits by which ADD widens its operands before it brings them to one scale.</summary>
    private const int AddLeftShift = 20;

    public static void Add(ImportGraph graph, TfliteOperator source)
    {
        var (record, first, second, output) = AddLayer(
            graph,
            source,
            Operators.Add,
            AddOptions.Type,
            AddOptions.Activation
        );
        double common = 2.0 * Math.Max(first.Scale, second.Scale);
        record[RecordField.LeftShift] = AddLeftShift;
        Set(record, RecordField.Multiplier1, LayerParameters.Multiplier(source, first.Scale / common));
        Set(record, RecordField.Multiplier2, LayerParameters.Multiplier(source, second.Scale / common));
        double back = common / ((1 << AddLeftShift) * (double)output.Scale);
        Set(record, RecordField.Multiplier, LayerParameters.Multiplier(source, back));
    }

    public static void Mul(ImportGraph graph, TfliteOperator source)
    {
        var (record, first, second, output) = AddLayer(
            graph,
            source,
            Operators.Mul,
            MulOptions.Type,
            MulOptions.Activation
        );
        double product = (double)first.Scale * second.Scale / output.Scale;
        Set(record, RecordField.Multiplier, LayerParameters.Multiplier(source, product));
    }

    private static (int[] Record, QuantizedTensor First, QuantizedTensor Second, QuantizedTensor Output) AddLayer(
        ImportGraph graph,
        TfliteOperator source,
        int operation,
        int optionsType,
        int activation
    )
    {
        FlatTable options = ImportGraph.OptionalOptions(source, optionsType);
        // Both operators are symmetric to the bit, so a constant can always stand second.
        bool swap = IsConstant(graph, graph.RequiredInput(source, 0));
        QuantizedTensor first = graph.Activation(source, swap ? 1 : 0);
        TfliteTensor other = graph.RequiredInput(source, swap ? 0 : 1);
        bool constant = IsConstant(graph, other);
        QuantizedTensor second = constant
            ? QuantizedTensor.Of(other, source.Label)
            : graph.Activation(source, swap ? 0 : 1);
        QuantizedTensor output = graph.Result(source);
        ImportGraph.RequireShape(source, output, Broadcast(source, first, second));
        int[] record = graph.AddLayer(source, operation, first, output);
        second.Shape.CopyTo(record, RecordField.Input2N);
        record[RecordField.Input2Zero] = second.Zero;
        AtmBuilder.SetSingle(record, RecordField.Input2Scale, second.Scale);
        FusedActivation.Set(record, source, options.UInt8(activation), output);
        if (constant)
        {
            record[RecordField.Flags] = RecordFlag.ConstantInput2;
            graph.Attach(RecordField.Weights, other.Int8Data());
        }
        else
        {
            record[RecordField.Input2] = graph.Place(other.Index);
        }
        return (record, first, second, output);
    }

    private static bool IsConstant(ImportGraph graph, TfliteTensor tensor) =>
        graph.Place(tensor.Index) < 0 && tensor.IsConstant;

    private static int[] Broadcast(TfliteOperator source, QuantizedTensor first, QuantizedTensor second)
    {
        var shape = new int[4];
        for (int axis = 0; axis < 4; axis++)
        {
            int a = first.Shape[axis];
            int b = second.Shape[axis];
            if (a != b && a != 1 && b != 1)
            {
                throw ImportGraph.Reject(
                    source,
                    $"{first.Tensor.Label} and {second.Tensor.Label} have shapes {TfliteTensor.ShapeText(first.Tensor.Shape)} and "
                        + $"{TfliteTensor.ShapeText(second.Tensor.Shape)}, which cannot be broadcast; export the model again"
                );
            }
            shape[axis] = Math.Max(a, b);
        }
        return shape;
    }

    private static void Set(int[] record, int field, QuantizedMultiplier multiplier)
    {
        record[field] = multiplier.Mantissa;
        record[field + 1] = multiplier.Shift;
    }
}
