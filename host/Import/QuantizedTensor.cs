namespace Attune.Host.Import;

/// <summary>An int8 tensor that has been checked: fixed shape, one scale, one zero point.</summary>
/// <param name="Tensor">The tensor in the file.</param>
/// <param name="Shape">N, H, W, C; a tensor of fewer dimensions has leading ones.</param>
/// <param name="Scale">Finite and positive.</param>
/// <param name="Zero">Zero point, -128..127.</param>
internal sealed record QuantizedTensor(TfliteTensor Tensor, int[] Shape, float Scale, int Zero)
{
    private const int MaximumDimension = 65535;
    private const int MaximumElements = 1 << 26;

    /// <summary>Number of values.</summary>
    public int Elements => Shape[0] * Shape[1] * Shape[2] * Shape[3];

    /// <summary>Checks a tensor and takes its properties.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="user">Who uses it, at the beginning of messages.</param>
    /// <exception cref="ImportException">It is no int8 tensor of fixed shape, one scale and one zero point.</exception>
    public static QuantizedTensor Of(TfliteTensor tensor, string user)
    {
        if (tensor.Type != TensorType.Int8)
        {
            throw new ImportException(
                $"{user}: {tensor.Label} is {TensorType.Name(tensor.Type)}; {Advice(tensor.Type)}"
            );
        }
        int[] shape = FixedShape(tensor, user);
        CheckStorage(tensor, user);
        if (tensor.Scales.Length != 1 || tensor.ZeroPoints.Length > 1)
        {
            throw new ImportException(
                $"{user}: {tensor.Label} has {tensor.Scales.Length} scales and {tensor.ZeroPoints.Length} zero points, an "
                    + "activation needs one each; convert with full integer quantization"
            );
        }
        float scale = tensor.Scales.Single(0);
        long zero = tensor.ZeroPoints.Length == 0 ? 0 : tensor.ZeroPoints.Int64(0);
        if (!float.IsFinite(scale) || scale <= 0 || zero is < -128 or > 127)
        {
            throw new ImportException(
                $"{user}: {tensor.Label} has scale {scale} and zero point {zero}, no int8 quantization; export it again"
            );
        }
        return new QuantizedTensor(tensor, shape, scale, (int)zero);
    }

    /// <summary>The shape of a tensor as N, H, W, C.</summary>
    /// <exception cref="ImportException">It is not fixed, too large, or has more than four dimensions.</exception>
    public static int[] FixedShape(TfliteTensor tensor, string user)
    {
        bool unknown = tensor.Shape.Length == 0 && !tensor.IsConstant && !tensor.HasRank;
        // Exporters leave the batch open (-1) and state 1; here it is always 1.
        bool batchOnly = tensor.Shape.Length > 0 && tensor.Shape[0] == 1;
        bool open = tensor.Shape.Concat(tensor.Signature.Skip(batchOnly ? 1 : 0)).Any(dimension => dimension < 0);
        if (unknown || open)
        {
            int[] signature = tensor.Signature.Length > 0 ? tensor.Signature : tensor.Shape;
            string stated = unknown ? "no shape" : "shape " + TfliteTensor.ShapeText(signature);
            throw new ImportException(
                $"{user}: {tensor.Label} has {stated}, its dimensions are not fixed; export with a fixed input shape and batch 1"
            );
        }
        if (tensor.Shape.Length > 4)
        {
            throw new ImportException(
                $"{user}: {tensor.Label} has {tensor.Shape.Length} dimensions "
                    + $"({TfliteTensor.ShapeText(tensor.Shape)}), at most 4 are supported; reshape it in the model"
            );
        }
        bool sound = tensor.Shape.All(dimension => dimension is >= 1 and <= MaximumDimension);
        if (!sound || tensor.Elements is < 1 or > MaximumElements)
        {
            throw new ImportException(
                $"{user}: {tensor.Label} has shape {TfliteTensor.ShapeText(tensor.Shape)}; dimensions must be 1 to "
                    + $"{MaximumDimension} and elements at most {MaximumElements}, use a smaller network"
            );
        }
        int[] shape = [1, 1, 1, 1];
        tensor.Shape.CopyTo(shape, 4 - tensor.Shape.Length);
        return shape;
    }

    /// <summary>Rejects tensors that are stored or quantized in ways that only other runtimes understand.</summary>
    public static void CheckStorage(TfliteTensor tensor, string user)
    {
        string? reason =
            tensor.IsSparse ? "is sparse; convert without sparsity"
            : tensor.IsVariable ? "keeps state between inferences; export a network without state"
            : !tensor.HasPlainQuantization ? "is quantized in blocks or in a custom way; convert with int8 per channel"
            : null;
        if (reason is not null)
        {
            throw new ImportException($"{user}: {tensor.Label} {reason}");
        }
    }

    /// <summary>Whether two tensors stand for the same real values (up to what exporters lose in rounding).</summary>
    public bool HasScaleOf(QuantizedTensor other) =>
        Zero == other.Zero && Math.Abs(Scale - other.Scale) <= 1e-5 * Math.Max(Scale, other.Scale);

    /// <summary>What to do about an activation of another type than int8.</summary>
    private static string Advice(int type) =>
        type switch
        {
            TensorType.Int16 => "16-bit activations are not supported, convert with 8-bit activations",
            TensorType.UInt8 => "the older uint8 quantization is not supported, convert again with int8",
            _ when TensorType.IsFloat(type) =>
                "floating-point networks are not supported, convert with full integer (int8) quantization",
            _ => "only int8 is supported, convert with full integer (int8) quantization",
        };
}
