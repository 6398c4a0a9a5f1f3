namespace Attune.Host.Reference.Training;

/// <summary>State of a training run after a step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Mean loss of the step's samples before the step.</param>
public readonly record struct TrainingProgress(int Step, int Steps, double Loss);
