using Attune.Execution;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;

namespace Attune.Tests.Engine;

[TestClass]
public sealed class ActivationLayoutTest
{
    public static IEnumerable<object[]> Shared => SharedModels.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Shared))]
    public void No_tensor_of_a_real_network_is_overwritten_while_it_is_needed(string name) =>
        Check(SharedModels.Load(name));

    [TestMethod]
    public void No_tensor_of_random_networks_is_overwritten_while_it_is_needed()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            Check(RandomGraph(seed));
        }
        Check(SampleModels.Residual());
        Check(SampleModels.Pooled());
    }

    [TestMethod]
    public void The_checker_notices_a_tensor_that_dies_too_early()
    {
        // Inference keeps nothing for a second run; where all tensors lie apart by chance, nothing can be noticed.
        AtmFile file = SampleModels.Residual();
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        int last = model.Head;
        int noticed = 0;
        for (int cut = 0; cut <= last; cut++)
        {
            var layout = ActivationLayout.ForInference(model, last);
            noticed += new LivenessChecker(model, layout, -1).Probes(last, cut) is null ? 0 : 1;
        }
        Assert.IsGreaterThan(last / 2, noticed);
    }

    private static void Check(AtmFile file)
    {
        using var arena = new Arena(16);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        for (int last = 0; last < model.LayerCount; last++)
        {
            var layout = ActivationLayout.ForInference(model, last);
            Assert.IsNull(new LivenessChecker(model, layout, -1).Inference(last));
        }
        int end = model.LossLayer;
        for (int layer = 0; layer <= end; layer++)
        {
            var layout = ActivationLayout.ForProbes(model, end, layer, LayerChains.None(model));
            Assert.IsNull(new LivenessChecker(model, layout, model.Head).Probes(end, layer), $"cut {layer}");
            layout = ActivationLayout.ForInput(model, layer, LayerChains.None(model));
            Assert.IsNull(new LivenessChecker(model, layout, -1).Input(layer), $"input of layer {layer}");
        }
    }

    /// <summary>Convolutions, sums of any two earlier tensors of a shape, and reshapes, in random order.</summary>
    private static AtmFile RandomGraph(int seed)
    {
        var random = new Random(seed);
        var model = new TinyModel(seed, 5, 3, 2);
        int flat = -1;
        for (int layer = 0; layer < 12; layer++)
        {
            int source = random.Next(model.Last + 1);
            switch (random.Next(flat >= 0 ? 2 : 3))
            {
                case 0:
                    model.Convolution(
                        new LayerSpec
                        {
                            Channels = 2,
                            Kernel = 3,
                            Pad = 1,
                        },
                        source
                    );
                    break;
                case 1:
                    model.Add(source, random.Next(model.Last + 1));
                    break;
                default:
                    model.Reshape();
                    flat = model.Last;
                    break;
            }
            if (flat == model.Last)
            {
                // Same element count, so that later layers can go on with the shape before it.
                model.View(5, 3, 2);
            }
        }
        return model.Head(new LayerSpec { Channels = 3 }).Build();
    }
}
