using Attune.Model;

namespace Attune.Host.Import;

/// <summary>
/// The operators that the importer takes: one line each. A new operator is a converter beside this one and a line here.
/// </summary>
internal static class OperatorConverters
{
    /// <summary>How an operator is taken.</summary>
    /// <param name="Code">One of <see cref="BuiltinOperator"/>.</param>
    /// <param name="Convert">Adds its record, or gives its output another name.</param>
    /// <param name="Operands">Operands that other operators may write; those after them must be constant.</param>
    private sealed record Entry(int Code, Action<ImportGraph, TfliteOperator> Convert, int Operands = 1);

    private static readonly Dictionary<int, Entry> Known = new Entry[]
    {
        new(BuiltinOperator.Conv2D, ConvolutionConverter.Convolution),
        new(BuiltinOperator.DepthwiseConv2D, ConvolutionConverter.Depthwise),
        new(BuiltinOperator.FullyConnected, FullyConnectedConverter.Convert),
        new(BuiltinOperator.Add, ElementwiseConverter.Add, Operands: 2),
        new(BuiltinOperator.Mul, ElementwiseConverter.Mul, Operands: 2),
        new(BuiltinOperator.AveragePool2D, (graph, op) => PoolingConverter.Convert(graph, op, Operators.AveragePool2D)),
        new(BuiltinOperator.MaxPool2D, (graph, op) => PoolingConverter.Convert(graph, op, Operators.MaxPool2D)),
        new(BuiltinOperator.Mean, MeanConverter.Convert),
        new(BuiltinOperator.Pad, PadConverter.Convert),
        new(BuiltinOperator.PadV2, PadConverter.Convert),
        new(BuiltinOperator.Softmax, SoftmaxConverter.Convert),
        new(BuiltinOperator.Logistic, LogisticConverter.Convert),
        new(BuiltinOperator.Relu, (graph, op) => RequantizeConverter.Convert(graph, op, FusedActivation.Relu)),
        new(BuiltinOperator.Relu6, (graph, op) => RequantizeConverter.Convert(graph, op, FusedActivation.Relu6)),
        new(
            BuiltinOperator.ReluN1To1,
            (graph, op) => RequantizeConverter.Convert(graph, op, FusedActivation.ReluN1To1)
        ),
        new(BuiltinOperator.Reshape, RenameConverter.Convert),
        new(BuiltinOperator.Squeeze, RenameConverter.Convert),
        new(BuiltinOperator.ExpandDims, RenameConverter.Convert),
        new(BuiltinOperator.Quantize, TypeConverter.Quantize),
        new(BuiltinOperator.Dequantize, TypeConverter.Dequantize),
    }.ToDictionary(one => one.Code);

    /// <summary>Operands of an operator that other operators may write.</summary>
    public static int Operands(TfliteOperator source) =>
        Known.TryGetValue(source.Code, out Entry? found) ? found.Operands : 1;

    /// <summary>Takes an operator.</summary>
    /// <exception cref="ImportException">It is not supported, or not in this form.</exception>
    public static void Convert(ImportGraph graph, TfliteOperator source)
    {
        if (!Known.TryGetValue(source.Code, out Entry? found))
        {
            throw Unsupported(source);
        }
        found.Convert(graph, source);
    }

    /// <summary>The accelerator whose compiler leaves a custom operator of this name, or null.</summary>
    private static string? Compiler(string name) =>
        name.Contains("ethos-u", StringComparison.OrdinalIgnoreCase) ? "an Arm Ethos-U (by Vela)"
        : name.Contains("edgetpu", StringComparison.OrdinalIgnoreCase) ? "a Coral Edge TPU"
        : name.Contains("neutron", StringComparison.OrdinalIgnoreCase) ? "an NXP Neutron"
        : null;

    private static ImportException Unsupported(TfliteOperator source)
    {
        string reason =
            BuiltinOperator.CallsSubgraph(source.Code)
                ? "it runs another subgraph; export a network without control flow"
            : Compiler(source.Name) is { } compiler
                ? $"the file was compiled for {compiler}; give the .tflite file from before that step"
            : source.Code == BuiltinOperator.Custom
                ? "custom operators are not supported; replace it by builtin operators"
            : "this operator is not supported; replace it, or cut the network before it";
        return ImportGraph.Reject(source, reason);
    }
}
