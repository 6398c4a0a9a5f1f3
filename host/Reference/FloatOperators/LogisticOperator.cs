using Attune.Host.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>LOGISTIC: y = 1 / (1 + exp(-x)).</summary>
internal static class LogisticOperator
{
    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        for (int i = 0; i < call.Input.Length; i++)
        {
            call.Output[i] = (float)(1 / (1 + PortableMath.Exp(-(double)call.Input[i])));
        }
    }

    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        for (int i = 0; i < call.InputGradient.Length; i++)
        {
            call.InputGradient[i] += call.OutputGradient[i] * call.Output[i] * (1 - call.Output[i]);
        }
    }

    public static void Quantize(LayerQuantization target) =>
        target.AttachTable(LogisticTable.Of(target.Input.Scale, target.Input.Zero));
}
