using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>Steps of the engine's trainer against <see cref="PlainTrainer"/>, bit by bit.</summary>
[TestClass]
public sealed partial class TrainerTest
{
    private const int Samples = 7;
    private const int Steps = 5;

    /// <summary>Jobs on top of: 7 samples, batch 3, 6 queries, learning rate that moves most parameters.</summary>
    public static IEnumerable<object[]> Jobs =>
        from lines in (string[])
            [
                "",
                "rounding = nearest",
                "update = sequential",
                "update = sequential;rounding = nearest",
                "batch = 1",
                "batch = 20",
                "parts = weights",
                "parts = biases;learning-rate = 0.3",
                "parts = scales;learning-rate = 0.1",
                "parts = scales;update = sequential;centering = on;learning-rate = 0.1",
                "parts = scales;perturbation = nodes;head = exact;norm-scaling = off;learning-rate = 30",
                "perturbation = weights",
                "perturbation = nodes",
                "perturbation = nodes;update = sequential",
                "perturbation = nodes;parts = biases",
                "perturbation = nodes;parts = weights",
                "norm-scaling = off;learning-rate = 0.01",
                "quantization-scaling = off;learning-rate = 3000",
                "norm-scaling = off;quantization-scaling = off;rounding = nearest;learning-rate = 100",
                "layers = block 1",
                "layers = 3,8-9",
                "layers = 9",
                "layers = 1;learning-rate = 0.3",
                "layer-queries = 1,11,9,2",
                "layer-queries = 3,1;update = sequential",
                "seed = 4294967295",
                "learning-rate = 1000",
                "centering = on",
                "centering = on;update = sequential;queries = 1",
                "head = exact",
                "layers = head;head = exact",
                "head = exact;perturbation = weights",
                "minimum-loss = 1.3",
                "objective = pseudo-labels;learning-rate = 3",
                "objective = pseudo-labels;head = exact;learning-rate = 3",
                "minimum-loss = 1.3;update = sequential",
                "augment-flip = on;augment-shift = 2",
                "augment-gain = 200;update = sequential",
                "augment-flip = on;augment-shift = 3;augment-gain = 77;perturbation = nodes;head = exact",
                "augment-shift = 1;parts = scales;learning-rate = 0.1",
                "optimizer = momentum",
                "optimizer = momentum;momentum = 0;rounding = nearest",
                "optimizer = momentum;momentum = 0.99;update = sequential;head = exact",
                "optimizer = momentum;quantization-scaling = off;learning-rate = 3000",
                "optimizer = momentum;layers = 3,8-9;augment-flip = on",
                "optimizer = adam",
                "optimizer = adam;momentum = 0;rounding = nearest;norm-scaling = off",
                "optimizer = adam;momentum = 0.5;update = sequential;head = exact",
                "optimizer = adam;quantization-scaling = off;learning-rate = 3",
                "optimizer = adam;parts = biases;batch = 1;augment-gain = 30",
                "optimizer = adam;parts = weights;perturbation = nodes;batch = 20",
            ]
        select new object[] { lines };

    [TestMethod]
    [DynamicData(nameof(Jobs))]
    public void Every_parameter_is_what_the_equations_give(string lines)
    {
        foreach (AtmFile file in (AtmFile[])[SampleModels.Residual(), SampleModels.Pooled()])
        {
            TrainingJob job = Job(lines);
            LayerChoice layers = job.Training.Layers;
            bool lacksLayers = layers.Numbers?.Max() >= file.LayerCount - 1;
            if (lacksLayers || (layers == LayerChoice.Head && file.Head < 0))
            {
                continue;
            }
            MemorySamples samples = TinyModel.Samples(file, 8, Samples, 4, 100);
            using var engine = new EngineRun(file, job, samples);
            using var plain = new PlainNetwork(file);
            var trainer = new PlainTrainer(plain, job, samples, Trained(file, job));
            int[] before = engine.State();
            for (int step = 0; step < Steps; step++)
            {
                Assert.IsTrue(engine.Trainer.Step(step, Steps, null));
                trainer.Step(step, Steps);
                AssertEqual(engine, plain, $"step {step}");
            }
            int moved = engine.State().Zip(before, (a, b) => a == b ? 0 : 1).Sum();
            Assert.IsGreaterThan(before.Length / 10, moved, "parameters that have moved");
        }
    }

