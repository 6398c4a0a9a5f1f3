namespace Attune.Host.Data;

/// <summary>A sample of a .ats file.</summary>
/// <param name="Label">Its class, or -1 where the file has no labels.</param>
/// <param name="Elements">Its values in H, W, C order, of the file's <see cref="SampleType"/>.</param>
public readonly record struct Sample(int Label, byte[] Elements);
