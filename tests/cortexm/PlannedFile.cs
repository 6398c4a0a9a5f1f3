using Attune.Execution;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;

namespace Attune.Tests.CortexM;

/// <summary>
/// Writes a network as the engine lays it out in the smallest arena, with what it must compute there, as
/// interop-native/bench/planned.c reads it: words "ATTP", model bytes, arena bytes, groups, runs, offset and size of the
/// result in the arena; the model; the arena with bindings and input; for each group the words first layer, layers,
/// binding and lines; for each run the words probed layer (-1: none), mode, both halves of the seed, and the result.
/// </summary>
internal static class PlannedFile
{
    /// <summary>Writes the file: the clean run, and probes of the weights and of the nodes of layers in chains.</summary>
    /// <param name="path">The file.</param>
    /// <param name="file">The network.</param>
    /// <param name="input">Its input.</param>
    /// <returns>Bytes of its activations and multiply-accumulates in chains and in all.</returns>
    public static PlannedNetwork Write(string path, AtmFile file, byte[] input)
    {
        using var probe = new Arena(1 << 20);
        probe.LoadModel(file.Bytes);
        MemoryPlan plan = MemoryPlan.ForInference(new PlanRequest(new QuantizedModel(probe), probe) { Limit = 0 });
        using var arena = new Arena(plan.Peak);
        arena.LoadModel(file.Bytes);
        var model = new QuantizedModel(arena);
        var network = new Network(arena, model, plan);
        network.UseInference();
        arena.Write(network.TensorAt(0), input, 0, input.Length);
        byte[] image = Read(arena, 0, arena.Size);
        var groups = new List<int[]>();
        long inChains = 0;
        for (int first = 0; first < model.OutputTensor; first = plan.Chains.Last(first) + 1)
        {
            int last = plan.Chains.Last(first);
            groups.Add([first, last - first + 1, Network.BindingAt(first), model.Dimension(last + 1, 1)]);
            inChains += first < last ? Enumerable.Range(first, last - first + 1).Sum(model.Macs) : 0;
        }
        var runs = new List<(int Layer, int Mode)> { (-1, 0) };
        runs.AddRange(
            Enumerable
                .Range(0, model.OutputTensor)
                .Where(layer => plan.Chains.InChain(layer) && model.HasWeights(layer))
                .SelectMany(layer =>
                    new[] { (layer, RunMode.ProbeWeights | RunMode.ProbeBiases), (layer, RunMode.ProbeNodes) }
                )
        );
        int resultAt = network.TensorAt(model.OutputTensor);
        int resultBytes = model.TensorBytes(model.OutputTensor);
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("ATTP"u8);
        int[] header = [file.Bytes.Length, arena.Size, groups.Count, runs.Count, resultAt, resultBytes];
        Array.ForEach(header, writer.Write);
        writer.Write(file.Bytes);
        writer.Write(image);
        groups.ForEach(group => Array.ForEach(group, writer.Write));
        foreach (var (layer, mode) in runs)
        {
            uint low = (uint)(1000 + layer);
            const uint high = 77;
            arena.Write(0, image, 0, image.Length);
            network.Run(0, model.OutputTensor - 1, layer, mode, low, high);
            writer.Write(layer);
            writer.Write(mode);
            writer.Write(low);
            writer.Write(high);
            writer.Write(Read(arena, resultAt, resultBytes));
        }
        long all = Enumerable.Range(0, model.LayerCount).Sum(model.Macs);
        return new PlannedNetwork(plan.InferenceLayout().Size, inChains, all, runs.Count);
    }

    private static byte[] Read(Arena arena, int offset, int count)
    {
        byte[] bytes = new byte[count];
        arena.Read(offset, bytes, 0, count);
        return bytes;
    }
}
