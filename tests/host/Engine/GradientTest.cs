using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Numbers;
using Attune.Runs;

namespace Attune.Tests.Engine;

/// <summary>
/// The gradients that the trainer forms, on networks whose integer arithmetic is exact (M = 1 rounds nothing, no clamp is
/// hit), so that finite differences mean something, and whose logits are small, so that the loss is close to linear.
/// </summary>
[TestClass]
public sealed class GradientTest
{
    private const int Probes = 20000;

    /// <summary>The layer that is probed.</summary>
    private const int Layer = 0;

    public static IEnumerable<object[]> Cases =>
        from kind in (string[])["convolution", "depthwise", "hidden", "head", "logit"]
        from perturbation in (string[])["weights", "nodes"]
        from parts in (string[])["both", "weights", "biases"]
        from unit in (int[])[1, 4]
        select new object[] { kind, perturbation, parts, unit };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_mean_of_20000_probes_agrees_with_finite_differences_and_with_back_propagation(
        string kind,
        string perturbation,
        string parts,
        int unit
    )
    {
        // M = 1 / unit; inputs and biases are multiples of the unit, so that no output is rounded.
        AtmFile file = Model(kind, 1.0 / unit, unit);
        ProbeExperiment probes = Measure(file, perturbation, parts, Probes, 1, unit);
        AssertAgrees(probes, probes.FiniteDifference(), "finite difference");
        AssertAgrees(probes, probes.Oracle(), "back-propagation");
        AssertClose(probes.FiniteDifference(), probes.Oracle(), 1e-3);
    }

    [TestMethod]
    [DataRow("convolution")]
    [DataRow("depthwise")]
    [DataRow("hidden")]
    public void The_mean_of_node_probes_agrees_where_outputs_are_rounded(string kind)
    {
        AtmFile file = Model(kind, 0.25, 1);
        ProbeExperiment probes = Measure(file, "nodes", "both", Probes, 1, 1);
        AssertAgrees(probes, probes.FiniteDifferenceOfNodes(), "finite difference");
        AssertAgrees(probes, probes.Oracle(), "back-propagation");
    }

    [TestMethod]
    [DataRow("convolution", "weights", 1)]
    [DataRow("convolution", "nodes", 10)]
    [DataRow("depthwise", "weights", 10)]
    [DataRow("depthwise", "nodes", 1)]
    [DataRow("hidden", "weights", 4)]
    [DataRow("hidden", "nodes", 4)]
    public void The_mean_square_error_on_a_linear_loss_is_d_minus_1_times_the_squared_gradient_over_Q(
        string kind,
        string perturbation,
        int queries
    )
    {
        AtmFile file = Model(kind, 1, 1);
        ProbeExperiment probes = Measure(file, perturbation, "both", Probes, 1, 1);
        double[] exact = probes.FiniteDifference();
        if (perturbation == "nodes")
        {
            using var network = new PlainNetwork(file);
            MemorySamples samples = TinyModel.Samples(file, 5, 1, 4, 3);
            network.Load(samples.Values[0]);
            network.Run(0, network.LastLayer);
            exact = probes.NodeDifferences(network, samples.Labels[0]);
        }
        Assert.HasCount(probes.Dimension, exact);
        double expected = (probes.Dimension - 1) * exact.Sum(value => value * value) / queries;
        double measured = probes.MeanSquareError(exact, queries);
        Assert.AreEqual(1, measured / expected, 0.1, "measured to expected mean square error");
    }

    [TestMethod]
    public void The_update_of_weights_is_the_step_along_the_true_gradient_and_wrong_ones_are_noticed()
    {
        foreach (string perturbation in (string[])["weights", "nodes"])
        {
            foreach (string kind in (string[])["convolution", "depthwise", "hidden"])
            {
                AtmFile file = WideModel(kind);
                ProbeExperiment probes = Measure(file, perturbation, "weights", 200, 8, 1, "norm-scaling = on");
                double[] exact = probes.Oracle();
                var check = new UpdateCheck(probes, exact);
                Assert.IsNull(check.Problem(probes.After), $"{kind} {perturbation}");
                foreach (Fault fault in Enum.GetValues<Fault>())
                {
                    string? problem = check.Problem(Twin(file, probes, perturbation, fault));
                    Assert.AreEqual(fault == Fault.None, problem is null, $"{kind} {perturbation} {fault}: {problem}");
                }
            }
        }
    }

    /// <summary>The weights after the same step by the reimplementation, with an error built in.</summary>
    private static int[] Twin(AtmFile file, ProbeExperiment probes, string perturbation, Fault fault)
    {
        using var network = new PlainNetwork(file);
        TrainingJob job = Job(perturbation, "weights", 200, 8, probes.Rate, "norm-scaling = on");
        new PlainTrainer(network, job, TinyModel.Samples(file, 5, 8, 4, 3), [Layer]) { Fault = fault }.Step(0, 1);
        return [.. network.Weights(Layer).Select(weight => (int)weight)];
    }

