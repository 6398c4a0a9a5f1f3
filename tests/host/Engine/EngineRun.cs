using Attune.Data;
using Attune.Execution;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>The engine's trainer over a model, set up as a session would.</summary>
internal sealed class EngineRun : IDisposable
{
    public EngineRun(AtmFile file, TrainingJob job, ISampleSource samples, bool[]? trained = null)
    {
        Arena = new Arena(job.ArenaBytes);
        Arena.LoadModel(file.Bytes);
        Model = new QuantizedModel(Arena);
        var request = new PlanRequest(Model, Arena)
        {
            Limit = job.ArenaBytes,
            Aligned = job.Align ? job.Alignment.Layers(Model) : null,
        };
        trained ??= job.Training.Layers.Resolve(Model);
        Plan = TrainingPlan.Of(request, job.Method, job.Training, trained);
        Network = new Network(Arena, Model, Plan);
        Trainer = job.Method.Create(Network, job.Training, samples);
        Network.Parameters.ResetTrained();
    }

    public Arena Arena { get; }

    public QuantizedModel Model { get; }

    public TrainingPlan Plan { get; }

    public Network Network { get; }

    public ITrainer Trainer { get; }

    /// <summary>A job from lines of job.txt, on top of: method zo, all layers, wide arena.</summary>
    public static TrainingJob Job(params string[] lines) =>
        TrainingJob.Parse("method = zo\nlayers = all\narena = 4000000\n" + string.Join("\n", lines));

    public sbyte[] Weights(int layer)
    {
        var bytes = new byte[Model.WeightCount(layer)];
        Arena.Read(Plan.WeightsAt[layer], bytes, 0, bytes.Length);
        return (sbyte[])(Array)bytes;
    }

    public int[] Biases(int layer)
    {
        var words = new int[Model.Channels(layer)];
        Arena.ReadWords(Plan.BiasAt[layer], words, 0, words.Length);
        return words;
    }

    /// <summary>Trained multipliers, as the bits of float32.</summary>
    public int[] Scales(int layer)
    {
        var words = new int[Model.Channels(layer)];
        Arena.ReadWords(Plan.MultipliersAt[layer], words, 0, words.Length);
        return words;
    }

    /// <summary>All trained weights, biases and multipliers, layer by layer.</summary>
    public int[] State()
    {
        var state = new List<int>();
        for (int layer = 0; layer < Model.LayerCount; layer++)
        {
            state.AddRange(Plan.WeightsAt[layer] >= 0 ? Weights(layer).Select(weight => (int)weight) : []);
            state.AddRange(Plan.BiasAt[layer] >= 0 ? Biases(layer) : []);
            state.AddRange(Plan.MultipliersAt[layer] >= 0 ? Scales(layer) : []);
        }
        return [.. state];
    }

    /// <summary>So many float32 of the arena.</summary>
    public float[] Floats(int offset, int count)
    {
        var words = new int[count];
        Arena.ReadWords(offset, words, 0, count);
        return [.. words.Select(BitConverter.Int32BitsToSingle)];
    }

    /// <summary>Loss differences of a layer's probes in the last step: [n * Q + q]; for a run that trains it alone.</summary>
    public float[] Deltas(int layer, int count)
    {
        var words = new int[count];
        Arena.ReadWords(Plan.DeltasOf(layer), words, 0, count);
        return [.. words.Select(BitConverter.Int32BitsToSingle)];
    }

    public void Dispose() => Arena.Dispose();
}
