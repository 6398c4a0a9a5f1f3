namespace Attune.Host.Import;

/// <summary>Element types of TensorFlow Lite's tensors.</summary>
public static class TensorType
{
    public const int Float32 = 0;
    public const int Int32 = 2;
    public const int UInt8 = 3;
    public const int Int64 = 4;
    public const int Int16 = 7;
    public const int Int8 = 9;
    public const int Int4 = 17;

    /// <summary>Names by code, from 0; the order of the schema's enumeration.</summary>
    private static readonly string[] Names =
    [
        "FLOAT32",
        "FLOAT16",
        "INT32",
        "UINT8",
        "INT64",
        "STRING",
        "BOOL",
        "INT16",
        "COMPLEX64",
        "INT8",
        "FLOAT64",
        "COMPLEX128",
        "UINT64",
        "RESOURCE",
        "VARIANT",
        "UINT32",
        "UINT16",
        "INT4",
        "BFLOAT16",
        "INT2",
        "UINT4",
        "FLOAT8_E4M3FN",
        "FLOAT8_E5M2",
    ];

    /// <summary>Name of a type, or its number where the name is unknown.</summary>
    public static string Name(int type) => type >= 0 && type < Names.Length ? Names[type] : "type " + type;

    /// <summary>Whether the type is a floating-point number.</summary>
    public static bool IsFloat(int type) => Name(type).Contains("FLOAT", StringComparison.Ordinal);

    /// <summary>Bytes of an element, or 0 for types that the importer does not read.</summary>
    public static int Bytes(int type) =>
        type switch
        {
            UInt8 or Int8 => 1,
            Int16 => 2,
            Float32 or Int32 => 4,
            Int64 => 8,
            _ => 0,
        };
}
