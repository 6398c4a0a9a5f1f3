using System.Reflection;
using System.Reflection.Metadata;

namespace Attune.DeviceCheck;

/// <summary>
/// Finds what the reference surface declares and nothing needs: no project's IL or source, no declaration that is needed
/// itself. The overloads of a method stay together: each of them bears on what the compiler chooses.
/// </summary>
internal sealed class SurfaceUse
{
    private readonly IReadOnlyCollection<AssemblyFile> surface;
    private readonly HashSet<string> types = [];
    private readonly HashSet<(string Assembly, string Member)> members = [];
    private readonly HashSet<(string Assembly, string Member)> named = [];
    private readonly HashSet<string> virtuals = [];

    /// <summary>A search in the declared assemblies of a surface.</summary>
    public SurfaceUse(IReadOnlyCollection<AssemblyFile> surface) => this.surface = surface;

    /// <summary>Notes what an assembly's IL and sources use.</summary>
    public void Add(AssemblyFile file, DeviceAssembly assembly)
    {
        MetadataReader metadata = file.Metadata;
        AddSources(assembly);
        types.UnionWith(metadata.TypeReferences.Select(handle => file.NameOf(handle)));
        foreach (MemberReference member in metadata.MemberReferences.Select(metadata.GetMemberReference))
        {
            if (member.Parent.Kind == HandleKind.TypeReference)
            {
                string name = file.AssemblyOf((TypeReferenceHandle)member.Parent);
                string type = file.NameOf(member.Parent);
                members.Add((name, $"{type}::{file.NameOf(member)}"));
                if (member.GetKind() == MemberReferenceKind.Method)
                {
                    named.Add((name, $"{type.Replace('/', '.')}::{metadata.GetString(member.Name)}"));
                }
            }
        }
        foreach (MethodDefinition method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition))
        {
            string name = file.NameOf(method);
            if ((method.Attributes & MethodAttributes.Virtual) != 0)
            {
                virtuals.Add(name);
            }
            if (file.Body(method) is { } body)
            {
                AddBody(file, body);
            }
        }
        foreach (FieldDefinition field in metadata.FieldDefinitions.Select(metadata.GetFieldDefinition))
        {
            file.NameOf(field);
        }
        types.UnionWith(file.Signatures.Types);
    }

    /// <summary>Notes what sources name without a trace in the IL.</summary>
    public void AddSources(DeviceAssembly assembly)
    {
        foreach (var name in assembly.NamedInSources())
        {
            named.Add(name);
            types.Add(name.Member[..name.Member.IndexOf(':', StringComparison.Ordinal)]);
        }
    }

    /// <summary>What nothing needs.</summary>
    public IEnumerable<Finding> Unused()
    {
        while (surface.Sum(Extend) > 0) { }
        foreach (AssemblyFile file in surface)
        {
            foreach (TypeDefinitionHandle handle in file.Metadata.TypeDefinitions)
            {
                TypeDefinition type = file.Metadata.GetTypeDefinition(handle);
                string name = file.NameOf(handle);
                if (name == "<Module>")
                {
                    continue;
                }
                if (!types.Contains(name))
                {
                    yield return new(file.Name, name, "nothing uses this type", "remove it from the surface");
                    continue;
                }
                foreach (Member member in MembersOf(file, type).Where(member => !IsUsed(file, name, member)))
                {
                    string place = $"{name}::{member.Name}";
                    yield return new(file.Name, place, "nothing uses this member", "remove it from the surface");
                }
            }
        }
    }

    /// <summary>Notes what the needed types and members of a surface assembly need; returns how many are new.</summary>
    private int Extend(AssemblyFile file)
    {
        int before = types.Count + virtuals.Count;
        MetadataReader metadata = file.Metadata;
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeDefinition type = metadata.GetTypeDefinition(handle);
            string name = file.NameOf(handle);
            if (!types.Contains(name))
            {
                continue;
            }
            file.Signatures.Types.Clear();
            if (!type.BaseType.IsNil)
            {
                types.Add(file.NameOf(type.BaseType));
            }
            types.UnionWith(
                type.GetInterfaceImplementations()
                    .Select(implementation =>
                        file.NameOf(metadata.GetInterfaceImplementation(implementation).Interface)
                    )
            );
            AddAttributes(file, type.GetCustomAttributes());
            foreach (Member member in MembersOf(file, type).Where(member => IsUsed(file, name, member)))
            {
                types.UnionWith(member.Types);
                AddAttributes(file, member.Attributes);
                if (member.IsVirtual)
                {
                    virtuals.Add(member.Name);
                }
            }
        }
        return types.Count + virtuals.Count - before;
    }

    private void AddAttributes(AssemblyFile file, IEnumerable<CustomAttributeHandle> attributes)
    {
        foreach (CustomAttribute attribute in attributes.Select(file.Metadata.GetCustomAttribute))
        {
            if (attribute.Constructor.Kind == HandleKind.MethodDefinition)
            {
                var constructor = file.Metadata.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor);
                string type = file.NameOf(constructor.GetDeclaringType());
                types.Add(type);
                members.Add((file.Name, $"{type}::{file.NameOf(constructor)}"));
            }
            else
            {
                var constructor = file.Metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor);
                string type = file.NameOf(constructor.Parent);
                types.Add(type);
                string assembly = file.AssemblyOf((TypeReferenceHandle)constructor.Parent);
                members.Add((assembly, $"{type}::{file.NameOf(constructor)}"));
            }
        }
    }

    private bool IsUsed(AssemblyFile file, string type, Member member)
    {
        // A comparison is declared together with its opposite.
        string name = member.Name.Replace("op_Inequality", "op_Equality", StringComparison.Ordinal);
        return member.IsImplicit
            || members.Contains((file.Name, $"{type}::{name}"))
            || named.Contains((file.Name, $"{type.Replace('/', '.')}::{member.PlainName}"))
            || (member.IsVirtual && virtuals.Contains(name));
    }

    /// <summary>Members that others can name.</summary>
    private static IEnumerable<Member> MembersOf(AssemblyFile file, TypeDefinition type)
    {
        MetadataReader metadata = file.Metadata;
        bool isAbstract = (type.Attributes & TypeAttributes.Abstract) != 0;
        foreach (MethodDefinition method in type.GetMethods().Select(metadata.GetMethodDefinition))
        {
            MethodAttributes access = method.Attributes & MethodAttributes.MemberAccessMask;
            if (access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)
            {
                string plain = metadata.GetString(method.Name);
                // Members of delegates, and the constructor of an abstract class that declares none.
                bool implied =
                    (method.ImplAttributes & MethodImplAttributes.Runtime) != 0
                    || (isAbstract && plain == ".ctor" && method.RelativeVirtualAddress != 0);
                file.Signatures.Types.Clear();
                string name = file.NameOf(method);
                yield return new(
                    name,
                    plain,
                    implied,
                    (method.Attributes & MethodAttributes.Virtual) != 0,
                    [.. file.Signatures.Types],
                    [
                        .. method.GetCustomAttributes(),
                        .. method
                            .GetParameters()
                            .SelectMany(parameter => metadata.GetParameter(parameter).GetCustomAttributes()),
                    ]
                );
            }
        }
        foreach (FieldDefinition field in type.GetFields().Select(metadata.GetFieldDefinition))
        {
            FieldAttributes access = field.Attributes & FieldAttributes.FieldAccessMask;
            if (access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem)
            {
                bool implied = (field.Attributes & FieldAttributes.RTSpecialName) != 0;
                file.Signatures.Types.Clear();
                string name = file.NameOf(field);
                string plain = metadata.GetString(field.Name);
                yield return new(
                    name,
                    plain,
                    implied,
                    false,
                    [.. file.Signatures.Types],
                    [.. field.GetCustomAttributes()]
                );
            }
        }
    }

    private static void AddBody(AssemblyFile file, MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
        {
            file.Metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(file.Signatures, null);
        }
    }

    /// <summary>A method or field of the surface.</summary>
    /// <param name="Name">Its name with its signature.</param>
    /// <param name="PlainName">Its name.</param>
    /// <param name="IsImplicit">Whether it comes with its type.</param>
    /// <param name="IsVirtual">Whether it can be overridden, or overrides.</param>
    /// <param name="Types">Types that its signature names.</param>
    /// <param name="Attributes">Its attributes and its parameters'.</param>
    private sealed record Member(
        string Name,
        string PlainName,
        bool IsImplicit,
        bool IsVirtual,
        string[] Types,
        CustomAttributeHandle[] Attributes
    );
}
