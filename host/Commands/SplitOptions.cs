using System.CommandLine;
using System.Globalization;
using Attune.Host.Data;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary>
/// Options <c>--split</c> and <c>--per-class</c>: one set of images as the sample files of a training, every class with the
/// same share of each.
/// </summary>
public sealed class SplitOptions
{
    private static readonly string[] Parts = ["train", "valid", "test"];

    private readonly Option<string?> split = new("--split")
    {
        Description =
            "share of the images for training, held-out samples and, if wanted, a test, class by class: 80/20 or 80/10/10; writes NAME-train.ats, NAME-valid.ats, NAME-test.ats",
        HelpName = "SHARES",
    };
    private readonly Option<int?> perClass = new("--per-class")
    {
        Description = "take so many images of each class; with --split, of the training part alone",
        HelpName = "COUNT",
    };

    /// <summary>Adds the options to a command.</summary>
    public SplitOptions(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Options.Add(split);
        command.Options.Add(perClass);
    }

    /// <summary>The files to write with their images.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="images">What was chosen, in the wanted order.</param>
    /// <param name="path">The file that the command names.</param>
    /// <exception cref="UsageException">An option's value is none.</exception>
    /// <exception cref="DataException">The images have no classes, or are too few.</exception>
    public IReadOnlyList<(string Path, ImageSet Images)> Apply(ParseResult parsed, ImageSet images, string path)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        int? count = parsed.GetValue(perClass);
        if (count < 1)
        {
            throw new UsageException($"--per-class {count}: takes 1 or more");
        }
        IReadOnlyList<ImageSet> parts = parsed.GetValue(split) is { } text
            ? ClassSplit.Split(images, Shares(text))
            : [images];
        ImageSet first = count is { } most ? ClassSplit.PerClass(parts[0], most) : parts[0];
        return parts.Count == 1
            ? [(path, first)]
            : [.. parts.Select((part, place) => (Name(path, Parts[place]), place == 0 ? first : part))];
    }

    private static string Name(string path, string part) =>
        Path.Combine(
            Path.GetDirectoryName(path) ?? "",
            $"{Path.GetFileNameWithoutExtension(path)}-{part}{Path.GetExtension(path)}"
        );

    private static int[] Shares(string text)
    {
        string[] words = text.Split('/');
        var shares = new int[words.Length];
        bool good = words.Length is 2 or 3;
        for (int i = 0; i < words.Length; i++)
        {
            good &= int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out shares[i]);
            good &= shares[i] is >= 1 and <= 1_000_000;
        }
        return good
            ? shares
            : throw new UsageException($"--split {text}: takes two or three shares such as 80/20 or 80/10/10");
    }
}
