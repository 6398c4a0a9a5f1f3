namespace Attune.Host.Import;

// Field numbers of the tables of a .tflite file, in the order of TensorFlow Lite's schema.

internal static class ModelField
{
    public const int Version = 0;
    public const int OperatorCodes = 1;
    public const int Subgraphs = 2;
    public const int Buffers = 4;
    public const int Signatures = 7;
}

internal static class SignatureField
{
    public const int Key = 2;
    public const int Subgraph = 4;
}

internal static class SubgraphField
{
    public const int Tensors = 0;
    public const int Inputs = 1;
    public const int Outputs = 2;
    public const int Operators = 3;
}

internal static class OperatorCodeField
{
    public const int OlderBuiltin = 0;
    public const int Custom = 1;
    public const int Builtin = 3;
}

internal static class OperatorField
{
    public const int Code = 0;
    public const int Inputs = 1;
    public const int Outputs = 2;
    public const int OptionsType = 3;
    public const int Options = 4;
}

internal static class BufferField
{
    public const int Data = 0;
    public const int Offset = 1;
    public const int Size = 2;
}

internal static class TensorField
{
    public const int Shape = 0;
    public const int Type = 1;
    public const int Buffer = 2;
    public const int Name = 3;
    public const int Quantization = 4;
    public const int IsVariable = 5;
    public const int Sparsity = 6;
    public const int ShapeSignature = 7;
    public const int HasRank = 8;
    public const int ExternalBuffer = 10;
}

internal static class QuantizationField
{
    public const int Scales = 2;
    public const int ZeroPoints = 3;
    public const int DetailsType = 4;
    public const int Dimension = 6;
}
