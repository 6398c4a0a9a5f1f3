using Attune.Model;

namespace Attune.Host.Model;

/// <summary>What a model takes and what it gives, for people and scripts.</summary>
/// <param name="InputShape">N, H, W, C.</param>
/// <param name="InputScale">Scale of the input.</param>
/// <param name="InputZeroPoint">Zero point of the input.</param>
/// <param name="InputLow">Real value of the input's -128.</param>
/// <param name="InputHigh">Real value of the input's 127.</param>
/// <param name="InputRange">How raw values become real ones, as --input-range takes it; null: unknown.</param>
/// <param name="InputRangeDeclared">Whether the model says so; otherwise it was guessed.</param>
/// <param name="Outputs">classes, logit, values, reconstruction or map.</param>
/// <param name="Classes">Number of classes; 0: the outputs are none.</param>
/// <param name="ClassNames">Their names, in the order of the outputs; empty: the model has none.</param>
public sealed record ModelFacts(
    int[] InputShape,
    float InputScale,
    int InputZeroPoint,
    double InputLow,
    double InputHigh,
    string? InputRange,
    bool InputRangeDeclared,
    string Outputs,
    int Classes,
    IReadOnlyList<string> ClassNames
)
{
    private const int Named = 20;

    /// <summary>The facts of a model.</summary>
    public static ModelFacts Of(AtmFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var (low, high) = Model.InputRange.Covered(file.InputScale, file.InputZero);
        InputRange? range = file.InputRange ?? Model.InputRange.Guess(file.InputScale, file.InputZero);
        return new ModelFacts(
            file.InputShape,
            file.InputScale,
            file.InputZero,
            low,
            high,
            range?.ToString(),
            file.InputRange is not null,
            OutputKinds.Names[OutputKinds.Effective(file)],
            file.ClassCount,
            file.ClassNames
        );
    }

    /// <summary>The facts in two lines.</summary>
    public IEnumerable<string> Lines()
    {
        string range =
            InputRange is null ? "input range unknown (tell it with import --input-range)"
            : InputRangeDeclared ? $"input range {InputRange}"
            : $"input range {InputRange}, guessed";
        yield return FormattableString.Invariant(
            $"input: {string.Join('x', InputShape[1..])}, scale {InputScale:G6}, zero point {InputZeroPoint}, real values {InputLow:G4}..{InputHigh:G4}, {range}"
        );
        string names =
            Classes == 0 ? ""
            : ClassNames.Count == 0 ? ", without names (import --classes)"
            : ": "
                + string.Join(", ", ClassNames.Take(Named))
                + (ClassNames.Count > Named ? $" and {ClassNames.Count - Named} more" : "");
        yield return Classes == 0 ? $"outputs: {Outputs}, no classes" : $"outputs: {Outputs}, {Classes} classes{names}";
    }
}
