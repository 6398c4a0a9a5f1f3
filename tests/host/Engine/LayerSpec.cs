namespace Attune.Tests.Engine;

/// <summary>What a layer with weights of a <see cref="TinyModel"/> shall be.</summary>
internal sealed record LayerSpec
{
    public int Channels { get; init; } = 1;

    public int Kernel { get; init; } = 1;

    public int Stride { get; init; } = 1;

    public int Pad { get; init; }

    /// <summary>CONV_2D: groups; DEPTHWISE_CONV_2D: depth multiplier.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Output multipliers M of the channels, used in turn.</summary>
    public double[] Multipliers { get; init; } = [1];

    public float OutputScale { get; init; } = 0.25f;

    public int OutputZero { get; init; }

    public int ActMin { get; init; } = -128;

    public int ActMax { get; init; } = 127;

    /// <summary>Weights are drawn from -range..range.</summary>
    public int WeightRange { get; init; } = 2;

    /// <summary>Biases are drawn from -range..range; -1: the layer has none.</summary>
    public int BiasRange { get; init; } = 3;

    /// <summary>Biases are multiples of it.</summary>
    public int BiasUnit { get; init; } = 1;

    public int Block { get; init; }

    /// <summary>Source statistics are drawn too, around what the layer's biases and weights make likely.</summary>
    public bool Statistics { get; init; }
}
