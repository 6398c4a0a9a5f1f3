namespace Attune.Host.Reference;

/// <summary>
/// The network behind the demo: a small MobileNet with residual blocks that names the pictogram in a 32x32 RGB picture.
/// </summary>
public static class DemoNetwork
{
    private const int Relu6 = 3;

    /// <summary>The untrained network in FP32, with batch normalisation.</summary>
    public static FloatNetwork Untrained(ulong seed)
    {
        var builder = new FloatModelBuilder(Pictograms.Size, Pictograms.Size, 3, seed);
        int at = builder.Convolution(0, 16, 5, 2, Relu6);
        at = Bottleneck(builder, at, 32, 24, 1, false);
        at = Bottleneck(builder, at, 48, 24, 1, true);
        at = Bottleneck(builder, at, 48, 40, 2, false);
        at = Bottleneck(builder, at, 80, 40, 1, true);
        at = Bottleneck(builder, at, 80, 64, 2, false);
        at = Bottleneck(builder, at, 128, 64, 1, true);
        at = builder.Convolution(at, 128, 1, 1, Relu6);
        at = builder.GlobalAveragePool(at);
        builder.FullyConnected(at, Pictograms.Classes.Count);
        return builder.Build();
    }

    /// <summary>Expansion, depthwise convolution, linear projection and, if asked, the sum with the input.</summary>
    private static int Bottleneck(FloatModelBuilder builder, int input, int inner, int outer, int stride, bool residual)
    {
        int at = builder.Convolution(input, inner, 1, 1, Relu6);
        at = builder.Depthwise(at, 3, stride, Relu6);
        at = builder.Convolution(at, outer, 1, 1, 0);
        return residual ? builder.Add(input, at) : at;
    }
}