    /// <summary>
    /// Runs the trainer for one step with a learning rate that moves the steepest parameter by 100 units (none is
    /// clipped, because weights begin near 0).
    /// </summary>
    private static ProbeExperiment Measure(
        AtmFile file,
        string perturbation,
        string parts,
        int queries,
        int batch,
        int unit,
        string more = "norm-scaling = off"
    )
    {
        MemorySamples samples = TinyModel.Samples(file, 5, batch, 4, 3, unit);
        ProbeExperiment Run(double rate) =>
            new(file, Job(perturbation, parts, queries, batch, rate, more), samples, Layer) { Rate = rate };
        ProbeExperiment trial = Run(1);
        double steepest = trial.Mean.Zip(trial.Rates(), (mean, rate) => Math.Abs(mean * rate)).Max();
        ProbeExperiment probes = Run(Math.Round(100 / steepest, 6));
        AssertUpdateFollowsMean(probes);
        return probes;
    }

    private static TrainingJob Job(
        string perturbation,
        string parts,
        int queries,
        int batch,
        double rate,
        string more
    ) =>
        EngineRun.Job(
            $"layers = {Layer}",
            "perturbation = " + perturbation,
            "parts = " + parts,
            "queries = " + queries,
            "batch = " + batch,
            "learning-rate = " + DecimalNumber.Format(rate),
            "rounding = nearest",
            more
        );

    /// <summary>The trainer's own update is the rounded step along the mean that the other checks look at.</summary>
    private static void AssertUpdateFollowsMean(ProbeExperiment probes)
    {
        double[] rates = probes.Rates();
        for (int i = 0; i < probes.Mean.Length; i++)
        {
            double expected = -rates[i] * probes.Mean[i];
            Assert.AreEqual(expected, probes.After[i] - probes.Before[i], 0.5 + 1e-3 * Math.Abs(expected), $"{i}");
        }
    }

    private static void AssertAgrees(ProbeExperiment probes, double[] exact, string name)
    {
        Assert.HasCount(probes.Mean.Length, exact);
        for (int i = 0; i < exact.Length; i++)
        {
            double distance = Math.Abs(probes.Mean[i] - exact[i]) / probes.StandardError[i];
            Assert.IsLessThanOrEqualTo(
                4,
                distance,
                $"parameter {i}: mean {probes.Mean[i]:g4}, {name} {exact[i]:g4}, standard error {probes.StandardError[i]:g4}"
            );
        }
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance * largest, $"parameter {i}");
        }
    }

    /// <summary>A network of one layer of the kind and a head, or of a head alone.</summary>
    private static AtmFile Model(string kind, double multiplier, int unit)
    {
        var spec = new LayerSpec
        {
            Kernel = 3,
            Channels = 3,
            Multipliers = [multiplier],
            OutputScale = 1f / 64,
            BiasUnit = unit,
        };
        var model = new TinyModel(7, 5, 5, kind == "depthwise" ? 3 : 2, 1f / 128);
        _ = kind switch
        {
            "convolution" => model.Convolution(spec with { Pad = 1, Stride = 2 }),
            "depthwise" => model.Depthwise(spec),
            "hidden" => model.FullyConnected(spec with { Channels = 12, WeightRange = 1 }),
            _ => model,
        };
        var head = new LayerSpec { Channels = 4, OutputScale = 1f / 4096 };
        LayerSpec last = kind switch
        {
            "head" => head with { Multipliers = [multiplier], BiasUnit = unit },
            "logit" => head with { Multipliers = [multiplier], BiasUnit = unit, Channels = 1 },
            _ => head,
        };
        return model.Head(last).Build();
    }

    /// <summary>The same with about as many weights and outputs as a few hundred probes, so that eta' is well below eta; inputs span -2..2.</summary>
    private static AtmFile WideModel(string kind)
    {
        var spec = new LayerSpec { Kernel = 3, OutputScale = 1f / 512 };
        TinyModel model = kind switch
        {
            "convolution" => new TinyModel(7, 16, 16, 6, 1f / 64).Convolution(spec with { Channels = 8, Pad = 1 }),
            "depthwise" => new TinyModel(7, 8, 8, 120, 1f / 64).Depthwise(spec with { Channels = 120 }),
            _ => new TinyModel(7, 1, 1, 8, 1f / 64).FullyConnected(spec with { Channels = 400 }),
        };
        return model.Head(new LayerSpec { Channels = 4, OutputScale = 1f / 32768 }).Build();
    }
}
