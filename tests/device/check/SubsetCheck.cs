using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace Attune.DeviceCheck;

/// <summary>Reads an assembly's metadata and IL for what nanoFramework's runtime and metadata processor have not.</summary>
internal sealed class SubsetCheck
{
    private const int MostSwitchTargets = 255;
    private const string KernelsAssembly = "Attune.Kernels";
    private const string ConstantsType = "<PrivateImplementationDetails>";
    private readonly AssemblyFile file;
    private readonly MetadataReader metadata;
    private readonly MemberNames known;
    private readonly List<Finding> findings = [];

    /// <summary>Types of the values that became objects in this method, since the last text of objects.</summary>
    private readonly List<string> boxed = [];

    private SubsetCheck(AssemblyFile file, MemberNames known)
    {
        this.file = file;
        this.known = known;
        metadata = file.Metadata;
    }

    /// <summary>What an assembly does and the device cannot.</summary>
    /// <param name="file">The assembly.</param>
    /// <param name="known">What the assemblies have that it may refer to; its own members are added.</param>
    public static IReadOnlyList<Finding> Findings(AssemblyFile file, MemberNames known)
    {
        known.Add(file);
        var check = new SubsetCheck(file, known);
        check.CheckReferences();
        file.Signatures.TakeLacks();
        foreach (TypeDefinitionHandle handle in file.Metadata.TypeDefinitions)
        {
            check.CheckType(handle);
        }
        return [.. check.findings.Distinct()];
    }

