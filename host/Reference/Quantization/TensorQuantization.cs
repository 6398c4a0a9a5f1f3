using Attune.Host.Reference.FloatOperators;

namespace Attune.Host.Reference.Quantization;

/// <summary>Chooses scale and zero point of every tensor from its range.</summary>
internal static class TensorQuantization
{
    /// <summary>Scale and zero point by tensor. Operators that do not rescale have one for input and output.</summary>
    public static TensorScale[] Choose(FloatNetwork network, ActivationRanges ranges, QuantizationOptions options)
    {
        var root = new int[network.TensorCount];
        for (int tensor = 1; tensor < root.Length; tensor++)
        {
            var layer = network.Layers[tensor - 1];
            bool keepsScale = OperatorTable.Of(layer).KeepsScale;
            root[tensor] = keepsScale ? root[layer.Input] : tensor;
        }
        var chosen = new TensorScale[root.Length];
        for (int tensor = 0; tensor < root.Length; tensor++)
        {
            if (root[tensor] == tensor)
            {
                var members = Enumerable.Range(0, root.Length).Where(other => root[other] == tensor).ToArray();
                chosen[tensor] = TensorScale.FromRange(
                    members.Min(member => ranges[member].Minimum),
                    members.Max(member => ranges[member].Maximum)
                );
            }
            TensorScale? given = tensor > 0 ? OperatorTable.Of(network.Layers[tensor - 1]).FixedScale : null;
            chosen[tensor] =
                given is { } constant ? constant
                : tensor == 0 && options.InputScale > 0 ? new TensorScale(options.InputScale, options.InputZero)
                : chosen[root[tensor]];
        }
        return chosen;
    }
}
