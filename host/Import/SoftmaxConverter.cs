using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>SOFTMAX over the last dimension.</summary>
internal static class SoftmaxConverter
{
    /// <summary>Integer bits of the fixed-point difference (Q5.26).</summary>
    private const int IntegerBits = 5;

    /// <summary>Most classes whose exponentials can be summed in the kernel's fixed point.</summary>
    private const int MaximumClasses = 8191;

    public static void Convert(ImportGraph graph, TfliteOperator source)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        float beta = ImportGraph.OptionsOf(source, SoftmaxOptions.Type).Single(SoftmaxOptions.Beta);
        ImportGraph.RequireShape(source, output, input.Shape);
        if (input.Shape[3] > MaximumClasses)
        {
            throw ImportGraph.Reject(
                source,
                $"{input.Tensor.Label} has {input.Shape[3]} classes, at most {MaximumClasses} are possible; leave SOFTMAX out"
            );
        }
        if (output.Scale != 1f / 256 || output.Zero != -128)
        {
            throw ImportGraph.Reject(
                source,
                $"{output.Tensor.Label} has scale {output.Scale} and zero point {output.Zero} instead of 1/256 and -128; convert "
                    + "the model again"
            );
        }
        double scale = (double)beta * input.Scale * (1 << (31 - IntegerBits));
        if (!(scale > 1))
        {
            throw ImportGraph.Reject(
                source,
                $"beta {beta} times the scale {input.Scale} of {input.Tensor.Label} is too small; convert the model "
                    + "again"
            );
        }
        QuantizedMultiplier multiplier = QuantizedMultiplier.From(Math.Min(scale, int.MaxValue));
        if (multiplier.Shift > QuantizedMultiplier.MaximumShift)
        {
            throw ImportGraph.Reject(
                source,
                $"beta {beta} times the scale {input.Scale} of {input.Tensor.Label} is too large; convert the model "
                    + "again"
            );
        }
        int[] record = graph.AddLayer(source, Operators.Softmax, input, output);
        record[RecordField.Multiplier] = multiplier.Mantissa;
        record[RecordField.Shift] = multiplier.Shift;
        double range = ((1 << IntegerBits) - 1) * Math.ScaleB(1, 31 - IntegerBits - multiplier.Shift);
        record[RecordField.DiffMin] = -(int)Math.Floor(range);
    }
}
