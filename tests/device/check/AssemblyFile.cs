using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Attune.DeviceCheck;

/// <summary>The metadata and IL of an assembly, with names for what its handles stand for.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A reader over bytes in memory has nothing to release.")]
internal sealed class AssemblyFile
{
    private readonly PEReader file;

    public AssemblyFile(ImmutableArray<byte> image)
    {
        file = new PEReader(image);
        Metadata = file.GetMetadataReader();
        Name = Metadata.GetString(Metadata.GetAssemblyDefinition().Name);
    }

    /// <summary>The assembly's name.</summary>
    public string Name { get; }

    /// <summary>The metadata tables.</summary>
    public MetadataReader Metadata { get; }

    /// <summary>Types that the assembly's signatures name, each by its full name.</summary>
    public SignatureNames Signatures { get; } = new();

    /// <summary>The body of a method, or null.</summary>
    public MethodBodyBlock? Body(MethodDefinition method) =>
        method.RelativeVirtualAddress == 0 ? null : file.GetMethodBody(method.RelativeVirtualAddress);

    /// <summary>Full name of a type that is defined here.</summary>
    public string NameOf(TypeDefinitionHandle handle) => SignatureNames.NameOf(Metadata, handle);

    /// <summary>Full name of a type, without its assembly.</summary>
    public string NameOf(EntityHandle type) =>
        type.Kind switch
        {
            HandleKind.TypeDefinition => NameOf((TypeDefinitionHandle)type),
            HandleKind.TypeReference => SignatureNames.NameOf(Metadata, (TypeReferenceHandle)type),
            _ => Metadata.GetTypeSpecification((TypeSpecificationHandle)type).DecodeSignature(Signatures, null),
        };

    /// <summary>Name of the assembly that a type reference leads to.</summary>
    public string AssemblyOf(TypeReferenceHandle handle)
    {
        EntityHandle scope = Metadata.GetTypeReference(handle).ResolutionScope;
        while (scope.Kind == HandleKind.TypeReference)
        {
            scope = Metadata.GetTypeReference((TypeReferenceHandle)scope).ResolutionScope;
        }
        return scope.Kind == HandleKind.AssemblyReference
            ? Metadata.GetString(Metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)
            : Name;
    }

    /// <summary>Name and signature of a method: static System.Int32 Sum(System.Int32[], System.Int32).</summary>
    public string NameOf(MethodDefinition method) =>
        Describe(Metadata.GetString(method.Name), method.DecodeSignature(Signatures, null));

    /// <summary>Name and signature of a method or field of another assembly.</summary>
    public string NameOf(MemberReference member)
    {
        string name = Metadata.GetString(member.Name);
        return member.GetKind() == MemberReferenceKind.Method
            ? Describe(name, member.DecodeMethodSignature(Signatures, null))
            : member.DecodeFieldSignature(Signatures, null) + " " + name;
    }

    /// <summary>Name and type of a field.</summary>
    public string NameOf(FieldDefinition field) =>
        field.DecodeSignature(Signatures, null) + " " + Metadata.GetString(field.Name);

    private static string Describe(string name, MethodSignature<string> signature) =>
        (signature.Header.IsInstance ? "" : "static ")
        + $"{signature.ReturnType} {name}({string.Join(", ", signature.ParameterTypes)})";
}
