namespace Attune.DeviceCheck;

/// <summary>Something that a device project does and the device cannot.</summary>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Place">Where: a source line, or type, method and IL offset.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Instead">What to do.</param>
public sealed record Finding(string Assembly, string Place, string What, string Instead)
{
    /// <inheritdoc/>
    public override string ToString() =>
        (Place.Length > 0 ? $"{Assembly}: {Place}: " : $"{Assembly}: ") + $"{What}; {Instead}";
}
