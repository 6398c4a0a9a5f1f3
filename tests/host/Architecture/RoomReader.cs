using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Attune.Tests.Architecture;

/// <summary>
/// Reads sources for what each room uses of the others: types, members and constants (of which IL keeps no trace). Names in
/// comments do not count.
/// </summary>
internal sealed class RoomReader
{
    /// <summary>A method that a source generator completes, and generators do not run here.</summary>
    private const string GeneratedMethod = "CS8795";

    private static readonly SymbolDisplayFormat Names = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        memberOptions: SymbolDisplayMemberOptions.IncludeContainingType
    );

    private readonly CSharpCompilation compilation;
    private readonly Func<string, string> roomOf;

    /// <summary>Compiles sources.</summary>
    /// <param name="sources">Path and text of each.</param>
    /// <param name="references">The assemblies that they refer to.</param>
    /// <param name="roomOf">The room of a path.</param>
    public RoomReader(
        IEnumerable<(string Path, string Text)> sources,
        IEnumerable<MetadataReference> references,
        Func<string, string> roomOf
    )
    {
        this.roomOf = roomOf;
        var parsing = new CSharpParseOptions(LanguageVersion.Preview);
        var compiling = new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true);
        compilation = CSharpCompilation.Create(
            "Rooms",
            sources.Select(source => CSharpSyntaxTree.ParseText(source.Text, parsing, source.Path)),
            references,
            compiling
        );
    }

    /// <summary>The compiler's errors: a name that it does not know is a use that would go unseen.</summary>
    public IEnumerable<string> Errors =>
        compilation
            .GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != GeneratedMethod)
            .Select(diagnostic => diagnostic.ToString());

    /// <summary>Each file's first use of each name of another room.</summary>
    public IEnumerable<RoomUse> Uses() =>
        compilation.SyntaxTrees.SelectMany(UsesIn).DistinctBy(use => (use.From, use.File, use.To, use.Name));

    /// <summary>A file of each room.</summary>
    public IReadOnlyDictionary<string, string> Rooms() =>
        compilation
            .SyntaxTrees.GroupBy(tree => roomOf(tree.FilePath))
            .ToDictionary(group => group.Key, group => group.First().FilePath);

    private IEnumerable<RoomUse> UsesIn(SyntaxTree tree)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        string room = roomOf(tree.FilePath);
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes().Where(CanName))
        {
            SymbolInfo info = model.GetSymbolInfo(node);
            // An argument of nameof names all overloads.
            foreach (ISymbol named in info.Symbol is { } found ? [found] : info.CandidateSymbols)
            {
                ISymbol symbol = Declared(named);
                if (RoomsOf(symbol) is { Length: > 0 } rooms && !rooms.Contains(room))
                {
                    int line = tree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
                    string file = Path.GetFileName(tree.FilePath);
                    yield return new(room, rooms[0], file, line, symbol.ToDisplayString(Names));
                }
            }
        }
    }

    /// <summary>What a source declares of a symbol: the generic one, the static method of an extension, a constructor's type.</summary>
    private static ISymbol Declared(ISymbol symbol)
    {
        ISymbol origin = (symbol as IMethodSymbol)?.ReducedFrom ?? symbol.OriginalDefinition;
        return origin.IsImplicitlyDeclared && origin.ContainingType is { } type ? type : origin;
    }

    /// <summary>Names, and what calls a constructor or an operator without naming it.</summary>
    private static bool CanName(SyntaxNode node) =>
        node
            is SimpleNameSyntax
                or ImplicitObjectCreationExpressionSyntax
                or BinaryExpressionSyntax
                or PrefixUnaryExpressionSyntax;

    private ImmutableArray<string> RoomsOf(ISymbol symbol) =>
        symbol.Kind
            is SymbolKind.NamedType
                or SymbolKind.Method
                or SymbolKind.Property
                or SymbolKind.Field
                or SymbolKind.Event
            ? [.. symbol.DeclaringSyntaxReferences.Select(place => roomOf(place.SyntaxTree.FilePath)).Distinct()]
            : [];
}
