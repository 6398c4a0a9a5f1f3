namespace Attune.Host.Reference.FloatOperators;

/// <summary>The data of one sample for one layer: what an FP32 operator reads and writes.</summary>
internal readonly ref struct LayerCall
{
    /// <summary>First operand.</summary>
    public required ReadOnlySpan<float> Input { get; init; }

    /// <summary>Second operand: a tensor or the layer's constant; else empty.</summary>
    public ReadOnlySpan<float> Input2 { get; init; }

    /// <summary>Output: Forward writes it before normalisation and clamp, Backward reads it after them.</summary>
    public required Span<float> Output { get; init; }

    /// <summary>Backward: d loss / d output before the clamp.</summary>
    public ReadOnlySpan<float> OutputGradient { get; init; }

    /// <summary>Backward: d loss / d first operand, added to; empty if not wanted.</summary>
    public Span<float> InputGradient { get; init; }

    /// <summary>Backward: d loss / d second operand, added to; empty if not wanted.</summary>
    public Span<float> Input2Gradient { get; init; }

    /// <summary>Backward: d loss / d weights, added to; empty if not wanted.</summary>
    public Span<float> WeightsGradient { get; init; }

    /// <summary>Backward: d loss / d biases, added to; empty if not wanted.</summary>
    public Span<float> BiasGradient { get; init; }

    /// <summary>CONV_2D and FULLY_CONNECTED: the weights with output channels as the fastest dimension, group by group.</summary>
    public ReadOnlySpan<float> TransposedWeights { get; init; }

    /// <summary>Working memory of at least <see cref="OperatorTable.ScratchSize"/> elements.</summary>
    public Span<float> Scratch { get; init; }
}