    private void CheckReferences()
    {
        foreach (AssemblyReferenceHandle handle in metadata.AssemblyReferences)
        {
            string name = metadata.GetString(metadata.GetAssemblyReference(handle).Name);
            if (!known.HasAssembly(name))
            {
                Add(
                    "",
                    $"a reference to the assembly {name}",
                    "refer to assemblies that tests/device/surface declares"
                );
            }
        }
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            string name = file.NameOf(handle);
            if (!known.HasType(file.AssemblyOf(handle), name))
            {
                Add("", $"the type {name}", Advice.ForType(name));
            }
        }
        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (member.Parent.Kind != HandleKind.TypeReference)
            {
                continue;
            }
            string type = file.NameOf(member.Parent);
            string assembly = file.AssemblyOf((TypeReferenceHandle)member.Parent);
            if (known.HasType(assembly, type) && !known.HasMember(assembly, type, file.NameOf(member)))
            {
                Add("", $"{type}::{file.NameOf(member)}", Advice.ForType(type));
            }
        }
    }

    private void CheckType(TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = file.NameOf(handle);
        string space = metadata.GetString(type.Namespace);
        if (type.GetGenericParameters().Count > 0)
        {
            AddLack(name, Lack.Generic);
        }
        if (space is "Microsoft.CodeAnalysis" or "System.Runtime.CompilerServices")
        {
            Add(name, "a helper type of the compiler", "write it without the newer language feature");
        }
        if (name.Contains(">d__", StringComparison.Ordinal))
        {
            Add(name, "a state machine of yield or async", "return an array, or start a Thread");
        }
        TypeLayout layout = type.GetLayout();
        bool isLaidOut =
            (type.Attributes & TypeAttributes.ExplicitLayout) != 0 || layout.Size > 1 || layout.PackingSize > 0;
        if (isLaidOut && !name.StartsWith(ConstantsType, StringComparison.Ordinal))
        {
            Add(name, "a layout by offsets or sizes", "use fields in any order, or an array");
        }
        CheckBases(name, type);
        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            CheckField(name, metadata.GetFieldDefinition(field));
        }
        foreach (MethodDefinitionHandle method in type.GetMethods())
        {
            CheckMethod(type, name, metadata.GetMethodDefinition(method));
        }
    }

    private void CheckBases(string name, TypeDefinition type)
    {
        if (!type.BaseType.IsNil)
        {
            file.NameOf(type.BaseType);
        }
        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
        {
            file.NameOf(metadata.GetInterfaceImplementation(implementation).Interface);
        }
        AddLacks(name);
    }

    private void CheckField(string type, FieldDefinition field)
    {
        string place = $"{type}.{metadata.GetString(field.Name)}";
        field.DecodeSignature(file.Signatures, null);
        AddLacks(place);
    }

    private void CheckMethod(TypeDefinition type, string typeName, MethodDefinition method)
    {
        string place = $"{typeName}.{metadata.GetString(method.Name)}";
        MethodSignature<string> signature = method.DecodeSignature(file.Signatures, null);
        AddLacks(place);
        if (method.GetGenericParameters().Count > 0)
        {
            AddLack(place, Lack.Generic);
        }
        if (signature.Header.CallingConvention == SignatureCallingConvention.VarArgs)
        {
            Add(place, "a variable argument list", "take an array");
        }
        if ((type.Attributes & TypeAttributes.Interface) != 0 && (method.Attributes & MethodAttributes.Abstract) == 0)
        {
            Add(place, "a method body in an interface", "implement it in every class, or in a static method");
        }
        bool native =
            (method.Attributes & MethodAttributes.PinvokeImpl) != 0
            || (method.ImplAttributes & MethodImplAttributes.InternalCall) != 0;
        if (native && file.Name != KernelsAssembly)
        {
            Add(place, "a native method", $"declare it in {KernelsAssembly}, whose checksum the firmware knows");
        }
        if (native && signature.ParameterTypes.Any(parameter => parameter.EndsWith('&')))
        {
            Add(place, "ref or out to a native method, which is not written back", "return an int or fill an array");
        }
        bool isNew =
            (method.Attributes & (MethodAttributes.Virtual | MethodAttributes.NewSlot)) != MethodAttributes.Virtual;
        if (isNew && known.InheritsVirtual(file.Name, typeName, file.NameOf(method)))
        {
            Add(place, "a method that hides a virtual one, in whose place the device calls it", "give it another name");
        }
        if (file.Body(method) is { } body)
        {
            CheckBody(place, body);
        }
    }

    private void CheckBody(string place, MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
        {
            metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(file.Signatures, null);
            AddLacks(place);
        }
        string constrained = "";
        boxed.Clear();
        foreach (Instruction instruction in Instruction.Read(body.GetILReader()))
        {
            string at = $"{place} IL_{instruction.Offset:X4}";
            if (Advice.ForInstruction(instruction.Code) is { } advice)
            {
                Add(at, $"{advice.Name} ({instruction.Code.Name})", advice.Instead);
            }
            else if (instruction.Code == OpCodes.Switch && instruction.Operand > MostSwitchTargets)
            {
                string what = $"a switch of {instruction.Operand} targets, at most {MostSwitchTargets} have room";
                Add(at, what, "divide it");
            }
            else if (
                instruction.Code.OperandType
                is OperandType.InlineMethod
                    or OperandType.InlineField
                    or OperandType.InlineType
                    or OperandType.InlineTok
            )
            {
                CheckOperand(at, instruction, constrained);
            }
            if (instruction.Code == OpCodes.Box)
            {
                boxed.Add(file.NameOf(instruction.Entity));
            }
            constrained = instruction.Code == OpCodes.Constrained ? file.NameOf(instruction.Entity) : "";
        }
    }

    private void CheckOperand(string at, Instruction instruction, string constrained)
    {
        EntityHandle entity = instruction.Entity;
        switch (entity.Kind)
        {
            case HandleKind.MethodSpecification:
                AddLack(at, Lack.Generic);
                break;
            case HandleKind.TypeSpecification:
                file.NameOf(entity);
                AddLacks(at);
                break;
            case HandleKind.MemberReference:
                CheckMember(at, metadata.GetMemberReference((MemberReferenceHandle)entity), constrained);
                break;
            default:
                break;
        }
    }

    private void CheckMember(string at, MemberReference member, string constrained)
    {
        string type = file.NameOf(member.Parent);
        string name = file.NameOf(member);
        AddLacks(at);
        if (constrained.Length > 0 && known.HasMember(SignatureNames.CoreLibrary, constrained, name))
        {
            Add(at, $"{type}::{name} for {constrained}, which has it itself", "compile against the real declarations");
        }
        if (name.StartsWith("System.String ToString(", StringComparison.Ordinal))
        {
            CheckText(at, constrained.Length > 0 ? constrained : type);
        }
        if (type == "System.String" && TakesObjects(name))
        {
            boxed.ForEach(value => CheckText(at, value));
            boxed.Clear();
        }
    }

    /// <summary>Whether a method is one that makes a text of objects, as interpolation calls it.</summary>
    private static bool TakesObjects(string name) =>
        (name.Contains(" Format(", StringComparison.Ordinal) || name.Contains(" Concat(", StringComparison.Ordinal))
        && name.Contains("System.Object", StringComparison.Ordinal);

    /// <summary>Values whose text on the device differs from the desktop's.</summary>
    private void CheckText(string at, string type)
    {
        if (type is "System.Single" or "System.Double")
        {
            Add(at, $"text of a {type}, whose digits differ on the device", "use DecimalNumber.Format");
        }
        else if (known.IsEnum(type))
        {
            Add(at, $"text of the enum {type}, which is its number on the device", "name its values in a switch");
        }
    }

    private void AddLacks(string place)
    {
        foreach (Lack lack in file.Signatures.TakeLacks())
        {
            AddLack(place, lack);
        }
    }

    private void AddLack(string place, Lack lack)
    {
        var (name, instead) = Advice.ForLack(lack);
        Add(place, name, instead);
    }

    private void Add(string place, string what, string instead) =>
        findings.Add(new Finding(file.Name, place, what, instead));
}
