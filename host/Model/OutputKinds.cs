using Attune.Model;

namespace Attune.Host.Model;

/// <summary>Names and descriptions of the kinds of output.</summary>
public static class OutputKinds
{
    /// <summary>Names on the command line, by number (<see cref="OutputKind"/>).</summary>
    public static readonly IReadOnlyList<string> Names = ["classes", "logit", "values", "reconstruction", "map"];

    /// <summary>What a model gives out, in words: "10 class scores".</summary>
    public static string Describe(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        int layer = file.Header(HeaderField.OutputTensor) - 1;
        int[] shape = [.. Enumerable.Range(RecordField.OutputN, 4).Select(word => file.Word(layer, word))];
        int count = shape[0] * shape[1] * shape[2] * shape[3];
        return Effective(file) switch
        {
            OutputKind.Classes => $"{file.ClassCount} class scores",
            OutputKind.Logit => "one score of two classes",
            OutputKind.Reconstruction => $"reconstruction of the input, {count} values",
            OutputKind.Map => $"map of {string.Join('x', shape.Skip(1))}",
            _ => count == 1 ? "one value" : $"{count} values",
        };
    }

    /// <summary>The kind of output of a model; one that does not say gives class scores, one logit or values.</summary>
    public static int Effective(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.OutputKind != OutputKind.Classes ? file.OutputKind
            : file.LogitsTensor < 0 ? OutputKind.Values
            : file.ClassCount == 2 && file.ScoreCount == 1 ? OutputKind.Logit
            : OutputKind.Classes;
    }

    /// <summary>Why a command that needs classes refuses a model, and what to do; null: it has classes.</summary>
    public static string? WhyNoClasses(AtmFile file) =>
        file is { ClassCount: > 0 }
            ? null
            : $"the model gives no class scores ({Describe(file)}); without classes it can only be aligned. If its outputs "
                + "are class scores, import it with --outputs classes, or --outputs logit";
}
