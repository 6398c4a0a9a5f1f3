using System.CommandLine;
using System.Runtime.InteropServices;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Model;
using Spectre.Console;

namespace Attune.Host.Commands;

/// <summary><c>attune classify MODEL FILES...</c>: the most probable classes of pictures.</summary>
public static class ClassifyCommand
{
    private static readonly Argument<string> ModelPath = new("MODEL") { Description = ".atm or .tflite file" };
    private static readonly Argument<string[]> Sources = new("FILES")
    {
        Description = "pictures, folders of pictures, samples (.ats) or arrays of pictures (.npy)",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<int> Top = new("--top")
    {
        Description = "number of classes to show",
        DefaultValueFactory = _ => 3,
    };
    private static readonly Option<string?> Range = InputRangeOption.Create();
    private static readonly Option<string?> Classes = new("--classes")
    {
        Description = "names of the classes: a file with one on each line, or a,b,c (default: the model's)",
        HelpName = "FILE|LIST",
    };
    private static readonly Option<bool> Crop = new("--crop")
    {
        Description = "cut the middle out in the model's shape instead of stretching the picture to it",
    };
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "machine-readable result on standard output",
    };

    private sealed record Answer(string Input, string? Label, IReadOnlyList<ClassProbability> Classes);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("classify", "Names the most probable classes of pictures")
        {
            ModelPath,
            Sources,
            Top,
            Range,
            Classes,
            Crop,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        int top = parsed.GetValue(Top);
        if (top < 1)
        {
            throw new UsageException("--top takes 1 or more");
        }
        string path = parsed.GetValue(ModelPath)!;
        AtmFile file = ImportCommand.Describe(
            ModelLoader.Load(path),
            parsed.GetValue(Classes) is { } list ? ClassList.Read(list) : null,
            null,
            path
        );
        InputRange? given = InputRangeOption.Of(parsed, Range);
        using Classifier classifier = Open(file, path);
        var inputs = new ClassifierInputs(
            file,
            Form(file, parsed.GetValue(Crop)),
            () =>
                new PixelQuantizer(
                    InputRangeOption.Resolve(given, file, path, text => Terminal.Note($"attune: {text}")),
                    file.InputScale,
                    file.InputZero
                )
        );
        var answers = new List<Answer>();
        foreach (ClassifierInput input in parsed.GetValue(Sources)!.SelectMany(inputs.Of))
        {
            answers.Add(
                new Answer(
                    input.Name,
                    input.Label < 0 ? null : classifier.NameOf(input.Label),
                    [.. classifier.Classify(MemoryMarshal.Cast<byte, sbyte>(input.Values)).Take(top)]
                )
            );
        }
        Show(answers, parsed.GetValue(Json));
        return ExitCode.Done;
    }

    private static Classifier Open(AtmFile file, string path)
    {
        try
        {
            return new Classifier(file);
        }
        catch (ModelException error)
        {
            throw new ModelException($"{path}: {error.Message}");
        }
    }

    /// <summary>The form of the model's pictures, or null if it takes none.</summary>
    private static PictureForm? Form(AtmFile file, bool crop)
    {
        int[] shape = file.InputShape;
        return shape[3] is 1 or 3 && shape[1] > 1 && shape[2] > 1
            ? new PictureForm(shape[1], shape[2], shape[3], crop)
            : null;
    }

    private static void Show(List<Answer> answers, bool json)
    {
        if (json)
        {
            Terminal.Json(answers);
            return;
        }
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("input"));
        bool labelled = answers.Any(answer => answer.Label is not null);
        if (labelled)
        {
            table.AddColumn(new TableColumn("label"));
        }
        int columns = answers.Max(answer => answer.Classes.Count);
        for (int column = 1; column <= columns; column++)
        {
            table.AddColumn(new TableColumn($"{column}.").NoWrap());
        }
        foreach (Answer answer in answers)
        {
            table.AddRow([
                Markup.Escape(answer.Input),
                .. labelled ? [Markup.Escape(answer.Label ?? "")] : (string[])[],
                .. answer.Classes.Select(one =>
                    Markup.Escape(FormattableString.Invariant($"{one.Name} {100 * one.Probability:F1} %"))
                ),
            ]);
        }
        Terminal.Output.Write(table);
    }
}
