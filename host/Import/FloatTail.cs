namespace Attune.Host.Import;

/// <summary>
/// The end of an int8 network that computes in FLOAT32 behind a DEQUANTIZE, as converters leave LOG_SOFTMAX, for instance.
/// </summary>
internal static class FloatTail
{
    private static readonly string[] Cut = ["SOFTMAX", "LOG_SOFTMAX", "LOGISTIC", "RESHAPE", "SQUEEZE", "EXPAND_DIMS"];

    /// <summary>Finds the tensor where the network ends instead, and says so in the notes.</summary>
    /// <param name="graph">Takes the tensor, the tail's function and the note.</param>
    /// <param name="writers">The operator that writes each tensor.</param>
    public static void Find(ImportGraph graph, IReadOnlyDictionary<int, TfliteOperator> writers)
    {
        TfliteFile file = graph.File;
        int tensor = file.Output;
        var tail = new List<TfliteOperator>();
        while (
            writers.TryGetValue(tensor, out TfliteOperator? source)
            && Cut.Contains(source.Name)
            && source.Inputs.Length > 0
            && file.Tensor(tensor, source.Label).Type == TensorType.Float32
        )
        {
            tail.Add(source);
            tensor = source.Inputs[0];
        }
        if (
            tail.Count == 0
            || !writers.TryGetValue(tensor, out TfliteOperator? last)
            || last.Code != BuiltinOperator.Dequantize
        )
        {
            return;
        }
        graph.Output = tensor;
        graph.FloatTail = tail.Select(source => source.Name)
            .FirstOrDefault(name => name is "SOFTMAX" or "LOG_SOFTMAX" or "LOGISTIC");
        tail.Reverse();
        graph.Notes.Add(
            $"{string.Join(", ", tail.Select(source => source.Label))} left out: it computes in FLOAT32 behind DEQUANTIZE; the model "
                + "returns its input as int8."
        );
    }
}
