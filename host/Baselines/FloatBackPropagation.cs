using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;

namespace Attune.Host.Baselines;

/// <summary>
/// FP32 back-propagation of the dequantized network: stochastic gradient descent without momentum or weight decay, cosine decay
/// (the paper's FP32 FullTrain, section 4.1). Cost of a sample: one forward, and two for the layers from the first trained one on.
/// </summary>
/// <param name="name">Name in results.</param>
/// <param name="learningRate">Rate of tasks that name none.</param>
/// <param name="weights">Whether weights are trained, or biases alone.</param>
public sealed class FloatBackPropagation(string name, double learningRate, bool weights) : IBaseline
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public double LearningRate => learningRate;

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
        IEnumerable<int> layers = task.Layers ?? parameters.TrainableLayers();
        long sampleMacs = parameters.MacsFrom(0) + 2 * parameters.MacsFrom(layers.Min());
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
                Momentum = 0,
                Seed = task.Seed,
                Threads = task.Threads,
                Parameters = TrainableParameters.Of(weights ? layers : [], layers),
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
