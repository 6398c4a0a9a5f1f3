namespace Attune.Stubs;

/// <summary>A managed type as nanoFramework names it in its three places.</summary>
/// <param name="Signature">In the name of a native method: I4, SZARRAY_U1.</param>
/// <param name="Cpp">The C++ type of a marshalled argument.</param>
/// <param name="Marshaller">Ending of the functions Interop_Marshal_ and SetResult_.</param>
/// <param name="Element">Of an array: the element's type in attune.h.</param>
public sealed record NativeType(string Signature, string Cpp, string Marshaller, string? Element = null)
{
    private static readonly Dictionary<Type, (string Signature, string Cpp, string Marshaller, string C)> Primitives =
        new()
        {
            [typeof(sbyte)] = ("I1", "signed char", "INT8", "int8_t"),
            [typeof(byte)] = ("U1", "unsigned char", "UINT8", "uint8_t"),
            [typeof(short)] = ("I2", "signed short int", "INT16", "int16_t"),
            [typeof(ushort)] = ("U2", "unsigned short int", "UINT16", "uint16_t"),
            [typeof(int)] = ("I4", "signed int", "INT32", "int32_t"),
            [typeof(uint)] = ("U4", "unsigned int", "UINT32", "uint32_t"),
            [typeof(long)] = ("I8", "signed __int64", "INT64", "int64_t"),
            [typeof(ulong)] = ("U8", "unsigned __int64", "UINT64", "uint64_t"),
            [typeof(float)] = ("R4", "float", "float", "float"),
            [typeof(double)] = ("R8", "double", "double", "double"),
        };

    /// <summary>A number or an array of numbers.</summary>
    /// <exception cref="StubException">Another type.</exception>
    public static NativeType Of(Type type, string where)
    {
        Type number = type.IsArray && type.GetArrayRank() == 1 ? type.GetElementType()! : type;
        if (!Primitives.TryGetValue(number, out var names))
        {
            throw new StubException($"{where}: {type} cannot be passed; use numbers and arrays of numbers");
        }
        return number == type
            ? new NativeType(names.Signature, names.Cpp, names.Marshaller)
            : new NativeType(
                "SZARRAY_" + names.Signature,
                "CLR_RT_TypedArray_" + names.Marshaller,
                names.Marshaller + "_ARRAY",
                names.C
            );
    }
}
