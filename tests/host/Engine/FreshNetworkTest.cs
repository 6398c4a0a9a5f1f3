using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Host.Reference.Demo;
using Attune.Host.Reference.Quantization;
using Attune.Host.Running;
using Attune.Runs;

namespace Attune.Tests.Engine;

/// <summary>Training from random weights, in integers alone.</summary>
[TestClass]
public sealed class FreshNetworkTest
{
    private const int Pictures = 600;
    private const int Tested = 300;

    [TestMethod]
    public void The_demo_network_learns_the_pictograms_from_random_weights()
    {
        AtmFile random = RandomNetwork.Randomize(DemoNetwork.Load(), 1, null, "demo.atm");
        MemorySamples test = Samples(PictogramSet.Test, Tested);
        int before = Evaluator.CountCorrect(random.Bytes, () => test, 1);

        byte[] trained = Train(random, "epochs = 8\nbatch = 8\nlearning-rate = 0.05\nrounding = carried");

        int after = Evaluator.CountCorrect(trained, () => test, 1);
        Assert.IsLessThan(0.3 * Tested, before);
        Assert.IsGreaterThan(0.8 * Tested, after, $"{after} of {Tested} after {before}");
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(1)]
    public void Steps_far_below_a_unit_move_nothing_to_nearest_and_add_up_when_carried(int batch)
    {
        AtmFile model = SampleModels.Residual();
        MemorySamples samples = TinyModel.Samples(model, 8, 8, 4, 100);
        int Moved(string rounding)
        {
            TrainingJob job = EngineRun.Job(
                "method = learn",
                $"batch = {batch}",
                "quantization-scaling = off",
                "learning-rate = 0.02",
                "rounding = " + rounding
            );
            using var engine = new EngineRun(model, job, samples);
            int head = SampleModels.WeightedLayers(model)[^1];
            sbyte[] start = engine.Weights(head);
            int moved = 0;
            for (int step = 0; step < 400; step++)
            {
                engine.Trainer.Step(step, 800, null);
                sbyte[] now = engine.Weights(head);
                moved += start.Zip(now).Count(pair => pair.First != pair.Second);
                start = now;
            }
            return moved;
        }

        Assert.AreEqual(0, Moved("nearest"));
        Assert.IsGreaterThan(0, Moved("carried"));
    }

    private static byte[] Train(AtmFile model, string lines)
    {
        TrainingJob job = TrainingJob.Parse($"method = learn\nlayers = all\nrollback = off\narena = 262144\n{lines}");
        return Host
            .Bench.SessionRun.Run(
                model.Bytes,
                job,
                Samples(PictogramSet.Field, Pictures),
                null,
                null,
                0,
                CancellationToken.None
            )
            .Model;
    }

    private static MemorySamples Samples(ulong seed, int count)
    {
        using var set = new PictogramSet(seed, count);
        return Host.Bench.Tasks.PixelSamples.Of(set);
    }
}
