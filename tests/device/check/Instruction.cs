using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Attune.DeviceCheck;

/// <summary>An IL instruction.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Code">What it does.</param>
/// <param name="Operand">A token, a number of switch targets, or 0.</param>
internal readonly record struct Instruction(int Offset, OpCode Code, int Operand)
{
    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>What the operand's token stands for.</summary>
    public EntityHandle Entity => MetadataTokens.EntityHandle(Operand);

    /// <summary>The instructions of a method's body.</summary>
    public static List<Instruction> Read(BlobReader code)
    {
        var instructions = new List<Instruction>();
        while (code.RemainingBytes > 0)
        {
            int offset = code.Offset;
            int value = code.ReadByte();
            OpCode operation = Codes[value == 0xFE ? 0xFE00 | code.ReadByte() : value];
            int operand = 0;
            switch (operation.OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineSwitch:
                    operand = code.ReadInt32();
                    code.Offset += 4 * operand;
                    break;
                default:
                    operand = code.ReadInt32();
                    break;
            }
            instructions.Add(new Instruction(offset, operation, operand));
        }
        return instructions;
    }

    /// <summary>Bytes that it has on the device, where tokens, branch targets and switches are shorter.</summary>
    public int DeviceBytes() =>
        Code.Size
        + Code.OperandType switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 1 + 2 * Operand,
            OperandType.InlineString
            or OperandType.InlineMethod
            or OperandType.InlineField
            or OperandType.InlineType
            or OperandType.InlineBrTarget => 2,
            _ => 4,
        };
}
