using Attune.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>PAD: a constant around the input.</summary>
internal static class PadOperator
{
    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        call.Output.Fill(layer.PadValue);
        for (int i = 0; i < call.Input.Length; i++)
        {
            call.Output[OutputIndex(layer, i)] = call.Input[i];
        }
    }

    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        for (int i = 0; i < call.InputGradient.Length; i++)
        {
            call.InputGradient[i] += call.OutputGradient[OutputIndex(layer, i)];
        }
    }

    public static void Quantize(LayerQuantization target)
    {
        FloatLayer layer = target.Layer;
        for (int axis = 0; axis < 4; axis++)
        {
            target.Record[RecordField.PadBeforeN + axis] = layer.PadBefore[axis];
            target.Record[RecordField.PadAfterN + axis] =
                layer.OutputShape[axis] - layer.InputShape[axis] - layer.PadBefore[axis];
        }
        target.Record[RecordField.PadValue] = target.Output.Quantize(layer.PadValue);
    }

    private static int OutputIndex(FloatLayer layer, int element)
    {
        int index = 0;
        int stride = 1;
        for (int axis = 3; axis >= 0; axis--)
        {
            index += (element % layer.InputShape[axis] + layer.PadBefore[axis]) * stride;
            element /= layer.InputShape[axis];
            stride *= layer.OutputShape[axis];
        }
        return index;
    }
}
