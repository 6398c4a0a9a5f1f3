namespace Attune.Host.Data;

/// <summary>An image of an <see cref="ImageSet"/>.</summary>
/// <param name="Image">The pixels.</param>
/// <param name="Label">The class, 0..classes-1, or -1 where the set has no labels.</param>
/// <param name="Index">
/// Number of the image in the data it comes from, from 0. It stays with the image when a set is skipped, cut or
/// shuffled, so that a corruption drawn from it does not depend on the selection.
/// </param>
public sealed record LabeledImage(Image Image, int Label, int Index);
