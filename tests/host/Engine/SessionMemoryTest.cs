using System.Runtime.CompilerServices;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Runs;

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
