namespace Attune.Tests.CortexM;

/// <summary>A network in its smallest arena.</summary>
/// <param name="ActivationBytes">Bytes of all activations that live at the same time.</param>
/// <param name="ChainMacs">Multiply-accumulates in chains.</param>
/// <param name="Macs">All multiply-accumulates.</param>
/// <param name="Runs">Runs that are compared.</param>
internal sealed record PlannedNetwork(int ActivationBytes, long ChainMacs, long Macs, int Runs);
