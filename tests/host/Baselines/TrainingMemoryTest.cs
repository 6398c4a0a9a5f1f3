using Attune.Host.Baselines;
using Attune.Host.Model;
using Attune.Host.Reference.Training;
using Attune.Model;
using Attune.Tests.Engine;

namespace Attune.Tests.Baselines;

[TestClass]
public sealed class TrainingMemoryTest
{
    /// <summary>Tensors of 64 (input), 128, 64 and 3 bytes: pointwise 4 to 8, pointwise 8 to 4, fully connected 64 to 3.</summary>
    private static readonly AtmFile Model = new TinyModel(1, 4, 4, 4)
        .Convolution(new LayerSpec { Channels = 8, ActMin = 0 })
        .Convolution(new LayerSpec { Channels = 4 })
        .Head(new LayerSpec { Channels = 3 })
        .Build();

    [TestMethod]
    public void Inference_needs_the_tensors_of_its_widest_layer() =>
        Assert.AreEqual(64 + 128, new TrainingMemory(Model).Peak(TrainableParameters.Of([], [])));

    [TestMethod]
    public void The_head_alone_keeps_its_input()
    {
        // 192 weights and 3 biases with their gradients; the widest moment is still layer 0 and 1 of the forward.
        int resident = 5 * 192 + 8 * 3;
        Assert.AreEqual(resident + 64 + 128, new TrainingMemory(Model).Peak(TrainableParameters.Layers(2)));
    }

    [TestMethod]
    public void Everything_keeps_all_inputs_and_clamps_and_the_gradients_of_two_tensors()
    {
        int resident = 5 * (32 + 32 + 192) + 8 * (8 + 4 + 3);
        // Backward through layer 1: inputs of layers 0 and 1, clamps of both, float32 gradients of tensors 2 and 1.
        int layer1 = 64 + 128 + (16 + 8) + 4 * (64 + 128);
        Assert.AreEqual(resident + layer1, new TrainingMemory(Model).Peak(TrainableParameters.All));
    }

    [TestMethod]
    public void Biases_keep_no_inputs()
    {
        int resident = 8 * (8 + 4 + 3);
        int layer1 = 16 + 8 + 4 * (64 + 128);
        Assert.AreEqual(resident + layer1, new TrainingMemory(Model).Peak(TrainableParameters.Of([], [0, 1, 2])));
    }

    [TestMethod]
    public void The_selection_fits_and_one_weight_layer_more_would_not()
    {
        AtmFile model = SharedModels.Load("mcunet-cifar10-int8");
        SparseSelection choice = SparseSelection.Choose(model);
        Assert.IsLessThanOrEqualTo(SparseSelection.SmallBoard, choice.Peak);
        Assert.IsGreaterThan(1, choice.Weights.Count);
        Assert.IsTrue(choice.Weights.All(choice.Biases.Contains));
        int[] layers = BaselineModels.WeightedLayers(model);
        CollectionAssert.AreEqual(layers[^choice.Biases.Count..], choice.Biases.ToArray());
        var memory = new TrainingMemory(model);
        Assert.AreEqual(choice.Peak, memory.Peak(choice.Parameters()));
        Assert.IsGreaterThan(
            SparseSelection.SmallBoard,
            memory.Peak(TrainableParameters.Of([], layers[^(choice.Biases.Count + 1)..]))
        );
        foreach (int layer in choice.Biases.Except(choice.Weights))
        {
            bool expands =
                model.Word(layer, RecordField.Operator) == Operators.Conv2D
                && model.Word(layer, RecordField.OutputN + 3) > model.Word(layer, RecordField.InputN + 3);
            int peak = memory.Peak(TrainableParameters.Of([.. choice.Weights, layer], choice.Biases));
            Assert.IsTrue(!expands || peak > SparseSelection.SmallBoard, $"layer {layer} would fit too: {peak}");
        }
    }

    [TestMethod]
    public void A_budget_below_the_last_layers_biases_is_refused()
    {
        string reason = Assert.ThrowsExactly<ModelException>(() => SparseSelection.Choose(Model, 100)).Message;
        StringAssert.Contains(reason, "does not fit into 100 bytes");
        Assert.AreEqual(1, SparseSelection.Choose(Model, 192 + 8 * 3).Biases.Count);
    }
}
