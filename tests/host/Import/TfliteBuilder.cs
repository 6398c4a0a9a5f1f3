using System.Runtime.InteropServices;
using Attune.Host.Import;

namespace Attune.Tests.Import;

/// <summary>A tensor of a file in the making; everything can be set, right or wrong.</summary>
internal sealed class TensorSpec
{
    public required int Index { get; init; }

    public required string Name { get; init; }

    public int[]? Shape { get; set; }

    public int Type { get; set; } = TensorType.Int8;

    public float[] Scales { get; set; } = [];

    public long[] ZeroPoints { get; set; } = [];

    public int QuantizedDimension { get; set; }

    public byte[]? Data { get; set; }

    public int[]? Signature { get; set; }

    public bool Variable { get; set; }

    public bool Sparse { get; set; }

    public bool HasRank { get; set; }

    public uint ExternalBuffer { get; set; }

    public byte QuantizationDetails { get; set; }

    /// <summary>Offset and size of a buffer that lies outside of its table.</summary>
    public (ulong Offset, ulong Size)? Placed { get; set; }

    public static implicit operator int(TensorSpec tensor) => tensor.Index;
}

/// <summary>An operator of a file in the making.</summary>
internal sealed class OperatorSpec
{
    public required int Code { get; set; }

    public required int[] Inputs { get; set; }

    public required int[] Outputs { get; set; }

    public byte OptionsType { get; set; }

    public FlatTableNode? Options { get; set; }

    public string? Custom { get; set; }
}

/// <summary>
/// Makes small .tflite files. Tensors and operators are numbered in the order in which they are added; the first tensor is
/// the network's input, the last operator's output is its output unless <see cref="Outputs"/> says otherwise.
/// </summary>
internal sealed class TfliteBuilder
{
    private const byte Same = 0;
    private const byte Valid = 1;
    private readonly List<TensorSpec> tensors = [];

    public IReadOnlyList<TensorSpec> Tensors => tensors;

    public List<OperatorSpec> Operators { get; } = [];

    public int[] Inputs { get; set; } = [0];

    public int[]? Outputs { get; set; }

    public uint Version { get; set; } = 3;

    public int Subgraphs { get; set; } = 1;

    public uint? SignatureSubgraph { get; set; }

    /// <summary>Stores operator codes in the old byte field alone, or in the new field with the old one at its mark 127.</summary>
    public bool OldCodes { get; set; }

    public TensorSpec Activation(string name, int[] shape, float scale = 0.05f, int zero = 0)
    {
        var tensor = new TensorSpec
        {
            Index = tensors.Count,
            Name = name,
            Shape = shape,
            Scales = [scale],
            ZeroPoints = [zero],
        };
        tensors.Add(tensor);
        return tensor;
    }

    public TensorSpec Constant(
        string name,
        int[] shape,
        sbyte[] values,
        float[] scales,
        int dimension = 0,
        int zero = 0
    )
    {
        TensorSpec tensor = Activation(name, shape);
        tensor.Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        tensor.Scales = scales;
        tensor.ZeroPoints = [.. scales.Select(_ => (long)zero)];
        tensor.QuantizedDimension = dimension;
        return tensor;
    }

    public TensorSpec Bias(string name, int[] values, float[] scales)
    {
        TensorSpec tensor = Activation(name, [values.Length]);
        tensor.Type = TensorType.Int32;
        tensor.Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        tensor.Scales = scales;
        tensor.ZeroPoints = [.. scales.Select(_ => 0L)];
        return tensor;
    }

    public TensorSpec Integers(string name, int[] shape, params int[] values)
    {
        TensorSpec tensor = Activation(name, shape);
        tensor.Type = TensorType.Int32;
        tensor.Data = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        tensor.Scales = [];
        tensor.ZeroPoints = [];
        return tensor;
    }

    public OperatorSpec Operator(
        int code,
        int[] inputs,
        int output,
        byte optionsType = 0,
        FlatTableNode? options = null
    )
    {
        var one = new OperatorSpec
        {
            Code = code,
            Inputs = inputs,
            Outputs = [output],
            OptionsType = optionsType,
            Options = options,
        };
        Operators.Add(one);
        return one;
    }

    public OperatorSpec Convolution(
        int[] inputs,
        int output,
        bool same = true,
        (int H, int W)? stride = null,
        (int H, int W)? dilation = null,
        byte activation = 0
    ) =>
        Operator(
            BuiltinOperator.Conv2D,
            inputs,
            output,
            1,
            new FlatTableNode
            {
                [0] = same ? Same : Valid,
                [1] = stride?.W ?? 1,
                [2] = stride?.H ?? 1,
                [3] = activation,
                [4] = dilation?.W ?? 1,
                [5] = dilation?.H ?? 1,
            }
        );

    public OperatorSpec Depthwise(
        int[] inputs,
        int output,
        int multiplier,
        bool same = true,
        (int H, int W)? stride = null,
        (int H, int W)? dilation = null,
        byte activation = 0
    ) =>
        Operator(
            BuiltinOperator.DepthwiseConv2D,
            inputs,
            output,
            2,
            new FlatTableNode
            {
                [0] = same ? Same : Valid,
                [1] = stride?.W ?? 1,
                [2] = stride?.H ?? 1,
                [3] = multiplier,
                [4] = activation,
                [5] = dilation?.W ?? 1,
                [6] = dilation?.H ?? 1,
            }
        );

