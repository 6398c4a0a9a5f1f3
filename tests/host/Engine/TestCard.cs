using System.Text;
using Attune.Host.Model;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Tests.Engine;

/// <summary>A whole card folder of a network so small that a run takes milliseconds, and runs over it.</summary>
internal static class TestCard
{
    /// <summary>Units of work between checkpoints.</summary>
    public const int CheckpointSteps = 2;

    /// <summary>Files that a run leaves; events.txt tells what happened to it and is not among them.</summary>
    public static readonly string[] Results = ["adapted.atm", "aligned.atm", "log.csv", "state-a.atc", "state-b.atc"];

    /// <summary>4x4x2 values, a convolution (block 0), a pooling and a classifier of four classes (block 1).</summary>
    public static readonly AtmFile Model = Build();

    /// <summary>A card before its run.</summary>
    public static MemoryStorage Write(string lines = "")
    {
        var card = new MemoryStorage();
        string job =
            "arena = 16384\nepochs = 2\nbatch = 2\nqueries = 1\nlayers = auto\nlearning-rate = 0.01\nrollback = off\n"
            + $"align-groups = 2\ncheckpoint-steps = {CheckpointSteps}\n{lines}";
        card.Files[CardFiles.Job] = Encoding.UTF8.GetBytes(job);
        card.Files[CardFiles.Model] = [.. Model.Bytes];
        card.Files[CardFiles.Training] = SampleBytes.File(7, 4, 4, 2, 0, 4, (i, e) => (byte)(37 * i + 11 * e));
        card.Files[CardFiles.Validation] = SampleBytes.File(5, 4, 4, 2, 1, 4, (i, e) => (byte)(53 * i + 7 * e));
        return card;
    }

    /// <summary>Runs a card to its end; the monitor hears everything.</summary>
    public static bool Run(IStorage storage, ICardMonitor? monitor = null)
    {
        using var card = new Card(storage, 0);
        return card.Run.Run(monitor ?? new Countdown(int.MaxValue));
    }

    /// <summary>A card after an undisturbed run.</summary>
    public static MemoryStorage Finished(string lines = "")
    {
        MemoryStorage card = Write(lines);
        Assert.IsTrue(Run(card));
        return card;
    }

    /// <summary>The results are equal to the last byte.</summary>
    public static void AssertSame(MemoryStorage expected, MemoryStorage actual, string when)
    {
        foreach (string name in Results)
        {
            Assert.IsTrue(expected.Exists(name) && actual.Exists(name), $"{name}, {when}");
            CollectionAssert.AreEqual(expected.Files[name], actual.Files[name], $"{name}, {when}");
        }
        Assert.IsFalse(actual.Files.Keys.Any(name => name.EndsWith(".part", StringComparison.Ordinal)), when);
    }

    private static AtmFile Build()
    {
        var spec = new LayerSpec
        {
            Kernel = 3,
            Pad = 1,
            Channels = 24,
            Multipliers = [0.071, 0.13],
            OutputScale = 0.05f,
            OutputZero = -3,
            ActMin = -3,
            WeightRange = 20,
            BiasRange = 200,
            Statistics = true,
        };
        return new TinyModel(3, 4, 4, 2, 0.02f, 5)
            .Convolution(spec)
            .AveragePool(4)
            .Head(
                new LayerSpec
                {
                    Channels = 4,
                    Multipliers = [0.02, 0.03],
                    OutputScale = 0.1f,
                    WeightRange = 30,
                    BiasRange = 100,
                    Block = 1,
                }
            )
            .Build(2);
    }
}
