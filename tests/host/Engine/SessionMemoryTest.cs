using System.Reflection;
using System.Runtime.CompilerServices;
using Attune.Execution;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>What a stage works with goes when the stage has ended: a device's managed heap holds one stage at a time.</summary>
[TestClass]
public sealed class SessionMemoryTest
{
    private static readonly AtmFile Model = SampleModels.Residual(statistics: true);
    private static readonly MemorySamples Training = TinyModel.Samples(Model, 11, 11, 4, 100);
    private static readonly MemorySamples Validation = TinyModel.Samples(Model, 12, 33, 4, 100);

    [TestMethod]
    public void Networks_of_finished_stages_are_not_kept()
    {
        using var arena = new Arena(1000000);
        arena.LoadModel(Model.Bytes);
        TrainingJob job = TrainingJob.Parse("layers = auto\nepochs = 1\nbatch = 4\nqueries = 2\narena = 1000000");
        var session = new TrainingSession(arena, job, Training, Validation);
        List<WeakReference> networks = Run(session);
        Assert.IsGreaterThan(8, networks.Count);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        int alive = networks.Count(network => network.IsAlive);
        Assert.IsLessThanOrEqualTo(1, alive, $"{alive} of {networks.Count} networks");
        GC.KeepAlive(session);
    }

    [TestMethod]
    [DataRow("learning-rate = 0", DisplayName = "training stops at half time, so stages are passed over")]
    [DataRow("learning-rate = 0.1", DisplayName = "training runs to its end")]
    public void Stages_hold_a_network_only_while_they_run(string rate)
    {
        using var arena = new Arena(1000000);
        arena.LoadModel(Model.Bytes);
        TrainingJob job = TrainingJob.Parse(
            "layers = all\nepochs = 8\nbatch = 4\nqueries = 2\narena = 1000000\n" + rate
        );
        var session = new TrainingSession(arena, job, Training, Validation);
        _ = Run(session);
        int held = 0;
        for (int number = 0; Stage(session, number) is { } stage; number++)
        {
            held += Fields(stage).Count(field => field.GetValue(stage) is Network or ITrainer);
        }
        Assert.AreEqual(0, held);
    }

    /// <summary>A stage of the session's list, or null behind the last one.</summary>
    private static IStage? Stage(TrainingSession session, int number)
    {
        object list = Fields(session).Single(field => field.Name == "stages").GetValue(session)!;
        var stages = (System.Collections.ArrayList)Fields(list).Single(field => field.Name == "stages").GetValue(list)!;
        return number < stages.Count ? (IStage)stages[number]! : null;
    }

    private static FieldInfo[] Fields(object owner) =>
        owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Run(TrainingSession session)
    {
        var networks = new List<WeakReference> { new(session.Network) };
        IStage stage = session.Current;
        while (session.Advance(null!))
        {
            if (session.Current != stage)
            {
                stage = session.Current;
                networks.Add(new WeakReference(session.Network));
            }
        }
        return networks;
    }
}
