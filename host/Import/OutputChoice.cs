using Attune.Host.Model;
using Attune.Model;

namespace Attune.Host.Import;

/// <summary>Decides what a network's outputs are, from its last operator and shapes or from what the user says.</summary>
internal static class OutputChoice
{
    /// <summary>The kind of output, checked against the network.</summary>
    /// <param name="graph">Every layer is there; notes are added.</param>
    /// <param name="last">Record that writes the network's output.</param>
    /// <param name="scores">N, H, W, C of the tensor of class scores, if it has any.</param>
    /// <param name="wanted">One of <see cref="OutputKind"/>, or null.</param>
    /// <exception cref="ImportException">The network cannot have this kind of output.</exception>
    public static int Of(ImportGraph graph, int[] last, int[] scores, int? wanted)
    {
        int kind = wanted ?? Guess(graph, last, scores);
        int count = Count(scores);
        bool spatial = scores[0] * scores[1] * scores[2] != 1;
        string? problem = kind switch
        {
            OutputKind.Classes when spatial || count < 2 => "class scores are a vector of at least 2 values",
            OutputKind.Logit when count != 1 => "one logit is a single value",
            OutputKind.Reconstruction when count != Count(graph.NetworkInput.Shape) =>
                "a reconstruction has as many values as the input",
            _ => null,
        };
        return problem is null
            ? kind
            : throw new ImportException(
                $"--outputs {OutputKinds.Names[kind]}: {problem}, this network gives {string.Join('x', scores.Skip(1))}; "
                    + "leave the option out or name another kind"
            );
    }

    private static int Guess(ImportGraph graph, int[] last, int[] scores)
    {
        int count = Count(scores);
        bool probabilities =
            last[RecordField.Operator] == Operators.Softmax || graph.FloatTail is "SOFTMAX" or "LOG_SOFTMAX";
        bool logistic = last[RecordField.Operator] == Operators.Logistic || graph.FloatTail == "LOGISTIC";
        if (!probabilities && count > 1 && count == Count(graph.NetworkInput.Shape))
        {
            return OutputKind.Reconstruction;
        }
        if (scores[0] * scores[1] * scores[2] != 1)
        {
            return OutputKind.Map;
        }
        if (logistic)
        {
            return count == 1 ? OutputKind.Logit : Said(graph, OutputKind.Values, $"{count} independent probabilities");
        }
        if (count == 1)
        {
            return Said(graph, OutputKind.Values, "one value; if it is the score of two classes, say --outputs logit");
        }
        return probabilities
            ? OutputKind.Classes
            : Said(graph, OutputKind.Classes, $"{count} class scores; if they are not, say --outputs values");
    }

    private static int Said(ImportGraph graph, int kind, string what)
    {
        graph.Notes.Add($"the output is taken for {what}.");
        return kind;
    }

    private static int Count(int[] shape) => shape[0] * shape[1] * shape[2] * shape[3];
}
