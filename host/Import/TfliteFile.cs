namespace Attune.Host.Import;

/// <summary>
/// The tables of a .tflite file (TensorFlow Lite schema version 3): the main subgraph's tensors and operators and the
/// buffers with the constants.
/// </summary>
public sealed class TfliteFile
{
    private const int MaximumOperators = 16384;
    private readonly FlatBuffer buffer;
    private readonly FlatTable model;
    private readonly FlatTable subgraph;
    private readonly FlatVector tensorTables;
    private readonly FlatVector buffers;
    private readonly FlatVector operatorCodes;
    private readonly Dictionary<int, TfliteTensor> tensors = [];

    /// <summary>Reads the tables of a file.</summary>
    /// <param name="bytes">The whole file; must not change while it is read.</param>
    /// <exception cref="ImportException">It is no .tflite file, of another version, damaged, or of several graphs.</exception>
    public TfliteFile(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        buffer = new FlatBuffer(bytes);
        if (buffer.Identifier != "TFL3")
        {
            throw new ImportException(
                "byte 4: not a TensorFlow Lite file (no identifier TFL3); give the .tflite file that the converter wrote"
            );
        }
        model = buffer.Root();
        uint version = model.UInt32(ModelField.Version);
        if (version != 3)
        {
            throw new ImportException(
                $"byte {model.Position}: schema version {version}, only 3 can be read; convert the model again"
            );
        }
        operatorCodes = model.Vector(ModelField.OperatorCodes, 4, "operator codes");
        buffers = model.Vector(ModelField.Buffers, 4, "buffers");
        FlatVector subgraphs = model.Vector(ModelField.Subgraphs, 4, "subgraphs");
        if (subgraphs.Length == 0)
        {
            throw new ImportException("the file has no subgraph, so no network; export it again");
        }
        SubgraphCount = subgraphs.Length;
        RejectOtherSignatures();
        subgraph = subgraphs.Table(0);
        tensorTables = subgraph.Vector(SubgraphField.Tensors, 4, "tensors");
        Input = OnlyNumber(SubgraphField.Inputs, "inputs");
        Output = OnlyNumber(SubgraphField.Outputs, "outputs");
        FlatVector operators = subgraph.Vector(SubgraphField.Operators, 4, "operators");
        if (operators.Length > MaximumOperators)
        {
            throw new ImportException(
                $"the network has {operators.Length} operators, at most {MaximumOperators} can be read; split it"
            );
        }
        var list = new List<TfliteOperator>();
        for (int i = 0; i < operators.Length; i++)
        {
            list.Add(new TfliteOperator(this, operators.Table(i), i));
        }
        Operators = list;
    }

    /// <summary>Number of subgraphs; the first is the network.</summary>
    public int SubgraphCount { get; }

    /// <summary>Number of tensors.</summary>
    public int TensorCount => tensorTables.Length;

    /// <summary>Tensor number of the network's input.</summary>
    public int Input { get; }

    /// <summary>Tensor number of the network's output.</summary>
    public int Output { get; }

    /// <summary>Operators in order of execution.</summary>
    public IReadOnlyList<TfliteOperator> Operators { get; }

    /// <summary>A tensor by its number.</summary>
    /// <param name="index">Tensor number from an operator or subgraph.</param>
    /// <param name="user">Who refers to it, for messages.</param>
    /// <exception cref="ImportException">There is no such tensor.</exception>
    public TfliteTensor Tensor(int index, string user)
    {
        if (index < 0 || index >= tensorTables.Length)
        {
            throw new ImportException(
                $"{user}: refers to tensor {index}, the file has {tensorTables.Length}; it is damaged, export it again"
            );
        }
        if (!tensors.TryGetValue(index, out TfliteTensor? tensor))
        {
            tensor = new TfliteTensor(this, tensorTables.Table(index), index);
            tensors.Add(index, tensor);
        }
        return tensor;
    }

    /// <summary>Builtin code and custom name of an entry of the operator code list.</summary>
    internal (int Code, string Custom) OperatorCode(uint index, int at)
    {
        if (index >= operatorCodes.Length)
        {
            throw FlatBuffer.Damaged(at, $"an operator has code {index}, the list has {operatorCodes.Length}");
        }
        FlatTable entry = operatorCodes.Table((int)index);
        // Codes up to 126 stand in the older byte field, which newer files keep as a copy or as the mark 127.
        int code = Math.Max(
            (int)(sbyte)entry.UInt8(OperatorCodeField.OlderBuiltin),
            entry.Int32(OperatorCodeField.Builtin)
        );
        return (code, code == BuiltinOperator.Custom ? entry.Text(OperatorCodeField.Custom) : "");
    }

    /// <summary>Whether a buffer has bytes.</summary>
    internal bool HasData(uint index)
    {
        if (index == 0 || index >= buffers.Length)
        {
            return index != 0;
        }
        FlatTable table = buffers.Table((int)index);
        return table.Vector(BufferField.Data, 1, "buffer").Length > 0 || table.UInt64(BufferField.Offset) > 1;
    }

    /// <summary>The bytes of a buffer, inside its table or, in a file above 2 GB, after the tables.</summary>
    internal ReadOnlySpan<byte> Data(uint index, string user)
    {
        if (index >= buffers.Length)
        {
            throw new ImportException(
                $"{user}: refers to buffer {index}, the file has {buffers.Length}; it is damaged, export it again"
            );
        }
        FlatTable table = buffers.Table((int)index);
        ulong offset = table.UInt64(BufferField.Offset);
        if (offset <= 1)
        {
            return table.Vector(BufferField.Data, 1, "buffer").Bytes;
        }
        ulong size = table.UInt64(BufferField.Size);
        if (offset > (ulong)buffer.Length || size > (ulong)buffer.Length - offset)
        {
            throw new ImportException(
                $"{user}: its buffer lies at bytes {offset} to {offset}+{size}, outside the file of {buffer.Length} bytes; "
                    + "export the model with its weights inside"
            );
        }
        return buffer.Bytes((long)offset, (long)size);
    }

    private void RejectOtherSignatures()
    {
        FlatVector signatures = model.Vector(ModelField.Signatures, 4, "signatures");
        for (int i = 0; i < signatures.Length; i++)
        {
            FlatTable signature = signatures.Table(i);
            if (signature.UInt32(SignatureField.Subgraph) != 0)
            {
                throw new ImportException(
                    $"signature '{signature.Text(SignatureField.Key)}' runs subgraph {signature.UInt32(SignatureField.Subgraph)}; only files of one network can be "
                        + "read, export each signature to a file of its own"
                );
            }
        }
    }

    private int OnlyNumber(int field, string what)
    {
        FlatVector vector = subgraph.Vector(field, 4, "network " + what);
        if (vector.Length != 1)
        {
            throw new ImportException(
                $"the network has {vector.Length} {what}, it must have exactly one; export it with one input and one output"
            );
        }
        return vector.Int32(0);
    }
}
