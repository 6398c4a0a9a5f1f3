namespace Attune.Host.Import;

// Field numbers of the operators' options tables in TensorFlow Lite's schema; Type is the table's number in the union.

internal static class Conv2DOptions
{
    public const int Type = 1;
    public const int Padding = 0;
    public const int StrideW = 1;
    public const int StrideH = 2;
    public const int Activation = 3;
    public const int DilationW = 4;
    public const int DilationH = 5;
}

internal static class DepthwiseConv2DOptions
{
    public const int Type = 2;
    public const int Padding = 0;
    public const int StrideW = 1;
    public const int StrideH = 2;
    public const int DepthMultiplier = 3;
    public const int Activation = 4;
    public const int DilationW = 5;
    public const int DilationH = 6;
}

internal static class Pool2DOptions
{
    public const int Type = 5;
    public const int Padding = 0;
    public const int StrideW = 1;
    public const int StrideH = 2;
    public const int FilterW = 3;
    public const int FilterH = 4;
    public const int Activation = 5;
}

internal static class FullyConnectedOptions
{
    public const int Type = 8;
    public const int Activation = 0;
    public const int WeightsFormat = 1;
    public const int KeepsDimensions = 2;
}

internal static class SoftmaxOptions
{
    public const int Type = 9;
    public const int Beta = 0;
}

internal static class AddOptions
{
    public const int Type = 11;
    public const int Activation = 0;
}

internal static class MulOptions
{
    public const int Type = 21;
    public const int Activation = 0;
}

internal static class ReducerOptions
{
    public const int Type = 27;
    public const int KeepsDimensions = 0;
}