    [TestMethod]
    public void Weights_of_the_first_layer_step_as_if_the_input_spanned_one_unit()
    {
        AtmFile file = SampleModels.Residual();
        TrainingJob job = Job("rounding = nearest;learning-rate = 1");
        MemorySamples samples = TinyModel.Samples(file, 8, Samples, 4, 100);
        using var engine = new EngineRun(file, job, samples);
        using var plain = new PlainNetwork(file);
        Assert.IsTrue(engine.Trainer.Step(0, 1, null));
        var wrong = new PlainTrainer(plain, job, samples, Trained(file, job)) { Fault = Fault.NoInputSpan };
        wrong.Step(0, 1);
        int[] layers = SampleModels.WeightedLayers(file);
        bool[] differ = [.. layers.Select(layer => !engine.Weights(layer).SequenceEqual(plain.Weights(layer)))];
        CollectionAssert.AreEqual(layers.Select(layer => layer == layers[0]).ToArray(), differ);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("update = sequential")]
    [DataRow("perturbation = nodes;rounding = nearest")]
    [DataRow("parts = scales;learning-rate = 0.1")]
    public void An_aligned_network_is_trained_with_its_corrected_multipliers_and_biases(string lines)
    {
        AtmFile file = SampleModels.Residual(statistics: true);
        TrainingJob job = Job("method = align+zo;align-depth = 100;" + lines);
        MemorySamples samples = TinyModel.Samples(file, 8, Samples, 4, 100);
        using var engine = new EngineRun(file, job, samples);
        using var plain = new PlainNetwork(file);
        var random = new Random(1);
        foreach (int layer in SampleModels.WeightedLayers(file).Where(layer => layer != plain.Head))
        {
            float[] rescale =
            [
                .. Enumerable
                    .Range(0, plain.Channels(layer))
                    .Select(c => (float)(plain.Multiplier(layer, c) * (0.5 + random.NextDouble()))),
            ];
            int[] biases = [.. plain.Biases(layer).Select(bias => bias + random.Next(-50, 51))];
            plain.SetMultipliers(layer, rescale);
            plain.SetBiases(layer, biases);
            int[] words = [.. rescale.Select(value => BitConverter.SingleToInt32Bits(value))];
            engine.Arena.WriteWords(engine.Plan.AlignedMultipliersAt[layer], words, 0, words.Length);
            engine.Arena.WriteWords(engine.Plan.AlignedBiasAt[layer], biases, 0, biases.Length);
            engine.Network.Parameters.Aligned[layer] = true;
        }
        engine.Network.Parameters.ResetTrained();
        AssertEqual(engine, plain, "before");
        var trainer = new PlainTrainer(plain, job, samples, Trained(file, job));
        for (int step = 0; step < Steps; step++)
        {
            engine.Trainer.Step(step, Steps, null);
            trainer.Step(step, Steps);
            AssertEqual(engine, plain, $"step {step}");
        }
    }

    [TestMethod]
    public void Sequential_updates_differ_from_global_ones()
    {
        AtmFile file = SampleModels.Residual();
        CollectionAssert.AreNotEqual(After(file, Job("")).State, After(file, Job("update = sequential")).State);
        CollectionAssert.AreEqual(
            After(file, Job("layers = 8")).State,
            After(file, Job("layers = 8;update = sequential")).State,
            "with one layer there is no difference"
        );
    }

    [TestMethod]
    [DataRow("layers = all;rounding = nearest;learning-rate = 0.001")]
    [DataRow("layers = all;rounding = stochastic;learning-rate = 0.001")]
    [DataRow("layers = all;rounding = nearest;perturbation = nodes;queries = 20;learning-rate = 0.003")]
    [DataRow("layers = 3,5;perturbation = nodes;queries = 2")]
    [DataRow("layers = all;update = sequential;perturbation = nodes")]
    [DataRow("layers = all;update = sequential;perturbation = nodes;batch = 1")]
    [DataRow("layers = all;optimizer = momentum;augment-shift = 1;augment-gain = 60;perturbation = nodes;queries = 20")]
    [DataRow("layers = all;optimizer = adam;augment-flip = on;learning-rate = 0.001")]
    public void A_tight_arena_gives_the_bits_of_a_wide_one(string lines)
    {
        foreach (AtmFile file in (AtmFile[])[SampleModels.Residual(), Deep()])
        {
            var wide = After(file, Job(lines));
            int limits = 0;
            for (int limit = wide.Peak - 1; limit > 1024; limit -= Math.Max(1, wide.Peak / 60))
            {
                var tight = After(file, Job(lines + ";arena = " + limit));
                if (tight.Peak > limit)
                {
                    continue;
                }
                limits++;
                CollectionAssert.AreEqual(wide.State, tight.State, $"arena of {limit} bytes instead of {wide.Peak}");
                Assert.IsLessThanOrEqualTo(limit, tight.HighWater);
            }
            Assert.IsGreaterThan(0, limits, "limits below the wide plan that a plan was found for");
        }
    }

