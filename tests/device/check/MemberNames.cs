using System.Reflection;
using System.Reflection.Metadata;

namespace Attune.DeviceCheck;

/// <summary>The types and members of some assemblies, by name and signature.</summary>
internal sealed class MemberNames
{
    private readonly HashSet<string> assemblies = [];
    private readonly HashSet<(string Assembly, string Type)> types = [];
    private readonly HashSet<(string Assembly, string Type, string Member)> members = [];
    private readonly HashSet<(string Assembly, string Type, string Member)> virtuals = [];
    private readonly Dictionary<(string Assembly, string Type), (string Assembly, string Type)> bases = [];
    private readonly HashSet<string> enums = [];

    /// <summary>Adds what an assembly defines.</summary>
    public void Add(AssemblyFile file)
    {
        MetadataReader metadata = file.Metadata;
        assemblies.Add(file.Name);
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeDefinition type = metadata.GetTypeDefinition(handle);
            string name = file.NameOf(handle);
            types.Add((file.Name, name));
            if (!type.BaseType.IsNil)
            {
                AddBase(file, name, type.BaseType);
            }
            foreach (MethodDefinition method in type.GetMethods().Select(metadata.GetMethodDefinition))
            {
                members.Add((file.Name, name, file.NameOf(method)));
                if ((method.Attributes & MethodAttributes.Virtual) != 0)
                {
                    virtuals.Add((file.Name, name, file.NameOf(method)));
                }
            }
            foreach (FieldDefinitionHandle field in type.GetFields())
            {
                members.Add((file.Name, name, file.NameOf(metadata.GetFieldDefinition(field))));
            }
        }
    }

    public bool HasAssembly(string assembly) => assemblies.Contains(assembly);

    public bool HasType(string assembly, string type) => types.Contains((assembly, type));

    public bool HasMember(string assembly, string type, string member) => members.Contains((assembly, type, member));

    public bool IsEnum(string type) => enums.Contains(type);

    /// <summary>Whether a base class of a type has a virtual method of this name and signature.</summary>
    public bool InheritsVirtual(string assembly, string type, string member)
    {
        var at = (assembly, type);
        while (bases.TryGetValue(at, out at))
        {
            if (virtuals.Contains((at.assembly, at.type, member)))
            {
                return true;
            }
        }
        return false;
    }

    private void AddBase(AssemblyFile file, string name, EntityHandle type)
    {
        string baseName = file.NameOf(type);
        bool elsewhere = type.Kind == HandleKind.TypeReference;
        bases[(file.Name, name)] = (elsewhere ? file.AssemblyOf((TypeReferenceHandle)type) : file.Name, baseName);
        if (baseName == "System.Enum")
        {
            enums.Add(name);
        }
    }
}
