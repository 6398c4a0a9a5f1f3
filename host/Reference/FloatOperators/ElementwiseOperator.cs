using Attune.Model;

namespace Attune.Host.Reference.FloatOperators;

/// <summary>ADD and MUL; a dimension of 1 in an operand is repeated along the output's.</summary>
internal static class ElementwiseOperator
{
    private const int AddLeftShift = 20; // bits by which ADD widens its operands before it brings them to one scale

    public static void ForwardAdd(FloatLayer layer, in LayerCall call) => Forward(layer, call, false);

    public static void ForwardMul(FloatLayer layer, in LayerCall call) => Forward(layer, call, true);

    public static void BackwardAdd(FloatLayer layer, in LayerCall call) => Backward(layer, call, false);

    public static void BackwardMul(FloatLayer layer, in LayerCall call) => Backward(layer, call, true);

    public static void QuantizeAdd(LayerQuantization target)
    {
        TensorScale second = target.SetSecondOperand();
        double common = 2.0 * Math.Max(target.Input.Scale, second.Scale);
        target.Record[RecordField.LeftShift] = AddLeftShift;
        target.SetMultiplier(RecordField.Multiplier1, target.Input.Scale / common);
        target.SetMultiplier(RecordField.Multiplier2, second.Scale / common);
        target.SetMultiplier(RecordField.Multiplier, common / ((1 << AddLeftShift) * (double)target.Output.Scale));
    }

    public static void QuantizeMul(LayerQuantization target)
    {
        TensorScale second = target.SetSecondOperand();
        double product = (double)target.Input.Scale * second.Scale / target.Output.Scale;
        target.SetMultiplier(RecordField.Multiplier, product);
    }

    private static void Forward(FloatLayer layer, in LayerCall call, bool product)
    {
        var first = new BroadcastWalk(layer.InputShape, layer.OutputShape);
        var second = new BroadcastWalk(layer.Input2Shape, layer.OutputShape);
        for (int i = 0; i < call.Output.Length; i++)
        {
            float a = call.Input[first.Index(i)];
            float b = call.Input2[second.Index(i)];
            call.Output[i] = product ? a * b : a + b;
        }
    }

    private static void Backward(FloatLayer layer, in LayerCall call, bool product)
    {
        var first = new BroadcastWalk(layer.InputShape, layer.OutputShape);
        var second = new BroadcastWalk(layer.Input2Shape, layer.OutputShape);
        for (int i = 0; i < call.OutputGradient.Length; i++)
        {
            float gradient = call.OutputGradient[i];
            int a = first.Index(i);
            int b = second.Index(i);
            if (call.InputGradient.Length > 0)
            {
                call.InputGradient[a] += product ? gradient * call.Input2[b] : gradient;
            }
            if (call.Input2Gradient.Length > 0)
            {
                call.Input2Gradient[b] += product ? gradient * call.Input[a] : gradient;
            }
        }
    }

    /// <summary>Maps an output element to the operand's element.</summary>
    private readonly ref struct BroadcastWalk
    {
        private readonly bool same;
        private readonly int height;
        private readonly int width;
        private readonly int channels;
        private readonly int strideN;
        private readonly int strideH;
        private readonly int strideW;
        private readonly int strideC;

        public BroadcastWalk(int[] shape, int[] output)
        {
            same = shape.AsSpan().SequenceEqual(output);
            (height, width, channels) = (output[1], output[2], output[3]);
            strideC = shape[3] == 1 ? 0 : 1;
            strideW = shape[2] == 1 ? 0 : shape[3];
            strideH = shape[1] == 1 ? 0 : shape[2] * shape[3];
            strideN = shape[0] == 1 ? 0 : shape[1] * shape[2] * shape[3];
        }

        public int Index(int element)
        {
            if (same)
            {
                return element;
            }
            int position = element / channels;
            int row = position / width;
            return element % channels * strideC
                + position % width * strideW
                + row % height * strideH
                + row / height * strideN;
        }
    }
}
