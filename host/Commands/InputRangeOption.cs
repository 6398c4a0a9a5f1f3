using System.CommandLine;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Shell;
using Attune.Model;

namespace Attune.Host.Commands;

/// <summary>Option <c>--input-range</c>: how a network's images were scaled in training.</summary>
public static class InputRangeOption
{
    /// <summary>The option.</summary>
    public static Option<string?> Create() =>
        new("--input-range")
        {
            Description = $"what the network was fed in training: {InputRange.Choices}",
            HelpName = "RANGE",
        };

    /// <summary>The range given, or null.</summary>
    /// <exception cref="UsageException">It is no range.</exception>
    public static InputRange? Of(ParseResult parsed, Option<string?> option)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        return parsed.GetValue(option) is { } text
            ? InputRange.Parse(text) ?? throw new UsageException($"--input-range {text}: takes {InputRange.Choices}")
            : null;
    }

    /// <summary>
    /// A model's range: the one given, else the model's own, else the one that its scale and zero point leave no doubt of.
    /// </summary>
    /// <param name="given">From the option, or null.</param>
    /// <param name="model">The model.</param>
    /// <param name="path">The model's file, for messages.</param>
    /// <param name="say">Told how a range was guessed.</param>
    /// <exception cref="DataException">There is doubt; the message lists the choices.</exception>
    public static InputRange Resolve(InputRange? given, AtmFile model, string path, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(say);
        InputRange? known = given ?? model.InputRange;
        string input = $"input scale {model.InputScale:G6} and zero point {model.InputZero} take {Covered(model)}";
        if (known is null)
        {
            known =
                InputRange.Guess(model.InputScale, model.InputZero)
                ?? throw new DataException(
                    $"{path}: {input}, which does not say how its images were scaled; give --input-range {InputRange.Choices}."
                );
            say($"input range {known.Describe()}, guessed: {input}; --input-range says otherwise");
        }
        PixelQuantizer.RequireChannels(known, model.Header(HeaderField.InputC));
        return known;
    }

    /// <summary>The real values that a model's input takes, as text.</summary>
    public static string Covered(AtmFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (low, high) = InputRange.Covered(model.InputScale, model.InputZero);
        return FormattableString.Invariant($"{low:G4}..{high:G4}");
    }
}
