using System.CommandLine;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Shell;
using Attune.Model;

namespace Attune.Host.Commands;

/// <summary>Options of every command that turns images into a sample file: choice, corruption, form.</summary>
public sealed class SampleOptions
{
    private readonly Option<string> output = new("--output", "-o")
    {
        Description = ".ats file to write",
        Required = true,
    };
    private readonly Option<int> first = new("--first") { Description = "images to skip" };
    private readonly Option<int?> count = new("--count") { Description = "images to take (default: all)" };
    private readonly Option<ulong?> shuffle = new("--shuffle")
    {
        Description = "shuffle with this seed before choosing",
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
    private readonly Option<string> normalize = new("--normalize")
    {
        Description =
            "how the network was fed in training: none (pixel - 128), unit (0..1), symmetric (-1..1), imagenet; all but none need --model",
        DefaultValueFactory = _ => "none",
    };
    private readonly Option<string?> sheet = new("--sheet") { Description = "PNG file to write the first images to" };
    private readonly Option<bool> json = new("--json") { Description = "machine-readable result on standard output" };
    private readonly bool corrupts;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="corrupts">Whether the images can be corrupted here (the published corrupted files already are).</param>
    public SampleOptions(Command command, bool corrupts)
    {
        this.corrupts = corrupts;
        foreach (Option option in (Option[])[output, first, count, shuffle, upsample, model, normalize, sheet, json])
        {
            command.Options.Add(option);
        }
        if (corrupts)
        {
            command.Options.Add(corruption);
            command.Options.Add(severity);
            command.Options.Add(seed);
        }
    }

    /// <summary>Chooses, corrupts, enlarges, quantizes and writes.</summary>
    public int Write(ParseResult parsed, ImageSet source)
    {
        ImageSet images = Choose(parsed, source);
        if (corrupts && parsed.GetValue(corruption) is { } name)
        {
            if (!Corruption.Names.Contains(name))
            {
                throw new UsageException($"--corruption {name}: known are {string.Join(", ", Corruption.Names)}");
            }
            if (parsed.GetValue(severity) is < Corruption.MinSeverity or > Corruption.MaxSeverity)
            {
                throw new UsageException("--severity takes 1..5");
            }
            images = Corruption.Apply(images, name, parsed.GetValue(severity), parsed.GetValue(seed));
        }
        if (parsed.GetValue(upsample) is var factor and not 1)
        {
            images = factor is >= 2 and <= 16
                ? Upsample.Apply(images, factor)
                : throw new UsageException("--upsample takes 1..16");
        }
        PixelQuantizer? quantizer = Quantizer(parsed, images);
        string path = parsed.GetValue(output)!;
        ProgressView.Run(
            "writing " + Path.GetFileName(path),
            images.Count,
            report =>
            {
                SampleWriter.Write(path, images, quantizer, report);
                return 0;
            }
        );
        if (parsed.GetValue(sheet) is { } picture)
        {
            ContactSheet.Write(picture, images, 100);
        }
        Report(parsed, path, images);
        return ExitCode.Done;
    }

    private ImageSet Choose(ParseResult parsed, ImageSet source)
    {
        ImageSet images = parsed.GetValue(shuffle) is { } order ? source.Shuffle(order) : source;
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

    private PixelQuantizer? Quantizer(ParseResult parsed, ImageSet images)
    {
        string mode = parsed.GetValue(normalize)!;
        AtmFile? file = parsed.GetValue(model) is { } path ? ModelLoader.Load(path) : null;
        if (file is not null)
        {
            int[] shape =
            [
                file.Header(HeaderField.InputH),
                file.Header(HeaderField.InputW),
                file.Header(HeaderField.InputC),
            ];
            if (!shape.SequenceEqual([images.Height, images.Width, images.Channels]))
            {
                throw new DataException(
                    $"the images are {images.Height}x{images.Width}x{images.Channels}, the model takes {string.Join('x', shape)}; see --upsample"
                );
            }
        }
        if (mode == "none")
        {
            return null;
        }
        if (!PixelQuantizer.Modes.Contains(mode))
        {
            throw new UsageException($"--normalize {mode}: known are {string.Join(", ", PixelQuantizer.Modes)}");
        }
        return file is null
            ? throw new UsageException($"--normalize {mode} needs --model, for the scale of its input")
            : new PixelQuantizer(mode, file.InputScale, file.InputZero);
    }

    private void Report(ParseResult parsed, string path, ImageSet images)
    {
        if (parsed.GetValue(json))
        {
            Terminal.Json(
                new
                {
                    Output = path,
                    Samples = images.Count,
                    images.Height,
                    images.Width,
                    images.Channels,
                    Classes = images.Classes.Count,
                    Bytes = new FileInfo(path).Length,
                }
            );
        }
        else
        {
            Console.WriteLine(
                $"{path}: {images.Count} samples of {images.Height}x{images.Width}x{images.Channels}, {images.Classes.Count} classes"
            );
        }
    }
}
