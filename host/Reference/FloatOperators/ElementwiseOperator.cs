namespace Attune.Host.Reference.FloatOperators;

/// <summary>ADD and MUL; a dimension of 1 in an operand is repeated along the output's.</summary>
internal static class ElementwiseOperator
{
    public static void Forward(FloatLayer layer, in LayerCall call, bool product)
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

    public static void Backward(FloatLayer layer, in LayerCall call, bool product)
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
