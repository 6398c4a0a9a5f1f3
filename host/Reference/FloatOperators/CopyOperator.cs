using Attune.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>RESHAPE and REQUANTIZE: real values stay as they are.</summary>
internal static class CopyOperator
{
    public static void Forward(FloatLayer layer, in LayerCall call) => call.Input.CopyTo(call.Output);

    public static void Backward(FloatLayer layer, in LayerCall call) =>
        RowMath.Add(call.InputGradient, call.OutputGradient[..call.InputGradient.Length]);

    /// <summary>REQUANTIZE.</summary>
    public static void Rescale(LayerQuantization target) =>
        target.SetMultiplier(RecordField.Multiplier, (double)target.Input.Scale / target.Output.Scale);
}
