using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Quantization;

namespace Attune.Host.Bench.Tasks;

/// <summary>
/// MNIST and Fashion-MNIST (28x28, gray, 60,000 images to learn from and 10,000 to test on) with a small network of random
/// weights, as <c>attune new</c> makes it.
/// </summary>
/// <param name="name">Name of the task, and of its folder below data/ of the reference data.</param>
/// <param name="network">The network, as <see cref="NetworkText"/> takes it.</param>
/// <param name="classes">Names of the classes.</param>
/// <param name="installed">Folder that a package of the system has; null: none.</param>
/// <param name="advice">Where to get the files.</param>
/// <param name="keys">Job keys of its training, chosen on held-out training images.</param>
public sealed class DigitSets(
    string name,
    string network,
    IReadOnlyList<string> classes,
    string? installed,
    string advice,
    string keys
)
{
    private const ulong Order = 1;
    private static readonly int[] HeldOutShares = [90, 10];

    /// <summary>The sets by the names of their tasks.</summary>
    public static IReadOnlyList<DigitSets> All { get; } =
    [
        new(
            "fashion-mnist",
            "small",
            MnistFolder.FashionClasses,
            MnistFolder.DebianFashion,
            "install Debian's package dataset-fashion-mnist, or put the four files into data/fashion-mnist of the folder --shared",
            "batch=32 learning-rate=0.2 epochs=6 rounding=carried"
        ),
        new(
            "mnist",
            "small",
            MnistFolder.Digits,
            null,
            "put MNIST's four files into data/mnist of the folder --shared",
            "batch=32 learning-rate=0.2 epochs=4 rounding=carried"
        ),
    ];

    /// <summary>Name of the task.</summary>
    public string Name => name;

    /// <summary>Job keys of its training.</summary>
    public string Keys => keys;

    /// <summary>The task.</summary>
    /// <param name="folder">Folder of reference data.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="heldOut">Test on a tenth of the training images, which then are not learnt from.</param>
    /// <exception cref="DataException">The files are not there, or damaged.</exception>
    public LearningTask Open(string folder, ulong seed, bool heldOut)
    {
        using ImageSet training = Part(folder, false).Shuffle(Order);
        using ImageSet test = Part(folder, true);
        IReadOnlyList<ImageSet> parts = heldOut ? ClassSplit.Split(training, HeldOutShares) : [training, test];
        FloatNetwork random = NetworkText.Build(
            network,
            (training.Height, training.Width, training.Channels),
            classes.Count,
            seed
        );
        // Pixels 0..255 become int8 by subtracting 128, and real values of -1..1.
        AtmFile model = RandomNetwork.Quantize(random, null, 1f / 128, 0);
        return new LearningTask(model, PixelSamples.Of(parts[0]), PixelSamples.Of(parts[1]));
    }

    private IdxImageSet Part(string folder, bool test)
    {
        string own = Path.Combine(folder, "data", name);
        return MnistFolder.Open(installed is null || Directory.Exists(own) ? own : installed, test, classes, advice);
    }
}
