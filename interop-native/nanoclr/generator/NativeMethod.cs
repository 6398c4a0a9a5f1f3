using System.Reflection;
using System.Text.RegularExpressions;

namespace Attune.Stubs;

/// <summary>One extern method.</summary>
public sealed partial class NativeMethod
{
    /// <exception cref="StubException">A type that cannot be passed, or an array without its index and count.</exception>
    public NativeMethod(MethodInfo method)
    {
        string where = $"{method.DeclaringType!.Name}.{method.Name}";
        if (!method.IsStatic)
        {
            throw new StubException($"{where}: native methods are static");
        }
        Name = method.Name;
        Result = NativeType.Of(method.ReturnType, where);
        if (Result.Element is not null)
        {
            throw new StubException($"{where}: an array cannot be returned; fill one of the caller");
        }
        Parameters = [.. method.GetParameters().Select(each => (each.Name!, NativeType.Of(each.ParameterType, where)))];
        for (int i = 0; i < Parameters.Length; i++)
        {
            if (
                Parameters[i].Type.Element is not null
                && (
                    i + 2 >= Parameters.Length || Parameters[i + 1].Name != "index" || Parameters[i + 2].Name != "count"
                )
            )
            {
                throw new StubException($"{where}: the array '{Parameters[i].Name}' needs 'index, count' behind it");
            }
        }
    }

    /// <summary>The managed name.</summary>
    public string Name { get; }

    /// <summary>The type of the result.</summary>
    public NativeType Result { get; }

    /// <summary>Names and types of the parameters.</summary>
    public (string Name, NativeType Type)[] Parameters { get; }

    /// <summary>The name by which nanoFramework tells overloads apart: ArenaFill___STATIC__I4__I4.</summary>
    public string Signature =>
        $"{Name}___STATIC__{string.Join("__", Parameters.Select(each => each.Type).Prepend(Result).Select(type => type.Signature))}";

    /// <summary>The function of attune.h: attune_arena_fill.</summary>
    public string Function => "attune_" + Word().Replace(Name, "_").ToLowerInvariant();

    [GeneratedRegex("(?<!^)(?=[A-Z])")]
    private static partial Regex Word();
}
