using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Tests.Engine;

/// <summary>Networks with a single score for two classes.</summary>
[TestClass]
public sealed class OneLogitTest
{
    private static readonly AtmFile Model = Build();
    private static readonly MemorySamples Training = Samples(1, 200);
    private static readonly MemorySamples Validation = Samples(2, 200);

    [TestMethod]
    public void They_have_two_classes_that_part_at_zero()
    {
        Assert.AreEqual(2, Model.ClassCount);
        int[] classes = Evaluator.Classify(Model.Bytes, Validation, 60);
        for (int sample = 0; sample < classes.Length; sample++)
        {
            using var network = new PlainNetwork(Model) { QuantizedScores = true };
            network.Load(Validation.Values[sample]);
            network.Run(0, Model.LayerCount - 1);
            int zero = Model.Word(Model.LogitsTensor - 1, RecordField.OutputZero);
            Assert.AreEqual(network.Tensor(Model.LogitsTensor)[0] > zero ? 1 : 0, classes[sample]);
        }
        Assert.AreEqual(2, classes.Distinct().Count());
    }

    [TestMethod]
    public void The_reference_loss_is_the_logistic_loss()
    {
        Span<float> gradient = stackalloc float[1];
        foreach (float z in (float[])[-30, -2.5f, 0, 0.7f, 12])
        {
            Assert.AreEqual(Math.Log(1 + Math.Exp(-(double)z)), SoftmaxLoss.Evaluate([z], 1, gradient), 1e-7);
            Assert.AreEqual(1 / (1 + Math.Exp(-(double)z)) - 1, gradient[0], 1e-6);
            Assert.AreEqual(Math.Log(1 + Math.Exp((double)z)), SoftmaxLoss.Evaluate([z], 0, gradient), 1e-6);
            Assert.AreEqual(1 / (1 + Math.Exp(-(double)z)), gradient[0], 1e-6);
        }
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SoftmaxLoss.Evaluate([1f], 2));
    }

    [TestMethod]
    [DataRow("head = exact\nlayers = head\nlearning-rate = 0.1")]
    [DataRow("head = probed\nlayers = all\nlearning-rate = 0.1\nqueries = 20")]
    [DataRow("head = exact\nlayers = all\nlearning-rate = 0.1\nqueries = 20")]
    public void Training_with_labels_parts_the_classes(string lines)
    {
        TrainingJob job = TrainingJob.Parse("method = zo\nepochs = 6\narena = 1000000\n" + lines);
        var storage = new MemoryStorage();
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(Model.Bytes);
        var run = new CardRun(storage, arena, job, Training, Validation);
        Assert.IsTrue(run.Run(new Countdown(int.MaxValue)));
        SessionState state = run.Session.State;
        Assert.IsFalse(state.RolledBack);
        Assert.IsLessThan(140, state.CorrectBefore);
        Assert.IsGreaterThan(170, state.CorrectAfter, $"{state.CorrectBefore} before");
    }

    [TestMethod]
    public void Samples_of_three_classes_do_not_fit()
    {
        MemorySamples three = Training with { Classes = 3 };
        TrainingJob job = TrainingJob.Parse("method = zo\nlayers = head\narena = 1000000");
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(Model.Bytes);
        Assert.Contains(
            "3 classes",
            Assert.ThrowsExactly<JobException>(() => new TrainingSession(arena, job, three, null)).Message
        );
    }

    private static AtmFile Build() =>
        new TinyModel(3, 6, 6, 2)
            .Convolution(
                new LayerSpec
                {
                    Kernel = 3,
                    Pad = 1,
                    Channels = 6,
                    Multipliers = [0.03, 0.03, 0.03, 0.03, 0.03, 0.03],
                    OutputScale = 0.05f,
                    OutputZero = -128,
                    ActMin = -128,
                    WeightRange = 20,
                    BiasRange = 100,
                }
            )
            .AveragePool(6)
            .Head(
                new LayerSpec
                {
                    Channels = 1,
                    Multipliers = [0.05],
                    OutputScale = 0.05f,
                    OutputZero = 4,
                    WeightRange = 30,
                    BiasRange = 30,
                }
            )
            .Build();

    /// <summary>Each class is brighter in its own channel.</summary>
    private static MemorySamples Samples(int seed, int count)
    {
        MemorySamples plain = TinyModel.Samples(Model, seed, count, 2, 40);
        for (int sample = 0; sample < count; sample++)
        {
            byte[] values = plain.Values[sample];
            for (int i = 0; i < values.Length; i++)
            {
                int channel = i % 2;
                int shift = channel == plain.Labels[sample] ? 30 : -30;
                values[i] = (byte)(sbyte)Math.Clamp((sbyte)values[i] + shift, -128, 127);
            }
        }
        return plain;
    }
}
