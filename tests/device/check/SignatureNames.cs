using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Attune.DeviceCheck;

/// <summary>Writes signatures as text, gathers the types that they name, and notes what the device has not.</summary>
internal sealed class SignatureNames : ISignatureTypeProvider<string, object?>
{
    /// <summary>The assembly of the types that every assembly has.</summary>
    public const string CoreLibrary = "mscorlib";

    private readonly List<Lack> lacks = [];

    /// <summary>Full names of all types that were named so far.</summary>
    public HashSet<string> Types { get; } = [];

    /// <summary>Full name of a type definition; a nested one after its outer type and a slash.</summary>
    public static string NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string name = reader.GetString(type.Name);
        TypeDefinitionHandle outer = type.GetDeclaringType();
        return outer.IsNil ? Join(reader.GetString(type.Namespace), name) : NameOf(reader, outer) + "/" + name;
    }

    /// <summary>Full name of a type reference.</summary>
    public static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NameOf(reader, (TypeReferenceHandle)type.ResolutionScope) + "/" + name
            : Join(reader.GetString(type.Namespace), name);
    }

    /// <summary>What the signatures since the last call have that the device has not.</summary>
    public Lack[] TakeLacks()
    {
        Lack[] taken = [.. lacks.Distinct()];
        lacks.Clear();
        return taken;
    }

    public string GetArrayType(string elementType, ArrayShape shape) =>
        Note(Lack.MultiDimensionalArray, $"{elementType}[{new string(',', shape.Rank - 1)}]");

    public string GetByReferenceType(string elementType) => elementType + "&";

    public string GetFunctionPointerType(MethodSignature<string> signature) => Note(Lack.Pointer, "delegate*");

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
        Note(Lack.Generic, $"{genericType}<{string.Join(", ", typeArguments)}>");

    public string GetGenericMethodParameter(object? genericContext, int index) => Note(Lack.Generic, "!!" + index);

    public string GetGenericTypeParameter(object? genericContext, int index) => Note(Lack.Generic, "!" + index);

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) =>
        isRequired ? Note(Lack.Modifier, unmodifiedType) : unmodifiedType;

    public string GetPinnedType(string elementType) => Note(Lack.Pointer, elementType);

    public string GetPointerType(string elementType) => Note(Lack.Pointer, elementType + "*");

    public string GetPrimitiveType(PrimitiveTypeCode typeCode)
    {
        if (typeCode == PrimitiveTypeCode.TypedReference)
        {
            lacks.Add(Lack.TypedReference);
        }
        return Name("System." + typeCode);
    }

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        Name(NameOf(reader, handle));

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        Name(NameOf(reader, handle));

    public string GetTypeFromSpecification(
        MetadataReader reader,
        object? genericContext,
        TypeSpecificationHandle handle,
        byte rawTypeKind
    ) => reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    private static string Join(string space, string name) => space.Length == 0 ? name : space + "." + name;

    private string Name(string name)
    {
        Types.Add(name);
        return name;
    }

    private string Note(Lack lack, string name)
    {
        lacks.Add(lack);
        return name;
    }
}
