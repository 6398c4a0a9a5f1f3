using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;
using Attune.Model;

namespace Attune.Host.Baselines;

/// <summary>
/// FP32 back-propagation of the dequantized network: stochastic gradient descent with cosine decay; as the options stand without
/// momentum or weight decay (the paper's FP32 FullTrain, section 4.1). Cost of a sample: one forward, and two for the layers from
/// the first trained one on.
/// </summary>
/// <param name="name">Name in results.</param>
/// <param name="learningRate">Rate of tasks that name none.</param>
/// <param name="training">What is trained and how; null: everything.</param>
public sealed class FloatBackPropagation(string name, double learningRate, FloatTrainingOptions? training = null)
    : IBaseline
{
    private readonly FloatTrainingOptions training = training ?? new FloatTrainingOptions();

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public double LearningRate => learningRate;

    /// <summary>Budget of a task (<see cref="BaselineTask.Forwards"/>) that pays for so many passes over the samples.</summary>
    /// <param name="file">The model.</param>
    /// <param name="samples">Number of samples.</param>
    /// <param name="epochs">Passes over them.</param>
    public long ForwardsOf(AtmFile file, int samples, int epochs)
    {
        var parameters = new IntegerParameters(file);
        TrainedParts parts = training.Parts(file);
        double crossed = parts.IsEmpty ? 0 : parameters.MacsFrom(parts.First);
        return (long)Math.Ceiling((double)samples * epochs * (1 + 2 * crossed / parameters.MacsFrom(0)));
    }

    /// <inheritdoc/>
    public BaselineResult Run(
        BaselineTask task,
        Action<BaselineProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(task);
        AtmFile file = task.Check();
        var parameters = new IntegerParameters(file); // for its counts
        TrainedParts parts = training.Parts(file).Within(task.Layers);
        if (parts.IsEmpty)
        {
            throw new ModelException($"{name} trains none of the layers {string.Join(", ", task.Layers ?? [])}");
        }
        long sampleMacs = parameters.MacsFrom(0) + 2 * parameters.MacsFrom(parts.First);
        var meter = new BudgetMeter(task, parameters.MacsFrom(0), progress);
        FloatNetwork network = FloatNetwork.FromAtm(file);
        int steps = meter.StepsOf(sampleMacs);
        if (steps > 0)
        {
            int stepsPerEpoch = (task.Samples.Count + task.BatchSize - 1) / task.BatchSize;
            var options = new SgdOptions
            {
                Steps = steps,
                BatchSize = task.BatchSize,
                LearningRate = task.LearningRate ?? learningRate,
                Momentum = training.Momentum,
                WeightDecay = training.WeightDecay,
                Augmentation = training.Augmentation,
                Seed = task.Seed,
                Threads = task.Threads,
                Parameters = TrainableParameters.Of(parts.Weights, parts.Biases),
            };
            SgdTrainer.Train(network, new DequantizedSamples(file, task.Samples), options, Count, cancellation);

            void Count(TrainingProgress step)
            {
                int place = (step.Step - 1) % stepsPerEpoch;
                int size = Math.Min(task.BatchSize, task.Samples.Count - place * task.BatchSize);
                bool epochEnded = place == stepsPerEpoch - 1;
                meter.Step(size * sampleMacs, step.Loss, epochEnded, () => new(network.Clone(), file));
            }
        }
        return meter.Result(new BaselineModel(network, file));
    }
}
