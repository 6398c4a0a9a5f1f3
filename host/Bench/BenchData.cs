using Attune.Host.Bench.Tasks;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Shell;

namespace Attune.Host.Bench;

/// <summary>
/// Model and images of the protocol: mcunet-cifar10 at 128x128, source statistics from clean images 5000..5499 of data_batch_1,
/// adaptation on its first images, test on the first of test_batch (or, held out, on images 2000 and on of data_batch_1)
/// with another seed of the corruption.
/// </summary>
public sealed class BenchData
{
    /// <summary>The corruption of clean images.</summary>
    public const string Clean = "clean";

    /// <summary>Layers of the model that have weights.</summary>
    public const int LayersWithWeights = 43;

    private const string Model = "mcunet-cifar10-int8.tflite";
    private const int Upsampling = 4;
    private const int FilterKernel = 5;
    private const int FirstCalibrationImage = 5000;
    private const int CalibrationImages = 500;
    private const int FirstHeldOutImage = 2000;
    private const int TestSeedOffset = 100;
    private const int Remembered = 6;
    private readonly string folder;
    private readonly Lazy<AtmFile> model;
    private readonly Lazy<AtmFile> filtered;
    private readonly Lock recall = new();
    private readonly LinkedList<(string Key, Lazy<MemorySamples> Samples)> recent = new();

    /// <summary>Names the folder; nothing is read yet.</summary>
    public BenchData(string folder)
    {
        this.folder = folder;
        model = new Lazy<AtmFile>(() => LoadModel(false));
        filtered = new Lazy<AtmFile>(() => LoadModel(true));
    }

    /// <summary>The 12 corruptions of the paper's Table 7, in its order.</summary>
    public static IReadOnlyList<string> Paper12 { get; } =
    [
        "gaussian_noise",
        "shot_noise",
        "impulse_noise",
        "speckle_noise",
        "gaussian_blur",
        "defocus_blur",
        "motion_blur",
        "zoom_blur",
        "fog",
        "brightness",
        "contrast",
        "elastic_transform",
    ];

    /// <summary>The corruptions that settings are chosen on; none of the 12.</summary>
    public static IReadOnlyList<string> Choice { get; } = ["pixelate", "jpeg_compression", "snow"];

    /// <summary>The files of the protocol, below the folder of reference data.</summary>
    public static IReadOnlyList<string> Files { get; } =
    ["models/" + Model, "data/cifar10/data_batch_1.bin", "data/cifar10/test_batch.bin"];

    /// <summary>The folder of models and data.</summary>
    public string Folder => folder;

    /// <summary>The folder of reference data that a command means.</summary>
    /// <param name="named">The value of --shared, or null: $ATTUNE_SHARED, else ../shared.</param>
    /// <param name="files">What must be in it.</param>
    /// <exception cref="DataException">It lacks one of the files.</exception>
    public static string FindFolder(string? named, IReadOnlyList<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        string folder = named ?? Environment.GetEnvironmentVariable("ATTUNE_SHARED") ?? Path.Combine("..", "shared");
        foreach (string file in files)
        {
            if (!File.Exists(Path.Combine(folder, file)))
            {
                throw new DataException(
                    $"{Path.Combine(folder, file)}: there is no such file; name the folder of models and data with --shared or ATTUNE_SHARED"
                );
            }
        }
        return folder;
    }

    /// <summary>Names of corruptions from a list of names and groups.</summary>
    /// <exception cref="UsageException">One is unknown.</exception>
    public static IReadOnlyList<string> Corruptions(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var names = new List<string>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is "paper12" or "choice")
            {
                names.AddRange(part == "choice" ? Choice : Paper12);
            }
            else if (part == Clean || Corruption.Names.Contains(part))
            {
                names.Add(part);
            }
            else
            {
                throw new UsageException(
                    $"--corruptions {part}: there is no such corruption; known are paper12, choice, {Clean}, {string.Join(", ", Corruption.Names)}"
                );
            }
        }
        return names;
    }

    /// <summary>The model with its source statistics.</summary>
    public AtmFile Network => model.Value;

    /// <summary>The model with an input filter in front.</summary>
    public Lazy<AtmFile> FilteredNetwork => filtered;

    /// <summary>The images to adapt to.</summary>
    /// <param name="corruption">Name, or <see cref="Clean"/>.</param>
    /// <param name="severity">1..5.</param>
    /// <param name="seed">Seed of the corruption.</param>
    /// <param name="count">1..2000: the first so many.</param>
    public MemorySamples Training(string corruption, int severity, int seed, int count) =>
        Recall("data_batch_1.bin", 0, count, corruption, severity, seed);

    /// <summary>The images to test on.</summary>
    /// <param name="corruption">Name, or <see cref="Clean"/>.</param>
    /// <param name="severity">1..5.</param>
    /// <param name="seed">Seed of the adaptation; that of the test's corruption is 100 higher.</param>
    /// <param name="count">How many.</param>
    /// <param name="heldOut">Whether those of the training file.</param>
    public MemorySamples Test(string corruption, int severity, int seed, int count, bool heldOut) =>
        Recall(
            heldOut ? "data_batch_1.bin" : "test_batch.bin",
            heldOut ? FirstHeldOutImage : 0,
            count,
            corruption,
            severity,
            seed + TestSeedOffset
        );

    private AtmFile LoadModel(bool filter)
    {
        string path = Path.Combine(folder, "models", Model);
        AtmFile file = TfliteImporter
            .Import(ModelLoader.Read(path), new ImportOptions { InputUpsample = Upsampling })
            .File;
        file = filter ? InputFilter.Insert(file, FilterKernel) : file;
        MemorySamples clean = Read("data_batch_1.bin", FirstCalibrationImage, CalibrationImages, Clean, 0, 0);
        return Calibrator.Calibrate(file, clean, clean.Count, _ => { });
    }

    /// <summary>The same images for several methods are made once.</summary>
    private MemorySamples Recall(string file, int first, int count, string corruption, int severity, int seed)
    {
        string key = FormattableString.Invariant($"{file} {first} {count} {corruption} {severity} {seed}");
        Lazy<MemorySamples> samples;
        lock (recall)
        {
            var node = recent.First;
            while (node is not null && node.Value.Key != key)
            {
                node = node.Next;
            }
            if (node is null)
            {
                node = new((key, new Lazy<MemorySamples>(() => Read(file, first, count, corruption, severity, seed))));
            }
            else
            {
                recent.Remove(node);
            }
            recent.AddFirst(node);
            if (recent.Count > Remembered)
            {
                recent.RemoveLast();
            }
            samples = node.Value.Samples;
        }
        return samples.Value;
    }

    private MemorySamples Read(string file, int first, int count, string corruption, int severity, int seed)
    {
        using ImageSet source = Cifar10File.Open(Path.Combine(folder, "data", "cifar10", file));
        if (first > source.Count - count)
        {
            throw new DataException($"{file}: has {source.Count} images, {first}..{first + count - 1} are asked for");
        }
        ImageSet images = source.Skip(first).Take(count);
        images = corruption == Clean ? images : Corruption.Apply(images, corruption, severity, (ulong)seed);
        return PixelSamples.Of(images);
    }
}
