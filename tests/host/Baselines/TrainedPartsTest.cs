using Attune.Host.Baselines;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Demo;
using Attune.Host.Reference.Training;
using Attune.Model;

namespace Attune.Tests.Baselines;

/// <summary>FP32 training of parts of a network: what is chosen moves, by the same steps as in whole training; nothing else.</summary>
[TestClass]
public sealed class TrainedPartsTest
{
    private static readonly AtmFile Model = BaselineModels.Model;

    [TestMethod]
    public void Each_name_means_its_layers()
    {
        AtmFile demo = DemoNetwork.Load();
        int[] layers = BaselineModels.WeightedLayers(demo);
        int[] block =
        [
            .. layers.Where(layer => demo.Word(layer, RecordField.Block) == demo.Header(HeaderField.BlockCount) - 1),
        ];

        Check("all", layers, layers);
        Check("biases", [], layers);
        Check("biases+head", [demo.Head], layers);
        Check("head", [demo.Head], [demo.Head]);
        Check("last-block", block, block);
        Assert.HasCount(5, TrainedParts.Names);
        Assert.IsNull(TrainedParts.Find("tail"));

        void Check(string name, int[] weights, int[] biases)
        {
            TrainedParts parts = TrainedParts.Find(name)!(demo);
            CollectionAssert.AreEqual(weights, parts.Weights.ToArray(), name);
            CollectionAssert.AreEqual(biases, parts.Biases.ToArray(), name);
        }
    }

    [TestMethod]
    public void An_input_filter_is_never_trained()
    {
        AtmFile filtered = InputFilter.Insert(Model, 3);

        CollectionAssert.AreEqual(
            BaselineModels.WeightedLayers(Model).Select(layer => layer + 2).ToArray(),
            TrainedParts.All(filtered).Weights.ToArray()
        );
    }

    [TestMethod]
    [DataRow("biases")]
    [DataRow("biases+head")]
    [DataRow("head")]
    [DataRow("last-block")]
    public void A_step_moves_the_parts_as_whole_training_does_and_leaves_the_rest(string name)
    {
        BaselineTask task = BaselineModels.Task(3, 3, 9, 0.05);
        Func<AtmFile, TrainedParts> choose = TrainedParts.Find(name)!;
        FloatNetwork start = FloatNetwork.FromAtm(Model);
        FloatNetwork whole = new FloatBackPropagation("x", 1).Run(task).Model.Network!;

        TrainedParts parts = choose(Model);
        double cost = 3 + 6.0 * BaselineModels.MacsFrom(Model, parts.First) / BaselineModels.MacsFrom(Model, 0);
        task = task with { Forwards = (long)Math.Ceiling(cost) }; // one step again
        FloatNetwork part = new FloatBackPropagation("x", 1, new() { Parts = choose }).Run(task).Model.Network!;

        int moved = 0;
        for (int layer = 0; layer < start.Layers.Count; layer++)
        {
            Same(parts.Weights.Contains(layer), layer => layer.Weights, layer);
            Same(parts.Biases.Contains(layer), layer => layer.Bias, layer);
        }
        Assert.IsGreaterThan(0, moved);

        void Same(bool trained, Func<FloatLayer, float[]> of, int layer)
        {
            float[] expected = of((trained ? whole : start).Layers[layer]);
            CollectionAssert.AreEqual(expected, of(part.Layers[layer]), $"{name}: layer {layer}");
            moved += trained && !expected.SequenceEqual(of(start.Layers[layer])) ? 1 : 0;
        }
    }

    /// <summary>The backward pass ends at the first trained layer, so a step of the head costs little more than a forward.</summary>
    [TestMethod]
    public void The_cost_counts_the_layers_that_the_backward_pass_crosses()
    {
        BaselineTask task = BaselineModels.Task(3, 3, 9, 0.05);
        var head = new FloatBackPropagation("x", 1, new() { Parts = TrainedParts.Head });
        long forward = BaselineModels.MacsFrom(Model, 0);
        long sample = forward + 2 * BaselineModels.MacsFrom(Model, Model.Head);

        BaselineResult result = head.Run(task);

        Assert.AreEqual(result.Steps * 3 * sample, result.Macs);
        Assert.AreEqual(9 * forward / sample / 3, result.Steps);
    }

    [TestMethod]
    public void Momentum_weight_decay_and_augmentation_reach_the_descent()
    {
        BaselineTask task = BaselineModels.Task(6, 3, 54, 1e-4);
        float[] plain = Weights(new FloatTrainingOptions());

        CollectionAssert.AreNotEqual(plain, Weights(new FloatTrainingOptions { Momentum = 0.9 }));
        CollectionAssert.AreNotEqual(plain, Weights(new FloatTrainingOptions { WeightDecay = 0.01 }));
        CollectionAssert.AreNotEqual(
            plain,
            Weights(new FloatTrainingOptions { Augmentation = new PictureAugmentation(true, 1) })
        );

        float[] Weights(FloatTrainingOptions options) =>
            new FloatBackPropagation("x", 1, options).Run(task).Model.Network!.Layers[Model.Head].Weights;
    }

    [TestMethod]
    public void Layers_that_the_parts_do_not_have_are_refused()
    {
        BaselineTask task = BaselineModels.Task(3, 3, 9, 0.05) with
        {
            Layers = [BaselineModels.WeightedLayers(Model)[0]],
        };
        var head = new FloatBackPropagation("fp32-head", 1, new() { Parts = TrainedParts.Head });

        var error = Assert.ThrowsExactly<ModelException>(() => head.Run(task));

        StringAssert.StartsWith(error.Message, "fp32-head trains none of the layers");
    }
}
