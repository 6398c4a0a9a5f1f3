using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Text;

namespace Attune.DeviceCheck;

/// <summary>
/// The room that an assembly takes in nanoFramework's file format, whose offsets have 16 bits: code, strings, and signatures
/// with the values of array constants.
/// </summary>
internal sealed class SizeCheck
{
    /// <summary>Bytes of each of the three.</summary>
    public const int Most = 65535;

    private const int ClauseBytes = 12;
    private const int ConstantHeader = 2;
    private readonly AssemblyFile file;

    public SizeCheck(AssemblyFile file)
    {
        this.file = file;
        MetadataReader metadata = file.Metadata;
        var texts = new HashSet<string> { "" };
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeDefinition type = metadata.GetTypeDefinition(handle);
            texts.Add(metadata.GetString(type.Namespace));
            texts.Add(metadata.GetString(type.Name));
            texts.UnionWith(
                type.GetFields().Select(field => metadata.GetString(metadata.GetFieldDefinition(field).Name))
            );
            foreach (MethodDefinition method in type.GetMethods().Select(metadata.GetMethodDefinition))
            {
                texts.Add(metadata.GetString(method.Name));
                CodeBytes += file.Body(method) is { } body ? BytesOf(body, texts) : 0;
            }
        }
        foreach (TypeReference type in metadata.TypeReferences.Select(metadata.GetTypeReference))
        {
            texts.Add(metadata.GetString(type.Namespace));
            texts.Add(metadata.GetString(type.Name));
        }
        texts.UnionWith(
            metadata.MemberReferences.Select(handle => metadata.GetString(metadata.GetMemberReference(handle).Name))
        );
        StringBytes = texts.Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
    }

    /// <summary>Bytes of code.</summary>
    public int CodeBytes { get; }

    /// <summary>Bytes of names and texts, at most; the runtime knows some by itself.</summary>
    public int StringBytes { get; }

    /// <summary>What has no room.</summary>
    public IEnumerable<Finding> Findings()
    {
        if (CodeBytes > Most)
        {
            yield return TooLarge("", $"{CodeBytes} bytes of code", "divide the assembly");
        }
        if (StringBytes > Most)
        {
            yield return TooLarge("", $"{StringBytes} bytes of names and texts", "divide the assembly");
        }
        long constants = 0;
        bool tooLarge = false;
        foreach (FieldDefinition field in file.Metadata.FieldDefinitions.Select(file.Metadata.GetFieldDefinition))
        {
            if (field.GetRelativeVirtualAddress() != 0)
            {
                int bytes = ConstantHeader + BytesOf(field);
                constants += bytes;
                if (bytes > Most)
                {
                    tooLarge = true;
                    string place = file.NameOf(field.GetDeclaringType()) + "." + file.Metadata.GetString(field.Name);
                    yield return TooLarge(
                        place,
                        $"an array constant of {bytes - ConstantHeader} bytes",
                        "read it from a file"
                    );
                }
            }
        }
        if (constants > Most && !tooLarge)
        {
            yield return TooLarge("", $"{constants} bytes of array constants", "read them from files");
        }
    }

    private Finding TooLarge(string place, string what, string instead) =>
        new(file.Name, place, $"{what}, the device's file format has room for {Most}", instead);

    private int BytesOf(MethodBodyBlock body, HashSet<string> texts)
    {
        int bytes = body.ExceptionRegions.Length > 0 ? 1 + ClauseBytes * body.ExceptionRegions.Length : 0;
        foreach (Instruction instruction in Instruction.Read(body.GetILReader()))
        {
            bytes += instruction.DeviceBytes();
            if (instruction.Code == System.Reflection.Emit.OpCodes.Ldstr)
            {
                texts.Add(file.Metadata.GetUserString(MetadataTokens.UserStringHandle(instruction.Operand & 0xFFFFFF)));
            }
        }
        return bytes;
    }

    /// <summary>Bytes of a field that the assembly has a value of: the size of its type.</summary>
    private int BytesOf(FieldDefinition field)
    {
        string type = field.DecodeSignature(file.Signatures, null);
        return type switch
        {
            "System.Byte" or "System.SByte" or "System.Boolean" => 1,
            "System.Int16" or "System.UInt16" or "System.Char" => 2,
            "System.Int32" or "System.UInt32" or "System.Single" => 4,
            "System.Int64" or "System.UInt64" or "System.Double" => 8,
            _ => file
                .Metadata.TypeDefinitions.Where(handle => file.NameOf(handle) == type)
                .Select(handle => file.Metadata.GetTypeDefinition(handle).GetLayout().Size)
                .Single(),
        };
    }
}