    [TestMethod]
    public void Tight_arenas_use_pending_values_earlier_cuts_and_several_tiles()
    {
        AtmFile file = Deep();
        bool pending = false;
        bool cut = false;
        bool tiles = false;
        foreach (string lines in (string[])["perturbation = nodes;queries = 20", "queries = 200;batch = 7"])
        {
            int wide = After(file, Job(lines)).Peak;
            for (int limit = wide; limit > 1024; limit -= 50)
            {
                TrainingJob job = Job(lines + ";arena = " + limit);
                using var arena = new Arena(1 << 20);
                arena.LoadModel(file.Bytes);
                var model = new QuantizedModel(arena);
                TrainingPlan plan = JobPlans.ForTraining(model, arena, job);
                if (plan.Peak > limit)
                {
                    continue;
                }
                pending |= plan.PendingAt >= 0;
                for (int layer = 0; layer < model.LayerCount; layer++)
                {
                    cut |= plan.IsTrained(layer) && plan.Cut[layer] < layer;
                    int room = plan.RegionBytes - plan.GradientStart(layer);
                    tiles |= plan.FormsNodes(layer) && room < model.Channels(layer) * plan.FilterGradientBytes(layer);
                }
            }
        }
        Assert.IsTrue(pending, "pending values");
        Assert.IsTrue(cut, "a probe that begins before its layer");
        Assert.IsTrue(tiles, "a gradient in several tiles");
    }

    [TestMethod]
    [DataRow("learning-rate = 1000")]
    [DataRow("optimizer = momentum;learning-rate = 1000")]
    [DataRow("optimizer = adam;augment-flip = on;learning-rate = 0.1")]
    public void Pending_values_are_the_ones_of_the_wide_plan(string more)
    {
        AtmFile file = Deep();
        string lines = "queries = 200;batch = 7;rounding = nearest;" + more;
        var wide = After(file, Job(lines), 2);
        int limit = PendingLimit(file, lines, wide.Peak);
        var tight = After(file, Job($"{lines};arena = {limit}"), 2);
        Assert.IsTrue(tight.Pending);
        CollectionAssert.AreEqual(wide.State, tight.State);
    }

    [TestMethod]
    public void The_learning_rate_falls_along_a_cosine_and_the_loss_is_that_before_the_step()
    {
        AtmFile file = SampleModels.Residual();
        TrainingJob job = Job("learning-rate = 0.25");
        MemorySamples samples = TinyModel.Samples(file, 8, Samples, 4, 100);
        using var engine = new EngineRun(file, job, samples);
        using var plain = new PlainNetwork(file);
        for (int step = 0; step < 3; step++)
        {
            foreach (int layer in SampleModels.WeightedLayers(file))
            {
                plain.SetWeights(layer, engine.Weights(layer));
                if (plain.HasBias(layer))
                {
                    plain.SetBiases(layer, engine.Biases(layer));
                }
            }
            double loss = 0;
            int[] batch = new PlainTrainer(plain, job, samples, []).Batch(step);
            foreach (int sample in batch)
            {
                plain.Load(samples.Values[sample]);
                plain.Run(0, plain.LastLayer);
                loss += plain.Loss(samples.Labels[sample]) / batch.Length;
            }
            engine.Trainer.Step(step, 3, null);
            Assert.AreEqual(loss, engine.Trainer.Loss, 1e-6);
            Assert.AreEqual(0.125 * (1 + Math.Cos(Math.PI * step / 3)), engine.Trainer.Rate, 1e-8);
        }
    }

    [TestMethod]
    public void Every_sample_is_used_once_an_epoch_in_an_order_that_changes()
    {
        AtmFile file = SampleModels.Residual();
        TrainingJob job = Job("layers = 9");
        MemorySamples samples = TinyModel.Samples(file, 8, Samples, 4, 100);
        var spy = new SampleSpy(samples);
        using var engine = new EngineRun(file, job, spy);
        Assert.AreEqual(3, job.Training.StepsPerEpoch(samples.Count));
        var orders = new List<string>();
        for (int epoch = 0; epoch < 3; epoch++)
        {
            spy.Loaded.Clear();
            for (int step = 0; step < 3; step++)
            {
                engine.Trainer.Step(3 * epoch + step, 9, null);
            }
            int[] order = [.. spy.Loaded.Distinct()];
            CollectionAssert.AreEquivalent(Enumerable.Range(0, Samples).ToArray(), order);
            orders.Add(string.Join(",", order));
        }
        Assert.HasCount(3, orders.Distinct());
    }

