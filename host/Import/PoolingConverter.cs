namespace Attune.Host.Import;

/// <summary>AVERAGE_POOL_2D and MAX_POOL_2D.</summary>
internal static class PoolingConverter
{
    /// <summary>Largest window whose sum stays in 32 bits.</summary>
    private const long MaximumWindow = 1 << 22;

    public static void Convert(ImportGraph graph, TfliteOperator source, int operation)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        FlatTable options = ImportGraph.OptionsOf(source, Pool2DOptions.Type);
        ImportGraph.RequireSameScale(source, input, output);
        int[] record = graph.AddLayer(source, operation, input, output);
        var (height, width) = Window.Set(
            record,
            source,
            options.UInt8(Pool2DOptions.Padding),
            (input.Shape[1], input.Shape[2]),
            (options.Int32(Pool2DOptions.FilterH), options.Int32(Pool2DOptions.FilterW)),
            (options.Int32(Pool2DOptions.StrideH), options.Int32(Pool2DOptions.StrideW)),
            (1, 1)
        );
        long window = (long)options.Int32(Pool2DOptions.FilterH) * options.Int32(Pool2DOptions.FilterW);
        if (window > MaximumWindow)
        {
            throw ImportGraph.Reject(
                source,
                $"its window has {window} positions, at most {MaximumWindow} are possible; shrink it"
            );
        }
        ImportGraph.RequireShape(source, output, [input.Shape[0], height, width, input.Shape[3]]);
        FusedActivation.Set(record, source, options.UInt8(Pool2DOptions.Activation), output);
    }
}
