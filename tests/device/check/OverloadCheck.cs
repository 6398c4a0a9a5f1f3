using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Attune.DeviceCheck;

/// <summary>
/// Finds calls that convert numbers although the called type has an overload for them as they are. The compiler chooses such
/// an overload wherever it is declared; that it did not says that the declarations which it had are incomplete.
/// </summary>
internal static class OverloadCheck
{
    private static readonly SymbolDisplayFormat FullNames = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces
    );

    /// <summary>What is found in an assembly's sources.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="known">What the assemblies have that it refers to.</param>
    public static IEnumerable<Finding> Findings(DeviceAssembly assembly, MemberNames known)
    {
        foreach (SyntaxTree tree in assembly.Compilation?.SyntaxTrees ?? [])
        {
            SemanticModel model = assembly.Compilation!.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes().Where(IsCall))
            {
                var (method, arguments) = model.GetOperation(node) switch
                {
                    IInvocationOperation call => (call.TargetMethod, call.Arguments),
                    IObjectCreationOperation call => (call.Constructor, call.Arguments),
                    _ => (null, []),
                };
                if (method is null || !arguments.Any(argument => Operand(argument) is not null))
                {
                    continue;
                }
                string type = method.ContainingType.ToDisplayString(FullNames);
                string better = Signature(method, arguments);
                if (known.HasMember(method.ContainingAssembly.Name, type, better))
                {
                    int line = tree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
                    string what = $"a call of {type}::{Signature(method, [])} instead of {better}";
                    yield return new(assembly.Name, $"{tree.FilePath}({line})", what, "declare the overload");
                }
            }
        }
    }

    private static bool IsCall(SyntaxNode node) =>
        node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax;

    /// <summary>The number that becomes another kind of number to be an argument, or null.</summary>
    private static IOperation? Operand(IArgumentOperation argument) =>
        argument.Value is IConversionOperation { IsImplicit: true, Conversion.IsNumeric: true } conversion
            ? conversion.Operand
            : null;

    /// <summary>A method's name and signature as <see cref="MemberNames"/> has them, with the types of what is converted.</summary>
    private static string Signature(IMethodSymbol method, ImmutableArray<IArgumentOperation> arguments)
    {
        var types = method.Parameters.Select(parameter =>
            arguments.FirstOrDefault(argument => parameter.Equals(argument.Parameter, SymbolEqualityComparer.Default))
                is { } argument
                ? Operand(argument)?.Type ?? parameter.Type
                : parameter.Type
        );
        string list = string.Join(", ", types.Select(type => type.ToDisplayString(FullNames)));
        string scope = method.IsStatic ? "static " : "";
        return $"{scope}{method.ReturnType.ToDisplayString(FullNames)} {method.Name}({list})";
    }
}
