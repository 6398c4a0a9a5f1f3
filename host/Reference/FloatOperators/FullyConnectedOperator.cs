namespace Attune.Host.Reference.FloatOperators;

/// <summary>FULLY_CONNECTED: input rows in N, depth in C; weights units,depth.</summary>
internal static class FullyConnectedOperator
{
    public static void Forward(FloatLayer layer, in LayerCall call)
    {
        int depth = layer.InputShape[3];
        int units = layer.Channels;
        RowMath.FillRows(call.Output, layer.Bias);
        MatrixMultiply.Run(
            call.Input,
            depth,
            1,
            call.TransposedWeights,
            units,
            call.Output,
            units,
            layer.Positions,
            depth,
            units,
            true
        );
    }

    public static void Backward(FloatLayer layer, in LayerCall call)
    {
        int depth = layer.InputShape[3];
        int units = layer.Channels;
        RowMath.AddRows(call.BiasGradient, call.OutputGradient);
        if (call.WeightsGradient.Length > 0)
        {
            MatrixMultiply.Run(
                call.OutputGradient,
                1,
                units,
                call.Input,
                depth,
                call.WeightsGradient,
                depth,
                units,
                layer.Positions,
                depth,
                true
            );
        }
        if (call.InputGradient.Length > 0)
        {
            MatrixMultiply.Run(
                call.OutputGradient,
                units,
                1,
                layer.Weights,
                depth,
                call.InputGradient,
                depth,
                layer.Positions,
                units,
                depth,
                true
            );
        }
    }
}
