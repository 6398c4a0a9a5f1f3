namespace Attune.Host.Data;

/// <summary>
/// A folder with the four files of MNIST (LeCun et al. 1998) or of a set of its form such as Fashion-MNIST (Xiao et al.
/// 2017): images and labels for training and for testing, plain or .gz.
/// </summary>
public static class MnistFolder
{
    /// <summary>Where Debian's package dataset-fashion-mnist has its files.</summary>
    public const string DebianFashion = "/usr/share/datasets/fashion-mnist";

    /// <summary>Fashion-MNIST's ten classes, in the order of the labels.</summary>
    public static IReadOnlyList<string> FashionClasses { get; } =
    ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>MNIST's ten classes.</summary>
    public static IReadOnlyList<string> Digits { get; } = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    /// <summary>Opens one part.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="test">The part for testing (t10k), instead of that for training.</param>
    /// <param name="classes">Names of the classes, in the order of the labels.</param>
    /// <param name="advice">Where to get the files, for the message that there are none.</param>
    /// <exception cref="DataException">A file is missing, cannot be read, or does not fit the other.</exception>
    public static IdxImageSet Open(string folder, bool test, IReadOnlyList<string> classes, string advice)
    {
        string part = test ? "t10k" : "train";
        return IdxImageSet.Open(
            Find(folder, $"{part}-images", 3, advice),
            Find(folder, $"{part}-labels", 1, advice),
            classes
        );
    }

    /// <summary>The file under one of the names that are about: with a dash or a dot, plain or compressed.</summary>
    private static string Find(string folder, string name, int dimensions, string advice)
    {
        string[] names =
        [
            $"{name}-idx{dimensions}-ubyte",
            $"{name}-idx{dimensions}-ubyte.gz",
            $"{name}.idx{dimensions}-ubyte",
            $"{name}.idx{dimensions}-ubyte.gz",
        ];
        return names.Select(one => Path.Combine(folder, one)).FirstOrDefault(File.Exists)
            ?? throw new DataException(
                Directory.Exists(folder) ? $"{folder}: there is no {names[0]} or {names[1]} in it; {advice}."
                : File.Exists(folder) ? $"{folder}: is a file; {advice}."
                : $"{folder}: there is no such folder; {advice}."
            );
    }
}
