using Attune.Host.Model;
using Attune.Host.Reference;
using Attune.Host.Reference.Training;

namespace Attune.Host.Baselines;

/// <summary>
/// Back-propagation on the real-quantized network with quantization-aware scaling (Lin et al., On-Device Training Under 256KB
/// Memory, 2022; eq. 14 and 15 of the paper): integer forward, straight-through gradient, weights stay int8 and biases int32, no
/// copy in floating point, no momentum, gradients accumulated over the batch. Cost of a sample: one forward, and two for the
/// layers from the first trained one on.
/// </summary>
/// <param name="name">Name in results.</param>
/// <param name="learningRate">Rate of tasks that name none.</param>
/// <param name="select">
/// The parameters that a task without a list of layers trains, by default all; a list trains the weights and biases of its layers.
/// </param>
public sealed class IntegerBackPropagation(
    string name,
    double learningRate,
    Func<AtmFile, TrainableParameters>? select = null
) : IBaseline
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
        TrainableParameters trained =
            task.Layers is { } layers ? TrainableParameters.Layers([.. layers])
            : select is null ? TrainableParameters.All
            : select(file);
        var parameters = new IntegerParameters(file);
        using var pass = new IntegerBatchPass(file, parameters, trained, task.Threads);
        var gradients = new ParameterGradients(FloatNetwork.FromAtm(file));
        var meter = new BudgetMeter(task, parameters.MacsFrom(0), progress);
        var schedule = new MinibatchSchedule(task.Samples.Count, task.BatchSize, task.Seed);
        long sampleMacs = parameters.MacsFrom(0) + 2 * parameters.MacsFrom(pass.First);
        int steps = meter.StepsOf(sampleMacs);
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlyMemory<int> batch = schedule.Next();
            gradients.Clear();
            double loss = pass.AddGradients(task.Samples, batch, gradients, cancellation);
            double rate = BudgetMeter.Rate(task.LearningRate ?? learningRate, step, steps);
            Update(parameters, gradients, trained, rate / batch.Length);
            pass.Refresh();
            meter.Step(
                batch.Length * sampleMacs,
                loss / batch.Length,
                schedule.EpochEnded,
                () => new BaselineModel(parameters.ToModel())
            );
        }
        return meter.Result(new BaselineModel(parameters.ToModel()));
    }

    /// <summary>One step from gradients by real weights and biases: d loss / d w_q = s_w d loss / d w.</summary>
    private static void Update(
        IntegerParameters parameters,
        ParameterGradients gradients,
        TrainableParameters trained,
        double rate
    )
    {
        foreach (int layer in parameters.TrainableLayers())
        {
            for (int i = 0; trained.HasWeights(layer) && i < parameters.Weights[layer].Length; i++)
            {
                double scale = parameters.WeightScale(layer, parameters.ChannelOf(layer, i));
                parameters.StepWeight(layer, i, scale * gradients.Weights[layer][i], rate);
            }
            for (int c = 0; trained.HasBiases(layer) && c < parameters.Biases[layer].Length; c++)
            {
                double scale = parameters.BiasScale(layer, c);
                parameters.StepBias(layer, c, scale * gradients.Bias[layer][c], rate);
            }
        }
    }
}
