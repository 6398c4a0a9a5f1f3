using System.CommandLine;
using System.Globalization;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Quantization;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary><c>attune new -o net.atm --input 28x28x1 --classes 10</c>: a small network with random weights.</summary>
public static class NewCommand
{
    private const int LargestSide = 1024;
    private const int LargestChannels = 64;
    private const int MostClasses = 65536;

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = ".atm file to write",
        Required = true,
    };
    private static readonly Option<string> Input = new("--input")
    {
        Description = "height, width and channels of the input: 28x28x1",
        Required = true,
        HelpName = "HxWxC",
    };
    private static readonly Option<string> Classes = new("--classes")
    {
        Description = "number of classes, or their names: a file with one on each line, or a,b,c",
        Required = true,
        HelpName = "NUMBER|FILE|LIST",
    };
    private static readonly Option<string> Layers = new("--layers")
    {
        Description =
            "the layers, separated by commas: "
            + NetworkText.Takes
            + "; or "
            + string.Join(", ", NetworkText.WithNames.Select(one => $"{one.Name} ({one.Layers})")),
        DefaultValueFactory = _ => NetworkText.WithNames[0].Name,
    };
    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "seed of the weights",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "machine-readable result on standard output",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("new", "Makes a small network with random weights, to be trained from the beginning")
        {
            Output,
            Input,
            Classes,
            Layers,
            Seed,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var shape = Shape(parsed.GetValue(Input)!);
        string classes = parsed.GetValue(Classes)!;
        bool counted = int.TryParse(classes, NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        IReadOnlyList<string> names = counted ? [] : ClassList.Read(classes);
        count = counted ? count : names.Count;
        if (count is < 2 or > MostClasses)
        {
            throw new UsageException($"--classes {classes}: {count} classes; a classifier has 2..{MostClasses}");
        }
        FloatNetwork network = NetworkText.Build(parsed.GetValue(Layers)!, shape, count, parsed.GetValue(Seed));
        // Pixels 0..255 become int8 by subtracting 128, and real values of -1..1.
        AtmBuilder builder = AtmBuilder.From(RandomNetwork.Quantize(network, null, 1f / 128, 0));
        builder.ClassNames = names;
        builder.InputRange = new InputRange([128], [128]);
        AtmFile file = builder.Build();
        AtomicFile.Write(parsed.GetValue(Output)!, stream => stream.Write(file.Bytes));
        Report(parsed, file);
        return ExitCode.Done;
    }

    private static void Report(ParseResult parsed, AtmFile file)
    {
        var summary = new ModelSummary(file);
        if (parsed.GetValue(Json))
        {
            Terminal.Json(
                new
                {
                    Model = parsed.GetValue(Output),
                    Layers = file.LayerCount,
                    summary.Parameters,
                    summary.Macs,
                    Bytes = summary.FileBytes,
                    Classes = file.ClassCount,
                    file.ClassNames,
                }
            );
            return;
        }
        Console.WriteLine(
            $"{parsed.GetValue(Output)}: {file.LayerCount} layers, {summary.Parameters:N0} parameters, {summary.Macs:N0} MACs, {summary.FileBytes:N0} bytes"
        );
        foreach (string line in ModelFacts.Of(file).Lines())
        {
            Console.WriteLine(line);
        }
    }

    private static (int Height, int Width, int Channels) Shape(string text)
    {
        string[] words = text.Split('x', 'X');
        var sides = new int[words.Length];
        bool good = words.Length == 3;
        for (int i = 0; i < words.Length; i++)
        {
            good &= int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out sides[i]);
            good &= sides[i] >= 1 && sides[i] <= (i == 2 ? LargestChannels : LargestSide);
        }
        return good
            ? (sides[0], sides[1], sides[2])
            : throw new UsageException(
                $"--input {text}: takes height, width (up to {LargestSide}) and channels (up to {LargestChannels}) such as 28x28x1"
            );
    }
}
