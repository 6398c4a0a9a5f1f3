using System.CommandLine;
using Attune.Host.Data;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary><c>attune pack FOLDER -o FILE.ats</c>: a folder of images, one subfolder a class.</summary>
public static class PackCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "folder with one subfolder of PNG, PPM or PGM images for each class",
        };
        var size = new Option<string?>("--size") { Description = "height and width to bring the images to: 32x32" };
        var command = new Command("pack", "Makes a sample file (.ats) from a folder of images") { folder, size };
        var options = new SampleOptions(command, corrupts: true);
        command.SetAction(parsed =>
        {
            (int Height, int Width)? wanted = parsed.GetValue(size) is { } text ? Size(text) : null;
            using var images = ImageFolder.Open(parsed.GetValue(folder)!, wanted);
            return options.Write(parsed, images);
        });
        return command;
    }

    private static (int Height, int Width) Size(string text)
    {
        string[] parts = text.Split('x');
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
