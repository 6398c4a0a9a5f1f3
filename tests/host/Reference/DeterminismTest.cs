using Attune.Host.Reference;
using Attune.Host.Reference.Demo;
using Attune.Host.Reference.Training;

namespace Attune.Tests.Reference;

[TestClass]
public sealed class DeterminismTest
{
    [TestMethod]
    public void Training_gives_the_same_bits_with_one_thread_and_with_three()
    {
        float[] one = Train(1);
        float[] three = Train(3);
        CollectionAssert.AreEqual(one, three);
    }

    [TestMethod]
    public void Training_without_normalization_gives_the_same_bits_with_one_thread_and_with_three()
    {
        float[] one = Train(1, true);
        float[] three = Train(3, true);
        CollectionAssert.AreEqual(one, three);
    }

    [TestMethod]
    public void Another_seed_gives_another_order_and_other_weights() =>
        CollectionAssert.AreNotEqual(Train(1), Train(1, false, 2));

    [TestMethod]
    public void Only_the_chosen_parameters_move()
    {
        var start = Network().FoldNormalization();
        var network = start.Clone();
        int head = network.Layers.Count - 1;
        SgdTrainer.Train(
            network,
            new PictogramSource(8, 0, 32),
            new SgdOptions { BatchSize = 16, Parameters = TrainableParameters.Of([], Enumerable.Range(0, head + 1)) }
        );
        for (int layer = 0; layer <= head; layer++)
        {
            CollectionAssert.AreEqual(start.Layers[layer].Weights, network.Layers[layer].Weights);
        }
        CollectionAssert.AreNotEqual(start.Layers[0].Bias, network.Layers[0].Bias);

        network = start.Clone();
        SgdTrainer.Train(
            network,
            new PictogramSource(8, 0, 32),
            new SgdOptions { BatchSize = 16, Parameters = TrainableParameters.Layers(head) }
        );
        CollectionAssert.AreEqual(start.Layers[0].Weights, network.Layers[0].Weights);
        CollectionAssert.AreEqual(start.Layers[0].Bias, network.Layers[0].Bias);
        CollectionAssert.AreNotEqual(start.Layers[head].Weights, network.Layers[head].Weights);

        network = start.Clone();
        SgdTrainer.Train(
            network,
            new PictogramSource(8, 0, 32),
            new SgdOptions { BatchSize = 16, Parameters = TrainableParameters.Of([], [0]) }
        );
        CollectionAssert.AreEqual(start.Layers[0].Weights, network.Layers[0].Weights);
        CollectionAssert.AreNotEqual(start.Layers[0].Bias, network.Layers[0].Bias);
        CollectionAssert.AreEqual(start.Layers[head].Bias, network.Layers[head].Bias);
    }

    [TestMethod]
    public void A_batch_of_one_gives_the_same_network_as_plain_descent()
    {
        var network = Network().FoldNormalization();
        var copy = network.Clone();
        var samples = new PictogramSource(8, 0, 1);
        var options = new SgdOptions
        {
            BatchSize = 1,
            LearningRate = 0.01,
            Momentum = 0,
        };
        SgdTrainer.Train(network, samples, options);

        var pass = new BatchPass(copy, 1, 1);
        int label = samples.Read(0, pass.Input(0));
        var gradients = new ParameterGradients(copy);
        pass.Forward(1);
        pass.Backward([label], gradients);
        for (int layer = 0; layer < copy.Layers.Count; layer++)
        {
            for (int i = 0; i < copy.Layers[layer].Weights.Length; i++)
            {
                float expected = copy.Layers[layer].Weights[i] - (float)(0.01 * gradients.Weights[layer][i]);
                Assert.AreEqual(expected, network.Layers[layer].Weights[i]);
            }
        }
    }

    private static FloatNetwork Network()
    {
        var builder = new FloatModelBuilder(32, 32, 3, 1);
        int at = builder.Convolution(0, 12, 3, 4, 3);
        at = builder.Depthwise(at, 3, 1, 3);
        at = builder.Add(at, builder.Convolution(at, 12, 1, 1, 0));
        builder.FullyConnected(builder.GlobalAveragePool(at), 10);
        return builder.Build();
    }

    private static float[] Train(int threads, bool fold = false, ulong seed = 1)
    {
        var network = fold ? Network().FoldNormalization() : Network();
        SgdTrainer.Train(
            network,
            new PictogramSource(8, 0, 100),
            new SgdOptions
            {
                BatchSize = 24,
                LearningRate = 0.02,
                WeightDecay = 1e-4,
                Seed = seed,
                Threads = threads,
            }
        );
        return [.. network.FoldNormalization().Layers.SelectMany(layer => layer.Weights.Concat(layer.Bias))];
    }
}
