namespace Attune.Host.Baselines;

/// <summary>What a baseline has made.</summary>
/// <param name="Model">The adapted model.</param>
/// <param name="Steps">Updates made.</param>
/// <param name="Macs">Multiply-accumulates used, as <see cref="BaselineTask.Forwards"/> counts them.</param>
/// <param name="Forwards">The same in full forwards of one sample.</param>
public sealed record BaselineResult(BaselineModel Model, int Steps, long Macs, double Forwards);
