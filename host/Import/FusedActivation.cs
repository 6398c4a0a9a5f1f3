using Attune.Model;

namespace Attune.Host.Import;

/// <summary>Activations that clamp: their bounds in quantized units.</summary>
internal static class FusedActivation
{
    public const int None = 0;
    public const int Relu = 1;
    public const int ReluN1To1 = 2;
    public const int Relu6 = 3;

    private static readonly string[] Names = ["NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"];

    /// <summary>Sets activation and clamp of a record.</summary>
    /// <exception cref="ImportException">The activation is none of the four.</exception>
    public static void Set(int[] record, TfliteOperator source, int activation, QuantizedTensor output)
    {
        (float low, float high) = activation switch
        {
            None => (float.NegativeInfinity, float.PositiveInfinity),
            Relu => (0, float.PositiveInfinity),
            ReluN1To1 => (-1, 1),
            Relu6 => (0, 6),
            _ => throw ImportGraph.Reject(
                source,
                $"fused activation {(activation < Names.Length ? Names[activation] : activation)} on {output.Tensor.Label} is not "
                    + "supported; use RELU, RELU6, RELU_N1_TO_1 or none"
            ),
        };
        record[RecordField.Activation] = activation;
        record[RecordField.ActMin] = Quantize(low, output);
        record[RecordField.ActMax] = Quantize(high, output);
    }

    /// <summary>zero point + round(value / scale), clamped to int8; the quotient is a float32, ties go away from zero.</summary>
    private static int Quantize(float value, QuantizedTensor output)
    {
        float units = MathF.Round(value / output.Scale, MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(output.Zero + (double)units, -128, 127);
    }
}
