using Attune.Execution;
using Attune.Host.Bench.Estimates;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Tests.Engine;

namespace Attune.Tests.Bench;

/// <summary>Estimates of gradients converge to central differences of the network's own loss, each recipe in its way.</summary>
[TestClass]
public class GradientEstimatorTest
{
    private static readonly AtmFile Model = SampleModels.Residual(statistics: true);
    private static readonly MemorySamples Samples = TinyModel.Samples(Model, 5, 3, 4, 100);

    [TestMethod]
    public void Signs_are_those_of_the_kernels()
    {
        var signs = new Signs(123456789, 987654321);
        var vector = new float[77];
        ProbeSigns.Add(signs.Low, signs.High, 0.5f, vector);
        CollectionAssert.AreEqual(Enumerable.Range(0, 77).Select(i => 0.5f * signs[i]).ToArray(), vector);
    }

    [TestMethod]
    public void Orthogonal_probes_are_orthogonal_and_differ_by_seed()
    {
        float[][] rows = ProbeSigns.Orthogonal(16, 20, new SeededRandom(1));
        for (int i = 0; i < 20; i++)
        {
            Assert.IsTrue(rows[i].All(sign => Math.Abs(sign) == 1));
            for (int j = 0; j < i; j++)
            {
                // Twenty rows of length 16 come from two matrices.
                float product = rows[i].Zip(rows[j], (a, b) => a * b).Sum();
                Assert.IsTrue(product == 0 || (i < 16) != (j < 16), $"{i} {j}");
            }
        }
        float[] other = ProbeSigns.Orthogonal(16, 1, new SeededRandom(2))[0];
        CollectionAssert.AreNotEqual(rows[0], other);
    }

    [TestMethod]
    public void A_loss_is_that_of_the_network_with_the_probe_in_it()
    {
        using var network = new ProbedNetwork(Model);
        using var plain = new PlainNetwork(Model);
        var signs = new Signs(11, 22);
        foreach (int layer in network.Layers)
        {
            foreach (int mode in (int[])[0, RunMode.ProbeWeights, RunMode.ProbeNodes])
            {
                int label = network.Begin(Samples, 1, layer);
                plain.Load(Samples.Values[1]);
                plain.Run(0, layer - 1);
                plain.Run(layer, plain.LastLayer, mode, signs);
                Assert.AreEqual(plain.Loss(label), network.Loss(layer, label, mode, signs.Low, signs.High), $"{layer}");
            }
        }
    }

    [TestMethod]
    public void A_loss_with_all_layers_probed_has_every_probe_in_it()
    {
        using var network = new ProbedNetwork(Model);
        using var plain = new PlainNetwork(Model);
        Signs SignsOf(int layer) => new((uint)layer, 99);
        int Mode(int layer) =>
            !network.Layers.Contains(layer) || layer == network.Layers[1] ? 0
            : layer % 2 == 0 ? RunMode.ProbeNodes
            : RunMode.ProbeWeights;
        plain.Load(Samples.Values[1]);
        for (int layer = 0; layer <= plain.LastLayer; layer++)
        {
            plain.Run(layer, layer, Mode(layer), SignsOf(layer));
        }
        double loss = network.Loss(Samples, 1, Mode, layer => (SignsOf(layer).Low, SignsOf(layer).High));
        Assert.AreEqual(plain.Loss(Samples.Labels[1]), loss);
        Assert.AreNotEqual(loss, network.Loss(Samples, 1, _ => 0, _ => default));
    }

