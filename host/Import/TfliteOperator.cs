namespace Attune.Host.Import;

/// <summary>An operator of a <see cref="TfliteFile"/>.</summary>
public sealed class TfliteOperator
{
    private const int MaximumOperands = 256;

    internal TfliteOperator(TfliteFile file, FlatTable table, int index)
    {
        Index = index;
        (Code, string custom) = file.OperatorCode(table.UInt32(OperatorField.Code), table.Position);
        Name = Code == BuiltinOperator.Custom ? $"CUSTOM '{custom}'" : BuiltinOperator.Name(Code);
        Inputs = Operands(table, OperatorField.Inputs, "inputs");
        Outputs = Operands(table, OperatorField.Outputs, "outputs");
        OptionsType = table.UInt8(OperatorField.OptionsType);
        Options = OptionsType == 0 ? null : table.Table(OperatorField.Options, "operator options");
    }

    /// <summary>Number of the operator in its subgraph.</summary>
    public int Index { get; }

    /// <summary>One of <see cref="BuiltinOperator"/>.</summary>
    public int Code { get; }

    /// <summary>Name of the operator's type.</summary>
    public string Name { get; }

    /// <summary>Tensor numbers; -1 where an optional operand is left out.</summary>
    public int[] Inputs { get; }

    /// <summary>Tensor numbers.</summary>
    public int[] Outputs { get; }

    /// <summary>Which options table the operator has: the number in the schema's union, 0 for none.</summary>
    public int OptionsType { get; }

    /// <summary>The options table, or null.</summary>
    public FlatTable? Options { get; }

    /// <summary>Number and type for messages.</summary>
    public string Label => $"operator {Index} ({Name})";

    private int[] Operands(FlatTable table, int field, string what)
    {
        FlatVector vector = table.Vector(field, 4, what);
        if (vector.Length > MaximumOperands)
        {
            throw new ImportException(
                $"{Label}: has {vector.Length} {what}; the file is damaged, copy or export it again"
            );
        }
        var operands = new int[vector.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = vector.Int32(i);
        }
        return operands;
    }
}
