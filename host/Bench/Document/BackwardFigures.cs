namespace Attune.Host.Bench.Document;

/// <summary>
/// Instructions of a training step of back-propagation with one sample: biases of all layers and the weights of the last,
/// layer by layer. Gradients of the weights were counted for every layer.
/// </summary>
/// <param name="Layers">The layers from the first to the class scores.</param>
/// <param name="Peer">What TinyEngine takes.</param>
public sealed record BackwardFigures(IReadOnlyList<BackwardLayerFigures> Layers, BackwardPeerFigures Peer)
{
    /// <summary>The whole step.</summary>
    public long Step() => Forward() + Errors() + Layers.Sum(layer => layer.Finish + layer.Update) + Layers[^1].Gradient;

    /// <summary>The forward pass with masks.</summary>
    public long Forward() => Layers.Sum(layer => layer.Masked);

    /// <summary>Errors from outputs to inputs, sums where several layers read a tensor included.</summary>
    public long Errors() => Layers.Sum(layer => layer.Error + layer.Merge);

    /// <summary>Errors through layers with weights and everything else, for each multiply-accumulate.</summary>
    public double ErrorPerMac() => (double)Errors() / Layers.Skip(1).Sum(layer => layer.Macs);

    /// <summary>Weight gradients of all layers, for each multiply-accumulate.</summary>
    public double GradientPerMac() => (double)Layers.Sum(layer => layer.Gradient) / Layers.Sum(layer => layer.Macs);
}

/// <summary>Instructions of TinyEngine's backward kernels, whose errors are float32.</summary>
/// <param name="Errors">Millions, for the errors through all convolutions but the first and all depthwise layers.</param>
/// <param name="GradientPerMac">
/// Weight gradients of pointwise convolutions of 4x4 and 8x8 positions, for which it has kernels, updates included.
/// </param>
public sealed record BackwardPeerFigures(double Errors, double GradientPerMac);

/// <summary>A layer of <see cref="BackwardFigures"/>.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Macs">Multiply-accumulates of its forward pass, and of each other pass.</param>
/// <param name="Masked">Forward, with a mask where errors need one.</param>
/// <param name="Finish">Mask and gradient of the biases.</param>
/// <param name="Error">Errors of its inputs.</param>
/// <param name="Merge">Their sums with what other layers have.</param>
/// <param name="Gradient">Gradient of the weights.</param>
/// <param name="Update">Update of the biases; of the last layer's weights too.</param>
public sealed record BackwardLayerFigures(
    string Name,
    long Macs,
    long Masked,
    long Finish,
    long Error,
    long Merge,
    long Gradient,
    long Update
);
