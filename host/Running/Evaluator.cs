using System.Runtime.ExceptionServices;
using Attune.Data;
using Attune.Execution;
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
        int next = 0;
        const int Part = 16;
        try
        {
            RunThreads();
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
        return correct;

        void RunThreads() =>
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
                    if (view.LogitsTensor < 0)
                    {
                        throw new ModelException("the model is no classifier, so it has no accuracy");
                    }
                    if (samples.SampleBytes != view.TensorBytes(0))
                    {
                        throw new ModelException(
                            $"the samples have {samples.SampleBytes} values, the model's input has {view.TensorBytes(0)}; pack them for this model"
                        );
                    }
                    var network = new Network(arena, view, MemoryPlan.ForInference(new PlanRequest(view, arena)));
                    for (int first; (first = Interlocked.Add(ref next, Part) - Part) < samples.Count; )
                    {
                        int count = Math.Min(Part, samples.Count - first);
                        Interlocked.Add(ref correct, network.CountCorrect(samples, first, count));
                        progress?.Invoke(count);
                    }
                }
            );
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
}
