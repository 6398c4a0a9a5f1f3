namespace Attune.Host.Import;

/// <summary>Operators that only rename dimensions (RESHAPE, SQUEEZE, EXPAND_DIMS): they become no layer.</summary>
internal static class RenameConverter
{
    public static void Convert(ImportGraph graph, TfliteOperator source)
    {
        QuantizedTensor input = graph.Activation(source, 0);
        QuantizedTensor output = graph.Result(source);
        if (input.Elements != output.Elements)
        {
            throw ImportGraph.Reject(
                source,
                $"{input.Tensor.Label} has {input.Elements} values, {output.Tensor.Label} has {output.Elements}; export the model "
                    + "again"
            );
        }
        ImportGraph.RequireSameScale(source, input, output);
        graph.Alias(source, "the values stay where they are");
    }
}
