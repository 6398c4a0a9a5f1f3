using Attune.Model;

namespace Attune.Host.Reference.Quantization;

/// <summary>Chooses scale and zero point of every tensor from its range.</summary>
internal static class TensorQuantization
{
    /// <summary>Scale and zero point by tensor. Operators that do not rescale have one for input and output.</summary>
    public static (float Scale, int Zero)[] Choose(
        FloatNetwork network,
        ActivationRanges ranges,
        QuantizationOptions options
    )
    {
        var root = new int[network.TensorCount];
        for (int tensor = 1; tensor < root.Length; tensor++)
        {
            var layer = network.Layers[tensor - 1];
            bool keepsScale =
                layer.Operator
                is Operators.AveragePool2D
                    or Operators.MaxPool2D
                    or Operators.Pad
                    or Operators.Reshape
                    or Operators.Upsample;
            root[tensor] = keepsScale ? root[layer.Input] : tensor;
        }
        var chosen = new (float Scale, int Zero)[root.Length];
        for (int tensor = 0; tensor < root.Length; tensor++)
        {
            if (root[tensor] == tensor)
            {
                var members = Enumerable.Range(0, root.Length).Where(other => root[other] == tensor).ToArray();
                chosen[tensor] = FromRange(
                    members.Min(member => ranges[member].Minimum),
                    members.Max(member => ranges[member].Maximum)
                );
            }
            bool isSoftmax = tensor > 0 && network.Layers[tensor - 1].Operator == Operators.Softmax;
            chosen[tensor] =
                isSoftmax ? (1f / 256, -128)
                : tensor == 0 && options.InputScale > 0 ? (options.InputScale, options.InputZero)
                : chosen[root[tensor]];
        }
        return chosen;
    }

    /// <summary>Scale and zero point of constant values.</summary>
    public static (float Scale, int Zero) Of(float[] values) =>
        FromRange(Math.Min(0, values.Min()), Math.Max(0, values.Max()));

    private static (float Scale, int Zero) FromRange(float minimum, float maximum)
    {
        if (minimum == maximum)
        {
            return (1f / 256, 0);
        }
        float scale = (maximum - minimum) / 255;
        double zero = Math.Round(-128 - (double)minimum / scale, MidpointRounding.AwayFromZero);
        return (scale, (int)Math.Clamp(zero, -128, 127));
    }
}
