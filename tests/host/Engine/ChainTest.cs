using Attune.Data;
using Attune.Execution;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Tests.Engine;

/// <summary>Layers that run line by line in chains: less memory, and not one bit of another result.</summary>
[TestClass]
public sealed class ChainTest
{
    public static IEnumerable<object[]> Cases =>
        from name in (string[])["residual", "resnet8-cifar10-int8", "vww_96_int8", "mcunet-cifar10-int8"]
        from lines in (string[])
            [
                "method = align+zo;layers = block 0;perturbation = nodes",
                "method = align+zo;layers = block 0;align-groups = 3",
                "method = zo;layers = block 1;update = sequential",
                "method = zo;layers = block 2;queries = 20",
                "method = align",
                "method = align;align-guard = 0.5",
            ]
        where name == "residual" || !lines.Contains("guard")
        select new object[] { name, lines };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_smallest_arena_gives_the_bytes_of_a_large_one(string name, string lines)
    {
        AtmFile file = name == "residual" ? SampleModels.Residual(statistics: true) : SharedModels.Load(name);
        byte[] wide = Adapt(file, lines, 1 << 24, out int widePeak, out int none);
        byte[] narrow = Adapt(file, lines, Least(file, lines), out int narrowPeak, out int chains);
        Assert.AreEqual(0, none);
        Assert.IsGreaterThan(0, chains, "chains");
        Assert.IsLessThan(widePeak, narrowPeak);
        CollectionAssert.AreEqual(wide, narrow);
        Assert.IsFalse(
            wide.SequenceEqual(Adapt(file, lines + ";seed = 2;align-prior = 1", 1 << 24, out _, out _)),
            "another seed and prior"
        );
    }

    [TestMethod]
    public void Chains_narrow_inference_of_the_large_network_to_a_third()
    {
        AtmFile file = SharedModels.Load("mcunet-cifar10-int8");
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        MemoryPlan whole = MemoryPlan.ForInference(new PlanRequest(model, arena));
        MemoryPlan narrow = MemoryPlan.ForInference(new PlanRequest(model, arena) { Limit = 60 * 1024 });
        Assert.AreEqual(0, whole.Chains.Count);
        Assert.AreEqual(163840, whole.RegionBytes);
        Assert.IsLessThanOrEqualTo(60 * 1024, narrow.Peak);
        for (int layer = 0; layer < model.LayerCount; layer++)
        {
            Assert.IsTrue(narrow.Chains.First(layer) <= layer && layer <= narrow.Chains.Last(layer));
            bool inside = narrow.Chains.InChain(layer) && layer < narrow.Chains.Last(layer);
            Assert.AreEqual(inside, narrow.Chains.Lines(layer + 1) > 0, $"tensor {layer + 1}");
        }
    }

    [TestMethod]
    public void Only_a_chain_reads_what_passes_inside_it()
    {
        int chains = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            AtmFile file = Branched(seed);
            using var arena = new Arena(16);
            arena.LoadModel(file.Bytes);
            var model = new QuantizedModel(arena);
            LayerChains groups = model.NarrowestChains();
            chains += groups.Count;
            Assert.AreEqual(0, groups.Lines(model.OutputTensor));
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                foreach (int field in (int[])[RecordField.Input, RecordField.Input2])
                {
                    int tensor = model.Word(layer, field);
                    bool inside = tensor > 0 && groups.Lines(tensor) > 0;
                    Assert.IsTrue(
                        !inside || groups.First(tensor - 1) == groups.First(layer),
                        $"seed {seed}, layer {layer} reads tensor {tensor}"
                    );
                }
            }
        }
        Assert.IsGreaterThan(150, chains);
    }

    /// <summary>Convolutions of changing width, and sums over tensors that may lie far back.</summary>
    private static AtmFile Branched(int seed)
    {
        var random = new Random(seed);
        var model = new TinyModel(seed, 8, 8, 2, 0.02f);
        List<(int Tensor, int Channels)> tensors = [];
        for (int i = 0; i < 9; i++)
        {
            var (last, channels) = tensors.Count > 0 ? tensors[^1] : (0, 2);
            int earlier = tensors.FindIndex(one => one.Channels == channels && one.Tensor < last);
            if (earlier >= 0 && random.Next(2) == 0)
            {
                model.Add(tensors[earlier].Tensor, last);
            }
            else
            {
                channels = random.Next(2) == 0 ? 4 : random.Next(1, 24);
                int kernel = random.Next(2) == 0 ? 1 : 3;
                model.Convolution(
                    new LayerSpec
                    {
                        Kernel = kernel,
                        Pad = kernel / 2,
                        Channels = channels,
                        Multipliers = [0.05],
                        OutputScale = 0.05f,
                        WeightRange = 20,
                        BiasRange = 100,
                    }
                );
            }
            tensors.Add((model.Last, channels));
        }
        model.AveragePool(8).Reshape();
        model.Head(
            new LayerSpec
            {
                Channels = 3,
                Multipliers = [0.05],
                OutputScale = 0.1f,
                WeightRange = 20,
                BiasRange = 100,
            }
        );
        return model.Softmax().Build();
    }

    private static TrainingJob Job(string lines, int limit) =>
        TrainingJob.Parse(
            $"epochs = 1\nbatch = 2\nqueries = 2\nrollback = off\nlearning-rate = 0.1\nalign-guard = 0\narena = {limit}\n{lines.Replace(';', '\n')}"
        );

    private static byte[] Adapt(AtmFile file, string lines, int limit, out int peak, out int chains)
    {
        TrainingJob job = Job(lines, limit);
        using var arena = new Arena(limit);
        arena.LoadModel(file.Bytes);
        // A guard lets nothing through that so few as three samples say.
        ISampleSource training = SharedModels.Noise(file, 3, job.Alignment.Guard > 0 ? 9 : 3, file.ClassCount);
        var session = new TrainingSession(arena, job, training, SharedModels.Noise(file, 4, 2, file.ClassCount));
        chains = 0;
        while (session.Advance(null!))
        {
            chains = Math.Max(chains, session.Network.Plan.Chains.Count);
        }
        peak = session.MeasuredPeak;
        Assert.AreEqual(session.PlannedPeak, peak);
        var storage = new MemoryStorage();
        AdaptedModel.Write(session.Network, storage, "adapted.atm");
        return storage.Files["adapted.atm"];
    }

    /// <summary>The least that alignment, training and inference can do with.</summary>
    private static int Least(AtmFile file, string lines)
    {
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        TrainingJob job = Job(lines, 1024);
        int least = MemoryPlan.ForInference(new PlanRequest(model, arena) { Limit = 0 }).Peak;
        least = job.Align ? Math.Max(least, JobPlans.ForAlignment(model, arena, job).Peak) : least;
        return job.Trains ? Math.Max(least, JobPlans.ForTraining(model, arena, job).Peak) : least;
    }
}
