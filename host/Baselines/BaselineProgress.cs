namespace Attune.Host.Baselines;

/// <summary>State of a baseline after a step.</summary>
/// <param name="Steps">Steps done.</param>
/// <param name="Forwards">Full-forward equivalents used so far.</param>
/// <param name="Loss">Mean loss of the last step's samples before the step; of MeZO the mean of both probes.</param>
/// <param name="Snapshot">Makes a copy of the model as it is now; to be called inside the callback.</param>
public sealed record BaselineProgress(int Steps, double Forwards, double Loss, Func<BaselineModel> Snapshot);
