using Attune.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>MEAN over the dimensions named by the layer's axes.</summary>
internal static class MeanOperator
{
    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        float weight = (float)layer.OutputCount / layer.InputCount;
        call.Output.Clear();
        for (int i = 0; i < call.Input.Length; i++)
        {
            call.Output[OutputIndex(layer, i)] += weight * call.Input[i];
        }
    }

    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        float weight = (float)layer.OutputCount / layer.InputCount;
        for (int i = 0; i < call.InputGradient.Length; i++)
        {
            call.InputGradient[i] += weight * call.OutputGradient[OutputIndex(layer, i)];
        }
    }

    public static void Quantize(LayerQuantization target)
    {
        target.Record[RecordField.Axes] = target.Layer.Axes;
        target.SetMultiplier(RecordField.Multiplier, (double)target.Input.Scale / target.Output.Scale);
    }

    private static int OutputIndex(FloatLayer layer, int element)
    {
        int index = 0;
        int stride = 1;
        for (int axis = 3; axis >= 0; axis--)
        {
            int coordinate = element % layer.InputShape[axis];
            element /= layer.InputShape[axis];
            if ((layer.Axes >> axis & 1) == 0)
            {
                index += coordinate * stride;
                stride *= layer.InputShape[axis];
            }
        }
        return index;
    }
}
