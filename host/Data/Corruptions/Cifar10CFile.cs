namespace Attune.Host.Data.Corruptions;

/// <summary>
/// The published files of CIFAR-10-C: a folder with one .npy file per corruption, which holds the test images in five
/// severities one after the other, and labels.npy.
/// </summary>
public static class Cifar10CFile
{
    private const string LabelFile = "labels.npy";

    /// <summary>Opens one corruption at one severity.</summary>
    /// <param name="folder">The folder of the .npy files.</param>
    /// <param name="corruption">Name of the file without .npy, as "gaussian_noise" or "frost".</param>
    /// <param name="severity">1..5.</param>
    /// <returns>A fifth of the file's images; 10,000 of 32x32x3 in the published files.</returns>
    /// <exception cref="DataException">A file is missing or is none of CIFAR-10-C.</exception>
    public static ImageSet Open(string folder, string corruption, int severity)
    {
        if (severity is < Corruption.MinSeverity or > Corruption.MaxSeverity)
        {
            throw new DataException(
                $"there is no severity {severity}; use {Corruption.MinSeverity}..{Corruption.MaxSeverity}."
            );
        }
        string path = Path.Combine(folder, corruption + ".npy");
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: there is no such file; {Available(folder)}.");
        }
        var all = NumpyImageSet.Open(path, Path.Combine(folder, LabelFile), Cifar10File.ClassNames);
        if ((all.Height, all.Width, all.Channels) != (32, 32, 3) || all.Count % Corruption.MaxSeverity != 0)
        {
            all.Dispose();
            throw new DataException(
                $"{path}: {all.Count} images of {all.Height}x{all.Width}x{all.Channels} are not five severities of 32x32x3; give the published files."
            );
        }
        int count = all.Count / Corruption.MaxSeverity;
        return (severity == 1 ? all : all.Skip((severity - 1) * count)).Take(count);
    }

    private static string Available(string folder)
    {
        try
        {
            var names = Directory
                .GetFiles(folder, "*.npy")
                .Select(Path.GetFileNameWithoutExtension)
                .Where(name => name + ".npy" != LabelFile)
                .Order(StringComparer.Ordinal)
                .ToList();
            return names.Count > 0
                ? $"the folder has {string.Join(", ", names)}"
                : "give the folder that holds the .npy files of CIFAR-10-C";
        }
        catch (Exception error) when (DataFile.IsSystemError(error))
        {
            return "give the folder that holds the .npy files of CIFAR-10-C";
        }
    }
}
