using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Attune.Training;

namespace Attune.Tests.Engine;

/// <summary>
/// The engine keeps to what .NET nanoFramework has, judged by its compiled code: no generics, no LINQ or generic
/// collections, no Span, no tasks, no multi-dimensional arrays, no pointers and no stackalloc.
/// </summary>
[TestClass]
public sealed class DeviceSubsetTest
{
    private static readonly string[] ForbiddenNamespaces =
    [
        "System.Linq",
        "System.Collections.Generic",
        "System.Threading.Tasks",
        "System.Buffers",
        "System.Runtime.InteropServices",
        "System.Runtime.Intrinsics",
        "System.Numerics",
    ];

    private static readonly string[] ForbiddenTypes =
    [
        "System.Span`1",
        "System.ReadOnlySpan`1",
        "System.Decimal",
        "System.Nullable`1",
    ];

    [TestMethod]
    public void The_engine_uses_only_what_the_device_has()
    {
        string[] problems = Problems(typeof(TrainingJob).Assembly.Location);
        Assert.IsEmpty(problems, string.Join("\n", problems));
    }

    [TestMethod]
    public void The_check_notices_what_the_device_lacks()
    {
        string[] problems = Problems(typeof(DeviceSubsetTest).Assembly.Location);
        foreach (
            string kind in (string[])
                [
                    "System.Linq",
                    "System.Collections.Generic",
                    "generic",
                    "Span`1",
                    "multi-dimensional",
                    "stackalloc",
                    "pointer",
                ]
        )
        {
            Assert.IsTrue(problems.Any(problem => problem.Contains(kind)), kind);
        }
    }

    /// <summary>Has what the check must notice in this very assembly.</summary>
    internal static unsafe int Lacking(int count)
    {
        int* numbers = stackalloc int[count + 1];
        var table = new int[count, 2];
        table[0, 1] = count;
        return numbers[count] + table[0, 1];
    }

    private static string[] Problems(string path)
    {
        using var stream = File.OpenRead(path);
        using var file = new PEReader(stream);
        MetadataReader metadata = file.GetMetadataReader();
        var problems = new SortedSet<string>();
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            TypeReference type = metadata.GetTypeReference(handle);
            string space = metadata.GetString(type.Namespace);
            string name = space + "." + metadata.GetString(type.Name);
            if (ForbiddenNamespaces.Any(forbidden => space.StartsWith(forbidden, StringComparison.Ordinal)))
            {
                problems.Add($"reference to {name}");
            }
            if (ForbiddenTypes.Contains(name))
            {
                problems.Add($"reference to {name}");
            }
        }
        if (metadata.GetTableRowCount(TableIndex.MethodSpec) > 0)
        {
            problems.Add("a generic method is called");
        }
        if (metadata.GetTableRowCount(TableIndex.GenericParam) > 0)
        {
            problems.Add("a generic type or method is declared");
        }
        var decoder = new Decoder(problems);
        foreach (FieldDefinitionHandle handle in metadata.FieldDefinitions)
        {
            metadata.GetFieldDefinition(handle).DecodeSignature(decoder, null);
        }
        foreach (MemberReferenceHandle handle in metadata.MemberReferences)
        {
            MemberReference member = metadata.GetMemberReference(handle);
            if (member.GetKind() == MemberReferenceKind.Method)
            {
                member.DecodeMethodSignature(decoder, null);
            }
        }
        for (int row = 1; row <= metadata.GetTableRowCount(TableIndex.TypeSpec); row++)
        {
            var handle = MetadataTokens.TypeSpecificationHandle(row);
            metadata.GetTypeSpecification(handle).DecodeSignature(decoder, null);
        }
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            method.DecodeSignature(decoder, null);
            if (method.RelativeVirtualAddress != 0)
            {
                MethodBodyBlock body = file.GetMethodBody(method.RelativeVirtualAddress);
                if (!body.LocalSignature.IsNil)
                {
                    metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(decoder, null);
                }
                if (UsesLocalloc(body.GetILReader()))
                {
                    problems.Add($"stackalloc in {metadata.GetString(method.Name)}");
                }
            }
        }
        return [.. problems];
    }

    private static readonly Dictionary<int, OpCode> Instructions = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    private static bool UsesLocalloc(BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            value = value == 0xFE ? 0xFE00 | code.ReadByte() : value;
            OpCode instruction = Instructions[value];
            if (instruction == OpCodes.Localloc)
            {
                return true;
            }
            int operand = instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 * code.ReadInt32(),
                _ => 4,
            };
            code.Offset += operand;
        }
        return false;
    }

    /// <summary>Decodes signatures for what is wrong with them.</summary>
    private sealed class Decoder(SortedSet<string> problems) : ISignatureTypeProvider<string, object?>
    {
        public string GetArrayType(string elementType, ArrayShape shape) => Problem("a multi-dimensional array");

        public string GetByReferenceType(string elementType) => elementType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => Problem("a function pointer");

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
            Problem("a generic type is used: " + genericType);

        public string GetGenericMethodParameter(object? genericContext, int index) => Problem("a generic method");

        public string GetGenericTypeParameter(object? genericContext, int index) => Problem("a generic type");

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => Problem("a pinned local");

        public string GetPointerType(string elementType) => Problem("a pointer");

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => elementType;

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeReference(handle).Name);

        public string GetTypeFromSpecification(
            MetadataReader reader,
            object? genericContext,
            TypeSpecificationHandle handle,
            byte rawTypeKind
        ) => "specification";

        private string Problem(string text)
        {
            problems.Add(text);
            return text;
        }
    }
}
