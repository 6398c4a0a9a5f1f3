using System.Diagnostics;
using System.Text;
using Attune.Data;
using Attune.Execution;
using Attune.Host.Model;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Tests.Engine;

/// <summary>Damaged models, samples and jobs: refused with the exceptions that say so, or used without harm.</summary>
[TestClass]
public sealed class MutationTest
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [TestMethod]
    [Timeout(60000)]
    public void Mutated_models_are_refused_or_run()
    {
        var random = new Random(1);
        int accepted = 0;
        byte[][] originals = [SampleModels.Residual(statistics: true).Bytes, SampleModels.Pooled().Bytes];
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] bytes = Mutate(originals[trial % 2], random, QuantizedModel.HeaderBytes + 2000);
            if (random.Next(50) > 0 && bytes.Length >= 16)
            {
                // With the checksum of the damaged bytes, so that later checks are reached.
                SampleBytes.Put(bytes, 12, 0);
                SampleBytes.Put(bytes, 12, (int)Native.Crc32(bytes, 0, bytes.Length, 0));
            }
            accepted += Survives($"trial {trial}", () => Use(bytes)) ? 1 : 0;
        }
        // Most mutations hit data or tolerant words: the test must not only see refusals.
        Assert.IsGreaterThan(300, accepted);
    }

    [TestMethod]
    [Timeout(60000)]
    public void Mutated_model_words_are_refused_or_run()
    {
        var random = new Random(2);
        int[] interesting = [0, 1, -1, 2, 127, -128, 128, 255, 65535, 65536, 1 << 26, int.MaxValue, int.MinValue];
        byte[] original = SampleModels.Residual(statistics: true).Bytes;
        int accepted = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] bytes = [.. original];
            int words = QuantizedModel.RecordOffset(11) / 4;
            for (int change = 0; change <= trial % 2; change++)
            {
                int word = random.Next(1, words);
                int old = BitConverter.ToInt32(bytes, 4 * word);
                int value = random.Next(3) switch
                {
                    0 => interesting[random.Next(interesting.Length)],
                    1 => old + random.Next(-3, 4),
                    _ => random.Next(0, 100),
                };
                SampleBytes.Put(bytes, 4 * word, value);
            }
            SampleBytes.Put(bytes, 12, 0);
            SampleBytes.Put(bytes, 12, (int)Native.Crc32(bytes, 0, bytes.Length, 0));
            accepted += Survives($"trial {trial}", () => Use(bytes)) ? 1 : 0;
        }
        Assert.IsGreaterThan(100, accepted);
    }

    [TestMethod]
    [Timeout(60000)]
    public void Mutated_sample_files_are_refused_or_read()
    {
        var random = new Random(3);
        byte[] original = SampleBytes.File(3, 8, 8, 2, 1, 4, (sample, element) => (byte)(sample + element));
        using var arena = new Arena(4096);
        for (int trial = 0; trial < 2500; trial++)
        {
            byte[] bytes = Mutate(original, random, 40);
            if (random.Next(4) > 0 && bytes.Length >= SampleBytes.HeaderBytes)
            {
                SampleBytes.SealHeader(bytes);
            }
            Survives(
                $"trial {trial}",
                () =>
                {
                    var storage = new MemoryStorage();
                    storage.Files["a.ats"] = bytes;
                    using var file = new SampleFile(storage, "a.ats");
                    for (int sample = 0; sample < Math.Min(file.Count, 10); sample++)
                    {
                        file.Load(sample, arena, 0);
                    }
                }
            );
        }
    }

    [TestMethod]
    [Timeout(60000)]
    public void Mutated_jobs_are_refused_or_read()
    {
        var random = new Random(4);
        byte[] original = Encoding.UTF8.GetBytes(
            TrainingJob.Parse("layers = 1,3-5\nlayer-queries = 1,2").Write() + "# comment\n"
        );
        for (int trial = 0; trial < 2500; trial++)
        {
            var storage = new MemoryStorage();
            storage.Files["job.txt"] = Mutate(original, random, original.Length);
            Survives(
                $"trial {trial}",
                () =>
                {
                    string written = CardRun.ReadJob(storage).Write();
                    Assert.AreEqual(written, TrainingJob.Parse(written).Write());
                }
            );
        }
    }

    [TestMethod]
    [Timeout(60000)]
    public void Mutated_checkpoints_are_passed_over_or_refused()
    {
        var random = new Random(5);
        AtmFile model = SampleModels.Residual(statistics: true);
        TrainingJob job = TrainingJob.Parse("layers = block 1\nbatch = 3\nqueries = 1\nepochs = 1\narena = 1000000");
        var samples = TinyModel.Samples(model, 1, 4, 4, 100);
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(model.Bytes);
        var stopped = new MemoryStorage();
        new CardRun(stopped, arena, job, samples, samples).Run(new Countdown(12));
        for (int trial = 0; trial < 600; trial++)
        {
            MemoryStorage storage = stopped.Copy();
            foreach (string name in (string[])["state-a.atc", "state-b.atc", "log.csv"])
            {
                if (storage.Exists(name) && random.Next(3) > 0)
                {
                    storage.Files[name] = Mutate(storage.Files[name], random, 512);
                }
            }
            Survives($"trial {trial}", () => new CardRun(storage, arena, job, samples, samples).Run(new Countdown(3)));
        }
    }

    /// <summary>Opens a model and does with it what a session does.</summary>
    private static void Use(byte[] bytes)
    {
        using var arena = new Arena(1 << 16);
        arena.LoadModel(bytes.Length == 0 ? [0] : bytes);
        var model = new QuantizedModel(arena);
        TrainingJob job = TrainingJob.Parse(
            "layers = all\nbatch = 1\nqueries = 1\nepochs = 1\narena = 65536\nalign-groups = 2"
                + (model.CalibrationSamples > 0 ? "" : "\nmethod = zo")
        );
        if (model.TensorBytes(0) > 65536)
        {
            return;
        }
        AtmFile file = AtmFile.Parse(bytes);
        var samples = TinyModel.Samples(file, 1, 2, model.ClassCount, 100);
        MemoryPlan inference = MemoryPlan.ForInference(new PlanRequest(model, arena));
        if (inference.Peak <= arena.Size)
        {
            var network = new Network(arena, model, inference);
            network.Use(ActivationLayout.ForInference(model, model.OutputTensor - 1));
            network.Load(samples, 0);
            network.Run(0, model.OutputTensor - 1);
        }
        var session = new TrainingSession(arena, job, samples, samples);
        while (session.Advance(null!)) { }
        AdaptedModel.Write(session.Network, new MemoryStorage(), "adapted.atm");
    }

    /// <summary>A few random bits, bytes, words, insertions or cuts, most of them near the beginning.</summary>
    private static byte[] Mutate(byte[] original, Random random, int front)
    {
        byte[] bytes = [.. original];
        for (int change = random.Next(1, 4); change > 0 && bytes.Length > 0; change--)
        {
            int at = random.Next(random.Next(3) > 0 ? Math.Min(front, bytes.Length) : bytes.Length);
            switch (random.Next(12))
            {
                case 0:
                    bytes = bytes[..at];
                    break;
                case 1:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(at + random.Next(9), bytes.Length)..]];
                    break;
                case 2:
                    bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
                    break;
                case < 6:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }
        return bytes;
    }

    /// <summary>Whether the action ended without being refused; any other exception, or a hang, fails the test.</summary>
    private static bool Survives(string name, Action action)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            action();
            return true;
        }
        catch (Exception error)
            when (error is ModelException or StorageException or JobException or KernelException or PlanException)
        {
            Assert.IsNotEmpty(error.Message);
            return false;
        }
        finally
        {
            Assert.IsLessThan(Longest, watch.Elapsed, name);
        }
    }
}
