using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Text;

namespace Attune.DeviceCheck;

/// <summary>
/// The room that an assembly takes in nanoFramework's file format: offsets into code, strings and signatures (with the values
/// of array constants) have 16 bits, numbers of methods and locals 8.
/// </summary>
internal sealed class SizeCheck
{
    /// <summary>Bytes of code, of strings, and of array constants.</summary>
    public const int MostBytes = 65535;

    private const int MostCount = 255;
    private const int ClauseBytes = 12;
    private const int ConstantHeader = 2;
    private readonly AssemblyFile file;
    private readonly MetadataReader metadata;
    private readonly HashSet<string> texts = [""];
    private readonly List<Finding> findings = [];

    /// <summary>Measures an assembly.</summary>
    public SizeCheck(AssemblyFile file)
    {
        this.file = file;
        metadata = file.Metadata;
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            AddType(file.NameOf(handle), metadata.GetTypeDefinition(handle));
        }
        AddReferences();
        StringBytes = texts.Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
        Require("", CodeBytes, MostBytes, "bytes of code", "divide the assembly");
        Require("", StringBytes, MostBytes, "bytes of names and texts", "divide the assembly");
        CheckConstants();
    }

    /// <summary>Bytes of code.</summary>
    public int CodeBytes { get; private set; }

    /// <summary>Bytes of names and texts, at most; the runtime knows some by itself.</summary>
    public int StringBytes { get; }

    /// <summary>A line on the sizes: 21.3 of 32.0 KB of code, and so on.</summary>
    /// <param name="limit">Bytes of code that the assembly may have.</param>
    public string Describe(int limit) =>
        $"{Kilobytes(CodeBytes)} of {Kilobytes(limit)} KB of code"
        + (limit < MostBytes ? $" (the format has room for {Kilobytes(MostBytes)})" : "")
        + $", at most {Kilobytes(StringBytes)} of {Kilobytes(MostBytes)} KB of strings";

    /// <summary>Whether the code exceeds a limit below the format's.</summary>
    public IEnumerable<Finding> Exceeds(int limit) =>
        CodeBytes > limit && limit < MostBytes
            ?
            [
                new(
                    file.Name,
                    "",
                    $"{CodeBytes} bytes of code, at most {limit} by its project file",
                    "divide the assembly"
                ),
            ]
            : [];

    /// <summary>What has no room.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    private static string Kilobytes(int bytes) => (bytes / 1024.0).ToString("F1");

    private void AddType(string name, TypeDefinition type)
    {
        texts.Add(metadata.GetString(type.Namespace));
        texts.Add(metadata.GetString(type.Name));
        texts.UnionWith(type.GetFields().Select(field => metadata.GetString(metadata.GetFieldDefinition(field).Name)));
        int statics = 0;
        int virtuals = 0;
        int others = 0;
        foreach (MethodDefinition method in type.GetMethods().Select(metadata.GetMethodDefinition))
        {
            string methodName = metadata.GetString(method.Name);
            texts.Add(methodName);
            statics += (method.Attributes & MethodAttributes.Static) != 0 ? 1 : 0;
            virtuals += (method.Attributes & MethodAttributes.Virtual) != 0 ? 1 : 0;
            others += (method.Attributes & (MethodAttributes.Static | MethodAttributes.Virtual)) == 0 ? 1 : 0;
            if (file.Body(method) is { } body)
            {
                AddBody($"{name}.{methodName}", body);
            }
        }
        Require(name, statics, MostCount, "static methods", "divide the class");
        Require(name, virtuals, MostCount, "virtual methods", "divide the class");
        Require(name, others, MostCount, "other methods", "divide the class");
    }

    private void AddBody(string place, MethodBodyBlock body)
    {
        CodeBytes += body.ExceptionRegions.Length > 0 ? 1 + ClauseBytes * body.ExceptionRegions.Length : 0;
        foreach (Instruction instruction in Instruction.Read(body.GetILReader()))
        {
            CodeBytes += instruction.DeviceBytes();
            if (instruction.Code == OpCodes.Ldstr)
            {
                texts.Add(metadata.GetUserString(MetadataTokens.UserStringHandle(instruction.Operand & 0xFFFFFF)));
            }
        }
        if (!body.LocalSignature.IsNil)
        {
            StandaloneSignature locals = metadata.GetStandaloneSignature(body.LocalSignature);
            int count = locals.DecodeLocalSignature(file.Signatures, null).Length;
            Require(place, count, MostCount, "local variables", "divide the method");
        }
    }

    private void AddReferences()
    {
        texts.UnionWith(
            metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
        );
        foreach (TypeReference type in metadata.TypeReferences.Select(metadata.GetTypeReference))
        {
            texts.Add(metadata.GetString(type.Namespace));
            texts.Add(metadata.GetString(type.Name));
        }
        texts.UnionWith(
            metadata.MemberReferences.Select(handle => metadata.GetString(metadata.GetMemberReference(handle).Name))
        );
    }

    private void CheckConstants()
    {
        int constants = 0;
        int largest = 0;
        foreach (FieldDefinition field in metadata.FieldDefinitions.Select(metadata.GetFieldDefinition))
        {
            if (field.GetRelativeVirtualAddress() != 0)
            {
                int bytes = BytesOf(field) + ConstantHeader;
                constants += bytes;
                largest = Math.Max(largest, bytes);
            }
        }
        string what = largest > MostBytes ? "bytes of one array constant" : "bytes of array constants";
        Require("", largest > MostBytes ? largest : constants, MostBytes, what, "read them from a file");
    }

    private void Require(string place, int count, int most, string what, string instead)
    {
        if (count > most)
        {
            findings.Add(
                new(file.Name, place, $"{count} {what}, the device's file format has room for {most}", instead)
            );
        }
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
            _ => metadata
                .TypeDefinitions.Where(handle => file.NameOf(handle) == type)
                .Select(handle => metadata.GetTypeDefinition(handle).GetLayout().Size)
                .Single(),
        };
    }
}