    [TestMethod]
    // Weights of these small layers are coarse: a step of one is a large one.
    [DataRow("weights", 0.75)]
    [DataRow("nodes", 0.9)]
    [DataRow("adaptive", 0.9)]
    [DataRow("adaptive+mean", 0.9)]
    [DataRow("adaptive+mask", 0.9)]
    [DataRow("adaptive+samples", 0.9)]
    [DataRow("biases", 0.9)]
    [DataRow("biases+orthogonal+mean", 0.9)]
    [DataRow("biases+layers", 0.9)]
    public void With_many_probes_an_estimate_points_where_back_propagation_does(string name, double least)
    {
        EstimateRecipe recipe = EstimateRecipe.All.First(one => one.Name == name);
        using var network = new ProbedNetwork(Model);
        bool biases = recipe.Part == ProbedPart.Biases;
        int layer = network.Layers[^2];
        IReadOnlyList<int> layers = recipe.ByLayer ? network.Layers : [layer];
        var estimator = new GradientEstimator(network, Samples, recipe, 7);
        double forwards = 3000 * layers.Sum(network.Share);
        float[] estimate = estimator.Estimate(layers, forwards, CancellationToken.None)[layer];
        Assert.IsGreaterThan(least, Cosine(estimate, Truth(layer, biases)));
        // Another layer's gradient, as a wrong one of the same length would be, is told apart.
        Assert.IsLessThan(0.5, Cosine([.. estimate.Reverse()], Truth(layer, biases)));
    }

    [TestMethod]
    public void The_gradient_of_the_head_in_closed_form_is_exact()
    {
        using var network = new ProbedNetwork(Model);
        EstimateRecipe recipe = EstimateRecipe.All.First(one => one.Name == "adaptive+head");
        var estimator = new GradientEstimator(network, Samples, recipe, 7);
        float[] estimate = estimator.Estimate([network.Head], 1, CancellationToken.None)[network.Head];
        float[] truth = Truth(network.Head, biases: false);
        for (int i = 0; i < truth.Length; i++)
        {
            Assert.AreEqual(truth[i], estimate[i], 1e-4 * truth.Max(Math.Abs));
        }
    }

    [TestMethod]
    public void Saturated_nodes_are_those_whose_steps_leave_the_output_as_it_is()
    {
        using var network = new ProbedNetwork(Model);
        using var plain = new PlainNetwork(Model);
        int layer = network.Layers[1];
        _ = network.Begin(Samples, 0, layer);
        bool[] saturated = network.Saturated(layer);
        plain.Load(Samples.Values[0]);
        plain.Run(0, layer);
        sbyte[] clean = plain.Tensor(layer + 1);
        var moved = new bool[saturated.Length];
        for (uint probe = 0; probe < 40; probe++)
        {
            plain.Run(layer, layer, RunMode.ProbeNodes, new Signs(probe, 5));
            sbyte[] probed = plain.Tensor(layer + 1);
            for (int i = 0; i < moved.Length; i++)
            {
                moved[i] |= probed[i] != clean[i];
            }
        }
        CollectionAssert.AreEqual(moved.Select(one => !one).ToArray(), saturated);
        Assert.IsTrue(saturated.Any(one => one) && saturated.Any(one => !one));
    }

    [TestMethod]
    [DataRow("adaptive")]
    [DataRow("adaptive-model")]
    [DataRow("adaptive+layers")]
    [DataRow("biases+samples")]
    public void Ways_are_compared_at_equal_forwards(string name)
    {
        using var network = new ProbedNetwork(Model);
        EstimateRecipe recipe = EstimateRecipe.All.First(one => one.Name == name);
        _ = new GradientEstimator(network, Samples, recipe, 7).Estimate(network.Layers, 2000, CancellationToken.None);
        double forwards = (double)network.MacsRun / new ModelSummary(Model).Macs;
        Assert.AreEqual(2000.0 * Samples.Count, forwards, 0.03 * 2000 * Samples.Count);
    }

    private static float[] Truth(int layer, bool biases)
    {
        using var oracle = new GradientOracle(Model);
        var all = Enumerable
            .Range(0, Samples.Count)
            .Select(n => oracle.LayerGradient((sbyte[])(Array)Samples.Values[n], Samples.Labels[n], layer))
            .Select(gradient => biases ? gradient.Bias : gradient.Weights)
            .ToList();
        return [.. all[0].Select((_, i) => all.Average(gradient => gradient[i]))];
    }

    private static double Cosine(float[] one, float[] other)
    {
        double product = one.Zip(other, (a, b) => (double)a * b).Sum();
        return product / Math.Sqrt(one.Sum(a => (double)a * a) * other.Sum(b => (double)b * b));
    }
}
