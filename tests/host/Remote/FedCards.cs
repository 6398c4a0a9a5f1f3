using System.Text;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Tests.Engine;

namespace Attune.Tests.Remote;

/// <summary>Whole card folders in memory, small enough for hundreds of runs.</summary>
internal static class FedCards
{
    public const string Job =
        "method = align+zo\nlayers = block 2\nepochs = 2\nbatch = 3\nqueries = 2\nlearning-rate = 0.01\nalign-groups = 2\n"
        + "arena = 1000000\ncheckpoint-steps = 3\nrollback = off\n";

    public static readonly AtmFile Model = SampleModels.Residual(statistics: true);

    public static MemoryStorage Create(string lines = "", int samples = 9)
    {
        var storage = new MemoryStorage();
        storage.Files["job.txt"] = Encoding.ASCII.GetBytes(Job + lines);
        storage.Files["model.atm"] = Model.Bytes;
        storage.Files["train.ats"] = Samples(1, samples);
        storage.Files["valid.ats"] = Samples(2, 21);
        return storage;
    }

    private static byte[] Samples(int seed, int count)
    {
        MemorySamples samples = TinyModel.Samples(Model, seed, count, 4, 100);
        return SampleBytes.File(count, 4, 4, 2, 0, 4, (sample, element) => samples.Values[sample][element]);
    }
}
