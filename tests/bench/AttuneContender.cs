using Attune.Execution;
using Attune.Host.Import;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;

namespace Attune.Bench;

/// <summary>The engine with the kernels of this processor.</summary>
public sealed class AttuneContender : IContender
{
    private readonly Arena arena;
    private readonly Network network;
    private readonly byte[] input;
    private readonly byte[] output;
    private readonly int threads;

    /// <summary>Loads a model; the input is made of the seed.</summary>
    public AttuneContender(string path, int threads, int seed)
    {
        this.threads = threads;
        arena = Evaluator.Load(ModelLoader.Load(path).Bytes);
        var view = new QuantizedModel(arena);
        network = new Network(arena, view, MemoryPlan.ForInference(new PlanRequest(view, arena)));
        network.Use(ActivationLayout.ForInference(view, view.OutputTensor - 1));
        input = new byte[view.TensorBytes(0)];
        output = new byte[view.TensorBytes(view.OutputTensor)];
        new Random(seed).NextBytes(input);
    }

    /// <inheritdoc/>
    public void Run()
    {
        Threads.Apply(threads);
        arena.Write(network.TensorAt(0), input, 0, input.Length);
        network.Run(0, network.Model.OutputTensor - 1);
        arena.Read(network.TensorAt(network.Model.OutputTensor), output, 0, output.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();
}
