using System.Reflection.Metadata;

namespace Attune.DeviceCheck;

/// <summary>The types and members of some assemblies, by name and signature.</summary>
internal sealed class MemberNames
{
    private readonly HashSet<string> assemblies = [];
    private readonly HashSet<(string Assembly, string Type)> types = [];
    private readonly HashSet<(string Assembly, string Type, string Member)> members = [];
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
            if (!type.BaseType.IsNil && file.NameOf(type.BaseType) == "System.Enum")
            {
                enums.Add(name);
            }
            foreach (MethodDefinitionHandle method in type.GetMethods())
            {
                members.Add((file.Name, name, file.NameOf(metadata.GetMethodDefinition(method))));
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
}
