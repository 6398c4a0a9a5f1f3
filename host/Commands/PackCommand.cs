using System.CommandLine;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary><c>attune pack FOLDER -o FILE.ats</c>: a folder of pictures, one subfolder a class.</summary>
public static class PackCommand
{
    private static readonly Argument<string> Folder = new("FOLDER")
    {
        Description = "folder with one subfolder of pictures (JPEG, PNG, BMP, GIF, WebP, PPM, PGM) for each class",
    };
    private static readonly Option<string?> Size = new("--size")
    {
        Description = "height and width to bring the pictures to: 32x32 (default: the model's)",
    };
    private static readonly Option<bool> Crop = new("--crop")
    {
        Description = "cut the middle out in the wanted shape instead of stretching the picture to it",
    };
    private static readonly Option<string?> Classes = new("--classes")
    {
        Description =
            "names of the classes in the order of the network's outputs: a file with one on each line, or a,b,c (default: the model's)",
        HelpName = "FILE|LIST",
    };
    private static readonly Option<bool> SkipBad = new("--skip-bad")
    {
        Description = "leave out pictures that cannot be read instead of ending",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("pack", "Makes a sample file (.ats) from a folder of pictures")
        {
            Folder,
            Size,
            Crop,
            Classes,
            SkipBad,
        };
        var options = new SampleOptions(command, corrupts: true, shuffles: true);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, SampleOptions options)
    {
        string root = parsed.GetValue(Folder)!;
        AtmFile? model = options.Model(parsed);
        IReadOnlyList<string>? names = parsed.GetValue(Classes) is { } list ? ClassList.Read(list) : null;
        names ??= model is { ClassNames.Count: > 0 } ? model.ClassNames : null;
        PictureForm? form = Form(parsed, options, model);
        ImageFolder images = ProgressView.Run(
            "reading " + Path.GetFileName(Path.GetFullPath(root)),
            Directory.Exists(root) ? ClassFolders.Scan(root, names).Pictures.Count : 1,
            report =>
                ImageFolder.Open(
                    root,
                    new ImageFolderOptions
                    {
                        Classes = names,
                        Form = form,
                        SkipsBad = parsed.GetValue(SkipBad),
                        Progress = report,
                    }
                )
        );
        using (images)
        {
            foreach (string note in images.Notes)
            {
                Terminal.Note($"attune: {root}: {note}");
            }
            if (names is null)
            {
                Terminal.Note(
                    "attune: classes are numbered in the order of their folders' names; if the network has another order, give --classes"
                );
            }
            return options.Write(parsed, images, images.Skipped);
        }
    }

    /// <summary>The form asked for, or the model's before its samples are enlarged; null: none is known.</summary>
    private static PictureForm? Form(ParseResult parsed, SampleOptions options, AtmFile? model)
    {
        PictureForm? form = model is null ? null : options.InputForm(parsed, model);
        if (parsed.GetValue(Size) is { } text)
        {
            var (height, width) = Parse(text);
            form = new PictureForm(height, width, form?.Channels ?? 0);
        }
        if (form is null && parsed.GetValue(Crop))
        {
            throw new UsageException("--crop needs --size or --model, for the wanted shape");
        }
        return form is null ? null : form with { Crop = parsed.GetValue(Crop) };
    }

    private static (int Height, int Width) Parse(string text)
    {
        string[] parts = text.Split('x', 'X');
        return
            parts.Length == 2
            && int.TryParse(parts[0], out int height)
            && int.TryParse(parts[1], out int width)
            && height is >= 1 and <= 4096
            && width is >= 1 and <= 4096
            ? (height, width)
            : throw new UsageException($"--size {text}: takes height and width such as 32x32");
    }
}
