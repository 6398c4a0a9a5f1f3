using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>Where moments lie, and what happens to them.</summary>
public sealed partial class TrainerTest
{
    [TestMethod]
    public void Moments_that_have_moved_are_not_taken_back_by_a_stop()
    {
        AtmFile file = Deep();
        string lines = "queries = 200;batch = 7;optimizer = momentum";
        int limit = PendingLimit(file, lines, After(file, Job(lines), 1).Peak);
        TrainingJob job = Job($"{lines};arena = {limit}");
        MemorySamples samples = TinyModel.Samples(file, 8, Samples, 4, 100);
        using var undisturbed = new EngineRun(file, job, samples);
        undisturbed.Trainer.Step(0, Steps, null);
        undisturbed.Trainer.Step(1, Steps, null);
        int stopped = 0;
        for (int at = 1; at <= 40; at++)
        {
            using var engine = new EngineRun(file, job, samples);
            if (!engine.Trainer.Step(0, Steps, new Countdown(at)))
            {
                stopped++;
                Assert.IsTrue(engine.Trainer.Step(0, Steps, null));
            }
            engine.Trainer.Step(1, Steps, null);
            CollectionAssert.AreEqual(undisturbed.State(), engine.State(), $"stopped at tick {at}");
        }
        Assert.IsGreaterThan(0, stopped);
    }

    [TestMethod]
    [DataRow("optimizer = momentum", 4)]
    [DataRow("optimizer = adam", 8)]
    [DataRow("optimizer = adam;parts = biases", 8)]
    [DataRow("optimizer = sgd", 0)]
    public void The_plan_has_moments_of_what_moves_in_its_state_and_they_begin_at_zero(string lines, int bytes)
    {
        AtmFile file = SampleModels.Residual();
        MemorySamples samples = TinyModel.Samples(file, 8, Samples, 4, 100);
        using var engine = new EngineRun(file, Job(lines), samples);
        TrainingPlan plan = engine.Plan;
        int planned = Enumerable
            .Range(0, plan.ItemCount)
            .Where(item => plan.ItemKind(item) == PlanItem.Moments)
            .Sum(plan.ItemBytes);
        Assert.AreEqual(bytes * engine.State().Length, plan.TrainerStateBytes);
        // The gap before the scratch counts for the part before it.
        Assert.IsLessThan(16, planned - plan.TrainerStateBytes);
        Assert.AreEqual(plan.StateEnd, plan.TrainerStateAt + plan.TrainerStateBytes);
        if (bytes > 0)
        {
            engine.Trainer.Step(0, Steps, null);
            Assert.IsTrue(Moments(engine).Any(word => word != 0));
            engine.Network.Parameters.ResetTrained();
            Assert.IsTrue(Moments(engine).All(word => word == 0));
        }
    }

    private static int[] Moments(EngineRun engine)
    {
        var words = new int[engine.Plan.TrainerStateBytes / 4];
        engine.Arena.ReadWords(engine.Plan.TrainerStateAt, words, 0, words.Length);
        return words;
    }

    /// <summary>The largest arena, in steps of 50 bytes, in which new values of a job have to wait.</summary>
    private static int PendingLimit(AtmFile file, string lines, int wide)
    {
        for (int limit = wide; limit > 1024; limit -= 50)
        {
            using var arena = new Arena(1 << 20);
            arena.LoadModel(file.Bytes);
            TrainingPlan plan = JobPlans.ForTraining(new QuantizedModel(arena), arena, Job($"{lines};arena = {limit}"));
            if (plan.PendingAt >= 0 && plan.Peak <= limit)
            {
                return limit;
            }
        }
        throw new AssertFailedException("no limit leads to pending values");
    }
}
