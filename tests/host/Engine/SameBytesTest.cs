using Attune.Host.Data;
using Attune.Host.Reference.Demo;
using Attune.Kernels;
using Attune.Memory;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Tests.Engine;

/// <summary>
/// Runs of the shipped network whose results are known as checksums: every build (Debug and Release, any compiler, any
/// number of threads, any platform) ends in the same bytes. A change of the algorithm changes them; a change of
/// anything else must not.
/// </summary>
[TestClass]
public sealed class SameBytesTest
{
    private static readonly MemorySamples Training = Inverted(1, 12);
    private static readonly MemorySamples Validation = Inverted(2, 8);

    [TestMethod]
    [DataRow("layers = auto", 3215039140u, 2279240914u)]
    [DataRow(
        "layers = all;perturbation = nodes;rounding = nearest;update = sequential;align-guard = 1",
        1405039217u,
        3074478188u
    )]
    [DataRow(
        "layers = all;perturbation = weights;parts = weights;align-groups = 1;align-guard = 0",
        2720869164u,
        3484834436u
    )]
    [DataRow(
        "arena = 1000000;layers = all;optimizer = momentum;augment-flip = on;augment-shift = 2;augment-gain = 40",
        3744253919u,
        3704499100u
    )]
    [DataRow("arena = 1000000;layers = all;optimizer = adam;head = exact;augment-shift = 1", 374487561u, 3480481295u)]
    [DataRow("method = align+learn;arena = 1000000;layers = all", 3974144583u, 1379854588u)]
    [DataRow(
        "method = learn;arena = 1000000;layers = all;batch = 1;optimizer = momentum;weight-layers = head;augment-flip = on",
        2524135445u,
        2936932783u
    )]
    [DataRow(
        "method = learn;arena = 1000000;layers = all;batch = 1;lambda-min = 0.1;lambda-max = 0.9",
        1058056457u,
        7040432u
    )]
    [DataRow(
        "method = align+fqt;arena = 1000000;layers = all;rounding = nearest;error-rounding = nearest",
        619164301u,
        3066772761u
    )]
    [DataRow("method = fqt;arena = 1000000;layers = all;lambda-min = 0.2;augment-shift = 1", 2535197320u, 166384493u)]
    public void Results_have_the_known_checksums(string lines, uint adapted, uint log)
    {
        foreach (int threads in (int[])[1, 2, 3])
        {
            Assert.AreEqual(threads, Native.Threads(threads));
            MemoryStorage storage = Run(lines, 1);
            Assert.AreEqual(1, Native.Threads(1));
            Assert.AreEqual(
                (adapted, log),
                (Checksum(storage, CardFiles.Adapted), Checksum(storage, CardFiles.Log)),
                $"{threads} threads"
            );
        }
        Assert.AreNotEqual(adapted, Checksum(Run(lines, 2), CardFiles.Adapted), "another seed");
    }

    private static MemoryStorage Run(string lines, uint seed)
    {
        TrainingJob job = TrainingJob.Parse(
            $"method = align+zo\nrollback = off\nepochs = 1\nbatch = 5\nqueries = 3\nseed = {seed}\n{lines.Replace(';', '\n')}"
        );
        var storage = new MemoryStorage();
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(DemoNetwork.Load().Bytes);
        Assert.IsTrue(new CardRun(storage, arena, job, Training, Validation).Run(new Countdown(int.MaxValue)));
        return storage;
    }

    private static uint Checksum(MemoryStorage storage, string name)
    {
        byte[] bytes = storage.Files[name];
        return Native.Crc32(bytes, 0, bytes.Length, 0);
    }

    /// <summary>Pictograms in complementary colours.</summary>
    private static MemorySamples Inverted(ulong seed, int count)
    {
        var pictures = Enumerable.Range(0, count).Select(index => Pictograms.Create(seed, index)).ToList();
        return new MemorySamples(
            [.. pictures.Select(picture => Array.ConvertAll(picture.Rgb, value => (byte)(value ^ 0x7F)))],
            [.. pictures.Select(picture => picture.Label)],
            Pictograms.Classes.Count
        );
    }
}