    public OperatorSpec FullyConnected(int[] inputs, int output, byte activation = 0, bool keepDimensions = false) =>
        Operator(
            BuiltinOperator.FullyConnected,
            inputs,
            output,
            8,
            new FlatTableNode { [0] = activation, [2] = (byte)(keepDimensions ? 1 : 0) }
        );

    public OperatorSpec Pool(
        int code,
        int input,
        int output,
        int size,
        int stride,
        bool same = false,
        byte activation = 0
    ) =>
        Operator(
            code,
            [input],
            output,
            5,
            new FlatTableNode
            {
                [0] = same ? Same : Valid,
                [1] = stride,
                [2] = stride,
                [3] = size,
                [4] = size,
                [5] = activation,
            }
        );

    public OperatorSpec Add(int first, int second, int output, byte activation = 0) =>
        Operator(BuiltinOperator.Add, [first, second], output, 11, new FlatTableNode { [0] = activation });

    public OperatorSpec Mul(int first, int second, int output, byte activation = 0) =>
        Operator(BuiltinOperator.Mul, [first, second], output, 21, new FlatTableNode { [0] = activation });

    public OperatorSpec Mean(int input, int axes, int output, bool keepDimensions) =>
        Operator(
            BuiltinOperator.Mean,
            [input, axes],
            output,
            27,
            new FlatTableNode { [0] = (byte)(keepDimensions ? 1 : 0) }
        );

    public OperatorSpec Softmax(int input, int output, float beta = 1) =>
        Operator(BuiltinOperator.Softmax, [input], output, 9, new FlatTableNode { [0] = beta });

    /// <summary>The file.</summary>
    public byte[] Build()
    {
        (int Code, string? Custom)[] codes = [.. Operators.Select(one => (one.Code, one.Custom)).Distinct()];
        var buffers = new List<FlatTableNode> { new() };
        var tables = new List<FlatNode>();
        foreach (TensorSpec tensor in tensors)
        {
            tables.Add(Table(tensor, buffers));
        }
        FlatTableNode[] operators =
        [
            .. Operators.Select(one =>
            {
                var table = new FlatTableNode
                {
                    [0] = (uint)Array.IndexOf(codes, (one.Code, one.Custom)),
                    [1] = FlatScalars.Of(one.Inputs),
                    [2] = FlatScalars.Of(one.Outputs),
                };
                if (one.Options is not null)
                {
                    table[3] = one.OptionsType;
                    table[4] = one.Options;
                }
                return table;
            }),
        ];
        var subgraph = new FlatTableNode
        {
            [0] = new FlatNodes(tables),
            [1] = FlatScalars.Of(Inputs),
            [2] = FlatScalars.Of(Outputs ?? [Operators[^1].Outputs[0]]),
            [3] = new FlatNodes(operators),
        };
        var model = new FlatTableNode
        {
            [0] = Version,
            [1] = new FlatNodes(codes.Select(Code)),
            [2] = new FlatNodes(Enumerable.Range(0, Subgraphs).Select(i => i == 0 ? subgraph : new FlatTableNode())),
            [4] = new FlatNodes(buffers),
        };
        if (SignatureSubgraph is { } used)
        {
            model[7] = new FlatNodes([new FlatTableNode { [2] = FlatScalars.Of("train"), [4] = used }]);
        }
        return FlatBufferWriter.Write(model, "TFL3");
    }

    private FlatTableNode Code((int Code, string? Custom) code)
    {
        var table = new FlatTableNode { [0] = (byte)Math.Min(code.Code, 127) };
        if (!OldCodes)
        {
            table[3] = code.Code;
        }
        if (code.Custom is not null)
        {
            table[1] = FlatScalars.Of(code.Custom);
        }
        return table;
    }

    private static FlatTableNode Table(TensorSpec tensor, List<FlatTableNode> buffers)
    {
        var table = new FlatTableNode { [1] = (byte)tensor.Type, [3] = FlatScalars.Of(tensor.Name) };
        if (tensor.Shape is not null)
        {
            table[0] = FlatScalars.Of(tensor.Shape);
        }
        if (tensor.Data is not null || tensor.Placed is not null)
        {
            table[2] = (uint)buffers.Count;
            buffers.Add(Buffer(tensor));
        }
        if (tensor.Scales.Length > 0 || tensor.QuantizationDetails != 0)
        {
            var quantization = new FlatTableNode
            {
                [2] = FlatScalars.Of(tensor.Scales),
                [3] = FlatScalars.Of(tensor.ZeroPoints),
                [6] = tensor.QuantizedDimension,
            };
            if (tensor.QuantizationDetails != 0)
            {
                quantization[4] = tensor.QuantizationDetails;
                quantization[5] = new FlatTableNode();
            }
            table[4] = quantization;
        }
        if (tensor.Variable)
        {
            table[5] = (byte)1;
        }
        if (tensor.Sparse)
        {
            table[6] = new FlatTableNode();
        }
        if (tensor.Signature is not null)
        {
            table[7] = FlatScalars.Of(tensor.Signature);
        }
        if (tensor.HasRank)
        {
            table[8] = (byte)1;
        }
        if (tensor.ExternalBuffer != 0)
        {
            table[10] = tensor.ExternalBuffer;
        }
        return table;
    }

    private static FlatTableNode Buffer(TensorSpec tensor)
    {
        var buffer = new FlatTableNode();
        if (tensor.Placed is { } placed)
        {
            buffer[1] = placed.Offset;
            buffer[2] = placed.Size;
        }
        else
        {
            buffer[0] = new FlatScalars(tensor.Data!, 1);
        }
        return buffer;
    }
}
