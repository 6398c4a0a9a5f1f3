using System.CommandLine;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Shell;
using Spectre.Console;

namespace Attune.Host.Commands;

/// <summary>Options of every command that turns images into a sample file: choice, corruption, form.</summary>
public sealed class SampleOptions
{
    private const ulong ShuffleSeed = 1;

    /// <summary>Classes up to which their counts are printed.</summary>
    private const int MostRows = 100;

    private readonly Option<string> output = new("--output", "-o")
    {
        Description = ".ats file to write",
        Required = true,
    };
    private readonly Option<int> first = new("--first") { Description = "images to skip" };
    private readonly Option<int?> count = new("--count") { Description = "images to take (default: all)" };
    private readonly Option<ulong?> shuffle = new("--shuffle");
    private readonly Option<bool> inOrder = new("--in-order")
    {
        Description = "keep the order of the folders and of the names in them",
    };
    private readonly Option<ulong> seed = new("--seed")
    {
        Description = "seed of the corruption",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<int> severity = new("--severity")
    {
        Description = "severity of the corruption, 1..5",
        DefaultValueFactory = _ => 5,
    };
    private readonly Option<string?> corruption = new("--corruption")
    {
        Description = "corruption to apply: " + string.Join(", ", Corruption.Names),
    };
    private readonly Option<int> upsample = new("--upsample")
    {
        Description = "enlarge the images by this factor",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<string?> model = new("--model", "-m")
    {
        Description = "model (.atm or .tflite) whose input the samples must fit",
    };
    private readonly Option<string?> inputRange = InputRangeOption.Create();
    private readonly Option<bool> force = new("--force")
    {
        Description = "write samples that are nearly constant or saturated as the model's input",
    };
    private readonly Option<string?> sheet = new("--sheet") { Description = "PNG file to write the first images to" };
    private readonly Option<bool> json = new("--json") { Description = "machine-readable result on standard output" };
    private readonly SplitOptions parts;
    private readonly bool corrupts;
    private readonly bool shuffles;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="corrupts">Whether the images can be corrupted here (the published corrupted files already are).</param>
    /// <param name="shuffles">
    /// Whether images are shuffled unless the user wants their order: a device takes samples in the file's order, and those
    /// of folders come class after class.
    /// </param>
    public SampleOptions(Command command, bool corrupts, bool shuffles = false)
    {
        this.corrupts = corrupts;
        this.shuffles = shuffles;
        shuffle.Description = shuffles
            ? $"shuffle with this seed before choosing (default: {ShuffleSeed})"
            : "shuffle with this seed before choosing";
        foreach (
            Option option in (Option[])[output, first, count, shuffle, upsample, model, inputRange, force, sheet, json]
        )
        {
            command.Options.Add(option);
        }
        parts = new SplitOptions(command);
        if (shuffles)
        {
            command.Options.Add(inOrder);
        }
        if (corrupts)
        {
            command.Options.Add(corruption);
            command.Options.Add(severity);
            command.Options.Add(seed);
        }
    }

    /// <summary>The model whose input the samples must fit, or null.</summary>
    public AtmFile? Model(ParseResult parsed) => parsed.GetValue(model) is { } path ? ModelLoader.Load(path) : null;

    /// <summary>The form of pictures that become the model's input, enlarging included.</summary>
    /// <exception cref="DataException">The model takes no pictures.</exception>
    /// <exception cref="UsageException">The factor of enlarging does not divide the model's height and width.</exception>
    public PictureForm InputForm(ParseResult parsed, AtmFile file)
    {
        int factor = Factor(parsed);
        int[] shape = file.InputShape;
        if (shape[3] is not (1 or 3) || shape[1] == 1 || shape[2] == 1)
        {
            throw new DataException(
                $"{parsed.GetValue(model)}: the model's input is {string.Join('x', shape[1..])}, which is no picture of 1 or 3 channels; its samples cannot be packed from pictures."
            );
        }
        return shape[1] % factor == 0 && shape[2] % factor == 0
            ? new PictureForm(shape[1] / factor, shape[2] / factor, shape[3])
            : throw new UsageException(
                $"--upsample {factor}: the model takes {shape[1]}x{shape[2]}, give a factor that divides both"
            );
    }

    /// <summary>Chooses, splits, corrupts, enlarges, quantizes and writes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="source">The images.</param>
    /// <param name="skipped">Images that were left out, for the report.</param>
    public int Write(ParseResult parsed, ImageSet source, int skipped = 0)
    {
        AtmFile? file = Model(parsed);
        var written = new List<object>();
        PixelQuantizer? quantizer = null;
        foreach (var (path, chosen) in parts.Apply(parsed, Choose(parsed, source), parsed.GetValue(output)!))
        {
            ImageSet images = Corrupt(parsed, chosen);
            if (Factor(parsed) is var factor and not 1)
            {
                images = Upsample.Apply(images, factor);
            }
            quantizer ??= Quantizer(parsed, images, file); // the same of all parts
            var labels = new List<int>(images.Count);
            ProgressView.Run(
                "writing " + Path.GetFileName(path),
                images.Count,
                report =>
                {
                    SampleWriter.Write(path, images, quantizer, labels, report, checks: !parsed.GetValue(force));
                    return 0;
                }
            );
            if (written.Count == 0 && parsed.GetValue(sheet) is { } picture)
            {
                ContactSheet.Write(picture, images, 100);
            }
            written.Add(Report(parsed, path, images, labels, skipped));
        }
        if (parsed.GetValue(json))
        {
            Terminal.Json(written.Count == 1 ? written[0] : written);
        }
        return ExitCode.Done;
    }

    private int Factor(ParseResult parsed) =>
        parsed.GetValue(upsample) is var factor and >= 1 and <= 16
            ? factor
            : throw new UsageException("--upsample takes 1..16");

    private ImageSet Corrupt(ParseResult parsed, ImageSet images)
    {
        if (!corrupts || parsed.GetValue(corruption) is not { } name)
        {
            return images;
        }
        if (!Corruption.Names.Contains(name))
        {
            throw new UsageException($"--corruption {name}: known are {string.Join(", ", Corruption.Names)}");
        }
        if (parsed.GetValue(severity) is < Corruption.MinSeverity or > Corruption.MaxSeverity)
        {
            throw new UsageException("--severity takes 1..5");
        }
        return Corruption.Apply(images, name, parsed.GetValue(severity), parsed.GetValue(seed));
    }

    private ImageSet Choose(ParseResult parsed, ImageSet source)
    {
        bool keeps = shuffles && parsed.GetValue(inOrder);
        if (keeps && parsed.GetValue(shuffle) is not null)
        {
            throw new UsageException("--shuffle and --in-order do not go together");
        }
        ulong? order = parsed.GetValue(shuffle) ?? (shuffles && !keeps ? ShuffleSeed : null);
        ImageSet images = order is { } number ? source.Shuffle(number) : source;
        int skip = parsed.GetValue(first);
        int take = parsed.GetValue(count) ?? images.Count - skip;
        if (skip < 0 || take < 1 || skip > images.Count - take)
        {
            throw new UsageException(
                $"--first {skip} --count {take}: there are {images.Count} images, choose at least one of them"
            );
        }
        return images.Skip(skip).Take(take);
    }

    private PixelQuantizer? Quantizer(ParseResult parsed, ImageSet images, AtmFile? file)
    {
        InputRange? given = InputRangeOption.Of(parsed, inputRange);
        if (file is null)
        {
            return given is null
                ? null
                : throw new UsageException("--input-range needs --model, for the scale and zero point of its input");
        }
        RequireShape(images, file);
        SampleCheck.RequireClasses(
            file,
            new SampleHeader(1, 1, 1, 1, SampleType.Int8, images.Classes.Count) { ClassNames = images.Classes },
            parsed.GetValue(output)!
        );
        InputRange range = InputRangeOption.Resolve(
            given,
            file,
            parsed.GetValue(model)!,
            text => Terminal.Note($"attune: {text}")
        );
        return new PixelQuantizer(range, file.InputScale, file.InputZero);
    }

    private static void RequireShape(ImageSet images, AtmFile file)
    {
        int[] shape = file.InputShape[1..];
        if (shape.SequenceEqual([images.Height, images.Width, images.Channels]))
        {
            return;
        }
        int factor = shape[0] / images.Height;
        bool enlarges =
            factor is >= 2 and <= 16
            && images.Channels == shape[2]
            && (images.Height * factor, images.Width * factor) == (shape[0], shape[1]);
        string advice =
            enlarges ? $"give --upsample {factor}"
            : images is { Channels: var channels } && channels != shape[2]
                ? $"the model sees {(shape[2] == 1 ? "gray" : "colours")}: give a model that takes {channels} channel(s), or 'attune pack' a folder of pictures, which are converted"
            : "leave --size out: pictures of a folder are brought to the model's size";
        throw new DataException(
            $"the images are {images.Height}x{images.Width}x{images.Channels}, the model takes {string.Join('x', shape)}; {advice}."
        );
    }

    /// <summary>Prints what was written, unless it is wanted as JSON, and returns it.</summary>
    private object Report(ParseResult parsed, string path, ImageSet images, List<int> labels, int skipped)
    {
        int[] counts = ClassFolders.Count(labels, images.Classes.Count);
        if (!parsed.GetValue(json))
        {
            Print(path, images, counts, skipped);
        }
        return new
        {
            Output = path,
            Samples = images.Count,
            images.Height,
            images.Width,
            images.Channels,
            Classes = images.Classes.Count,
            ClassCounts = images.Classes.Select((name, place) => new { Name = name, Samples = counts[place] }),
            Skipped = skipped,
            Bytes = new FileInfo(path).Length,
        };
    }

    private static void Print(string path, ImageSet images, int[] counts, int skipped)
    {
        if (images.Classes.Count is > 0 and <= MostRows)
        {
            var table = new Table().Border(TableBorder.Simple);
            table.AddColumns("", "class", "samples");
            table.Columns[2].RightAligned();
            for (int i = 0; i < counts.Length; i++)
            {
                table.AddRow($"{i}", Markup.Escape(images.Classes[i]), $"{counts[i]:N0}");
            }
            Terminal.Output.Write(table);
        }
        string left = skipped > 0 ? $", {skipped} left out" : "";
        Console.WriteLine(
            $"{path}: {images.Count} samples of {images.Height}x{images.Width}x{images.Channels}, {images.Classes.Count} classes{left}"
        );
    }
}
