namespace Attune.Host.Baselines;

/// <summary>
/// A training method that others use, to compare with: the same model, samples and budget of forwards give an adapted model.
/// The same task gives the same result for any number of threads.
/// </summary>
public interface IBaseline
{
    /// <summary>Its name in results, such as <c>int8-full</c>.</summary>
    string Name { get; }

    /// <summary>The learning rate of a task that names none; how it was chosen stands at <see cref="BaselineMethods"/>.</summary>
    double LearningRate { get; }

    /// <summary>Adapts a model. What a sample of a step costs stands at the method.</summary>
    /// <param name="task">What to do.</param>
    /// <param name="progress">Told after steps, see <see cref="BaselineTask.ReportEvery"/>; or null.</param>
    /// <param name="cancellation">Stops between steps, or between samples of a long step.</param>
    /// <exception cref="Model.ModelException">Model and samples do not fit together, or the model is no classifier.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    BaselineResult Run(
        BaselineTask task,
        Action<BaselineProgress>? progress = null,
        CancellationToken cancellation = default
    );
}