    [TestMethod]
    public void A_step_that_is_stopped_changes_no_parameter_and_can_be_taken_again()
    {
        AtmFile file = SampleModels.Residual();
        foreach (string lines in (string[])["", "update = sequential"])
        {
            TrainingJob job = Job(lines);
            MemorySamples samples = TinyModel.Samples(file, 8, Samples, 4, 100);
            using var undisturbed = new EngineRun(file, job, samples);
            undisturbed.Trainer.Step(0, Steps, null);
            int stopped = 0;
            for (int at = 1; at < 30; at++)
            {
                using var engine = new EngineRun(file, job, samples);
                int[] before = engine.State();
                if (!engine.Trainer.Step(0, Steps, new Countdown(at)))
                {
                    stopped++;
                    CollectionAssert.AreEqual(before, engine.State(), $"stopped at tick {at}");
                    Assert.IsTrue(engine.Trainer.Step(0, Steps, null));
                }
                CollectionAssert.AreEqual(undisturbed.State(), engine.State(), $"stopped at tick {at}");
            }
            Assert.IsGreaterThan(0, stopped);
        }
    }

    private static TrainingJob Job(string lines) =>
        EngineRun.Job(["batch = 3", "queries = 6", "learning-rate = 0.03", .. lines.Split(';')]);

    /// <summary>A chain whose activations are wide in the middle, so that it pays to begin a probe early.</summary>
    private static AtmFile Deep()
    {
        var spec = new LayerSpec
        {
            Kernel = 1,
            Channels = 2,
            Multipliers = [0.04],
            OutputScale = 0.1f,
            WeightRange = 30,
            BiasRange = 100,
        };
        return new TinyModel(4, 4, 4, 2)
            .Upsample()
            .Upsample()
            .Convolution(spec)
            .Convolution(spec with { Channels = 6 })
            .Convolution(spec with { Channels = 3, Kernel = 3, Stride = 2 })
            .Convolution(spec with { Channels = 4, Kernel = 3, Stride = 2 })
            .Head(spec with { Channels = 4 })
            .Build();
    }

    private static (int[] State, int Peak, int HighWater, bool Pending) After(
        AtmFile file,
        TrainingJob job,
        int steps = 3
    )
    {
        MemorySamples samples = TinyModel.Samples(file, 8, Samples, 4, 100);
        // A plan may need more than the limit of the job; then it is not run.
        using (var arena = new Arena(16))
        {
            arena.LoadModel(file.Bytes);
            var model = new QuantizedModel(arena);
            int peak = JobPlans.ForTraining(model, arena, job).Peak;
            if (peak > job.ArenaBytes)
            {
                return ([], peak, 0, false);
            }
        }
        using var engine = new EngineRun(file, job, samples);
        for (int step = 0; step < steps; step++)
        {
            Assert.IsTrue(engine.Trainer.Step(step, steps, null));
        }
        return (engine.State(), engine.Plan.Peak, engine.Arena.HighWater, engine.Plan.PendingAt >= 0);
    }

    private static int[] Trained(AtmFile file, TrainingJob job)
    {
        LayerChoice layers = job.Training.Layers;
        return layers == LayerChoice.All ? SampleModels.WeightedLayers(file)
            : layers == LayerChoice.Head ? [file.Head]
            : layers.Numbers
                ??
                [
                    .. SampleModels
                        .WeightedLayers(file)
                        .Where(layer => file.Word(layer, RecordField.Block) == layers.Block),
                ];
    }

    private static void AssertEqual(EngineRun engine, PlainNetwork plain, string when)
    {
        for (int layer = 0; layer < engine.Model.LayerCount; layer++)
        {
            if (engine.Plan.WeightsAt[layer] >= 0)
            {
                CollectionAssert.AreEqual(
                    plain.Weights(layer),
                    engine.Weights(layer),
                    $"weights of layer {layer}, {when}"
                );
            }
            if (engine.Plan.BiasAt[layer] >= 0)
            {
                CollectionAssert.AreEqual(
                    plain.Biases(layer),
                    engine.Biases(layer),
                    $"biases of layer {layer}, {when}"
                );
            }
            if (engine.Plan.MultipliersAt[layer] >= 0)
            {
                CollectionAssert.AreEqual(
                    Enumerable
                        .Range(0, engine.Model.Channels(layer))
                        .Select(c => BitConverter.SingleToInt32Bits((float)plain.Multiplier(layer, c)))
                        .ToArray(),
                    engine.Scales(layer),
                    $"multipliers of layer {layer}, {when}"
                );
            }
        }
    }
}
