using System.Collections.Frozen;
using System.Reflection.Emit;

namespace Attune.DeviceCheck;

/// <summary>What to use instead of what the device has not.</summary>
internal static class Advice
{
    private const string Declare = "if nanoFramework has it, declare it in tests/device/surface, else do without";

    /// <summary>Errors that say that a type or member is missing.</summary>
    private static readonly FrozenSet<string> Missing =
    [
        "CS0103",
        "CS0117",
        "CS0234",
        "CS0246",
        "CS0518",
        "CS0656",
        "CS1061",
        "CS1501",
        "CS1503",
        "CS1729",
        "CS7069",
    ];

    /// <summary>Instructions that nanoFramework's interpreter has not, or passes over without doing what they say.</summary>
    private static readonly FrozenDictionary<string, (string, string)> Instructions = new Dictionary<
        string,
        (string, string)
    >
    {
        ["localloc"] = ("stackalloc", "allocate an array"),
        ["cpblk"] = ("a block copy", "use Array.Copy"),
        ["initblk"] = ("a block fill", "fill in a loop"),
        ["calli"] = ("a call through a pointer", "use a delegate"),
        ["jmp"] = ("a jump to a method", "call it"),
        ["tail."] = ("a tail call", "call and return"),
        ["arglist"] = ("a variable argument list", "take an array"),
        ["mkrefany"] = ("a typed reference", "use object"),
        ["refanytype"] = ("a typed reference", "use object"),
        ["refanyval"] = ("a typed reference", "use object"),
        ["ckfinite"] = ("a check for a finite number", "compare"),
        ["rethrow"] = (
            "a rethrow, which gives a plain System.Exception if another exception was handled meanwhile",
            "throw the caught exception by its name"
        ),
        ["readonly."] = ("a read-only element address", "read the element"),
    }.ToFrozenDictionary();

    private static readonly (string Prefix, string Instead)[] Types =
    [
        ("System.Collections.Generic", "use an array or System.Collections.ArrayList"),
        ("System.Linq", "write the loop"),
        ("System.Threading.Tasks", "use System.Threading.Thread"),
        ("System.Span", "use an array with an index and a count"),
        ("System.ReadOnlySpan", "use an array with an index and a count"),
        ("System.Decimal", "use long or double"),
        ("System.Nullable", "use a value that stands for none"),
        ("System.ValueTuple", "declare a class"),
        ("System.TypedReference", "use object"),
    ];

    /// <summary>What to do about an error or warning of the compiler.</summary>
    public static string ForError(string id) =>
        id == "CS0012" ? "refer to that assembly in the project file"
        : Missing.Contains(id) ? Declare
        : "correct it for C# 9 without the desktop's library";

    /// <summary>What a lacking instruction stands for and what to use instead; null if the device has it.</summary>
    public static (string Name, string Instead)? ForInstruction(OpCode code) =>
        code.Name!.Contains(".ovf", StringComparison.Ordinal)
            ? ("a checked operation, which does not throw on the device", "compare before computing")
        : Instructions.TryGetValue(code.Name, out var advice) ? advice
        : null;

    /// <summary>What to use instead of a type or member that the surface has not.</summary>
    public static string ForType(string type)
    {
        foreach (var (prefix, instead) in Types)
        {
            if (type.StartsWith(prefix, StringComparison.Ordinal))
            {
                return instead;
            }
        }
        return Declare;
    }

    /// <summary>What a kind of type is called and what to use instead.</summary>
    public static (string Name, string Instead) ForLack(Lack lack) =>
        lack switch
        {
            Lack.Generic => ("a generic type or method", "write it for the type that is needed, or for object"),
            Lack.MultiDimensionalArray => ("a multi-dimensional array", "use a flat array or an array of arrays"),
            Lack.Pointer => ("a pointer", "use an array and an index"),
            Lack.Modifier => (
                "an init accessor or the like (IsExternalInit)",
                "use a constructor's parameter or a setter"
            ),
            _ => ("a typed reference", "use object"),
        };
}
