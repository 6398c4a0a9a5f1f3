using System.Formats.Tar;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference.Quantization;

namespace Attune.Host.Bench.Tasks;

/// <summary>
/// Hands that show the digits 0..9, as a new task for a network that knows the classes of CIFAR-10: pictures of 32x32, enlarged
/// by the network as its own are, and a new classifier. A fifth of the pictures of each class is for testing.
/// </summary>
public static class SignDigits
{
    private const string Archive = "data/field/sign-digits.tar";
    private const string Network = "models/mcunet-cifar10-int8.tflite";
    private const int Side = 32;
    private const int Enlarged = 4;
    private const ulong Order = 1;
    private static readonly int[] Shares = [80, 20];

    /// <summary>The files that the task needs, below the folder of reference data.</summary>
    public static IReadOnlyList<string> Files { get; } = [Archive, Network];

    /// <summary>The task.</summary>
    /// <param name="folder">Folder of reference data.</param>
    /// <param name="perClass">Pictures of each class to learn from; 0: all.</param>
    /// <param name="seed">Seed of the classifier's weights.</param>
    /// <param name="heldOut">Test on a fifth of the pictures for training, which then are not learnt from.</param>
    /// <exception cref="DataException">The archive is not there, or damaged.</exception>
    public static LearningTask Open(string folder, int perClass, ulong seed, bool heldOut)
    {
        string path = Path.Combine(folder, Archive);
        DirectoryInfo pictures = Directory.CreateTempSubdirectory("attune-signs-");
        try
        {
            Extract(path, pictures.FullName);
            var options = new ImageFolderOptions { Form = new PictureForm(Side, Side, 3) };
            using ImageFolder all = ImageFolder.Open(pictures.FullName, options);
            IReadOnlyList<ImageSet> parts = ClassSplit.Split(all.Shuffle(Order), Shares);
            parts = heldOut ? ClassSplit.Split(parts[0], Shares) : parts;
            ImageSet training = perClass > 0 ? ClassSplit.PerClass(parts[0], perClass) : parts[0];
            string network = Path.Combine(folder, Network);
            AtmFile file = TfliteImporter
                .Import(ModelLoader.Read(network), new ImportOptions { InputUpsample = Enlarged })
                .File;
            file = HeadReplacement.Replace(file, [.. all.Classes], seed, network);
            return new LearningTask(file, PixelSamples.Of(training), PixelSamples.Of(parts[1]));
        }
        finally
        {
            pictures.Delete(true);
        }
    }

    private static void Extract(string archive, string folder)
    {
        try
        {
            TarFile.ExtractToDirectory(archive, folder, false);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or EndOfStreamException)
        {
            throw new DataException($"{archive}: cannot be unpacked ({error.Message.TrimEnd('.')}); copy it again.");
        }
    }
}
