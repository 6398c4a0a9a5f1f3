using System.Runtime.ExceptionServices;
using Attune.Data;
using Attune.Execution;
using Attune.Host.Model;
using Attune.Memory;
using Attune.Model;

namespace Attune.Host.Running;

/// <summary>Accuracy of a model on labelled samples, several threads with an arena each.</summary>
public static class Evaluator
{
    /// <summary>Number of samples whose largest class score has the label's number; the first of equal scores counts.</summary>
    /// <param name="model">Bytes of an .atm model.</param>
    /// <param name="open">Opens the samples; called once a thread, disposed if disposable.</param>
    /// <param name="threads">1 or more; the result does not depend on it.</param>
    /// <param name="progress">Told the number of samples done since the last call; from several threads.</param>
    /// <exception cref="ModelException">The model is no classifier.</exception>
    public static int CountCorrect(byte[] model, Func<ISampleSource> open, int threads, Action<int>? progress = null)
    {
        int correct = 0;
        Run(
            model,
            open,
            threads,
            (network, samples, first, count) =>
            {
                Interlocked.Add(ref correct, network.CountCorrect(samples, first, count));
                progress?.Invoke(count);
            }
        );
        return correct;
    }

    /// <summary>What a model says of each labelled sample.</summary>
    /// <param name="model">Bytes of an .atm model.</param>
    /// <param name="open">Opens the samples; called once a thread and once more, disposed if disposable.</param>
    /// <param name="threads">1 or more; the result does not depend on it.</param>
    /// <param name="progress">Told the number of samples done since the last call; from several threads.</param>
    /// <exception cref="ModelException">The model is no classifier.</exception>
    public static Predictions Predict(byte[] model, Func<ISampleSource> open, int threads, Action<int>? progress = null)
    {
        int total = Count(open);
        int[] labels = new int[total];
        int[] said = new int[total];
        sbyte[]? logits = null;
        int classes = 0;
        using (Arena arena = Load(model))
        {
            var view = new QuantizedModel(arena);
            classes = view.ClassCount;
            logits = HasOneLogit(view) ? new sbyte[total] : null;
        }
        Run(
            model,
            open,
            threads,
            (network, samples, first, count) =>
            {
                network.UseInference();
                for (int index = first; index < first + count; index++)
                {
                    labels[index] = network.Load(samples, index);
                    said[index] = network.Classify();
                    if (logits is not null)
                    {
                        logits[index] = Logit(network);
                    }
                }
                progress?.Invoke(count);
            }
        );
        return new Predictions(classes, labels, said, logits);
    }

    /// <summary>Predicted classes of the first samples.</summary>
    public static int[] Classify(byte[] model, ISampleSource samples, int count)
    {
        using Arena arena = Load(model);
        var view = new QuantizedModel(arena);
        var network = new Network(arena, view, MemoryPlan.ForInference(new PlanRequest(view, arena)));
        network.Use(ActivationLayout.ForInference(view, view.OutputTensor - 1));
        var classes = new int[count];
        for (int index = 0; index < count; index++)
        {
            network.Load(samples, index);
            classes[index] = network.Classify();
        }
        return classes;
    }

    /// <summary>Opens an arena just large enough for inference and loads a model into it.</summary>
    public static Arena Load(byte[] model)
    {
        int bytes;
        using (var probe = new Arena(16))
        {
            probe.LoadModel(model);
            bytes = MemoryPlan.ForInference(new PlanRequest(new QuantizedModel(probe), probe)).Peak;
        }
        var arena = new Arena(bytes);
        arena.LoadModel(model);
        return arena;
    }

    private static bool HasOneLogit(QuantizedModel model) =>
        model.LogitsTensor >= 0 && model.TensorBytes(model.LogitsTensor) == 1;

    private static sbyte Logit(Network network)
    {
        byte[] value = new byte[1];
        network.Arena.Read(network.TensorAt(network.Model.LogitsTensor), value, 0, 1);
        return (sbyte)value[0];
    }

    private static int Count(Func<ISampleSource> open)
    {
        ISampleSource samples = open();
        using var owned = samples as IDisposable;
        return samples.Count;
    }

    /// <summary>Runs parts of the samples on several threads, each with an arena and a network of its own.</summary>
    private static void Run(
        byte[] model,
        Func<ISampleSource> open,
        int threads,
        Action<Network, ISampleSource, int, int> part
    )
    {
        const int Part = 16;
        int next = 0;
        try
        {
            Parallel.For(
                0,
                threads,
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                _ =>
                {
                    ISampleSource samples = open();
                    using var owned = samples as IDisposable;
                    using Arena arena = Load(model);
                    var view = new QuantizedModel(arena);
                    Check(view, samples);
                    var network = new Network(arena, view, MemoryPlan.ForInference(new PlanRequest(view, arena)));
                    for (int first; (first = Interlocked.Add(ref next, Part) - Part) < samples.Count; )
                    {
                        part(network, samples, first, Math.Min(Part, samples.Count - first));
                    }
                }
            );
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }

    private static void Check(QuantizedModel model, ISampleSource samples)
    {
        if (model.ClassCount == 0)
        {
            throw new ModelException(
                $"the model gives no class scores ({OutputKinds.Names[Math.Max(model.OutputKind, OutputKind.Values)]}), so it has no "
                    + "accuracy; if its outputs are class scores, import it with --outputs classes or logit"
            );
        }
        if (samples.Classes > model.ClassCount)
        {
            throw new ModelException(
                $"the samples have labels of {samples.Classes} classes, the model tells {model.ClassCount} apart; take the samples of its classes"
            );
        }
        if (samples.SampleBytes != model.TensorBytes(0))
        {
            throw new ModelException(
                $"the samples have {samples.SampleBytes} values, the model's input has {model.TensorBytes(0)}; pack them for this model"
            );
        }
    }
}
