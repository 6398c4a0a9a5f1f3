using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Attune.DeviceCheck;

/// <summary>An assembly of the device: compiled without the desktop's library, or taken from a package.</summary>
public sealed class DeviceAssembly
{
    private static readonly EmitOptions Emission = new(runtimeMetadataVersion: "v4.0.30319");
    private static readonly SymbolDisplayFormat FullNames = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces
    );

    private DeviceAssembly(string name, CSharpCompilation? compilation, ImmutableArray<byte> image, Finding[] errors)
    {
        Compilation = compilation;
        Image = image;
        Errors = errors;
        Name = name;
    }

    /// <summary>The assembly's name.</summary>
    public string Name { get; }

    /// <summary>The sources as the compiler understands them; null if they are elsewhere.</summary>
    internal CSharpCompilation? Compilation { get; }

    /// <summary>The assembly file; empty if there are errors.</summary>
    public ImmutableArray<byte> Image { get; }

    /// <summary>The compiler's errors and warnings.</summary>
    public IReadOnlyList<Finding> Errors { get; }

    /// <summary>An assembly whose sources are elsewhere.</summary>
    public static DeviceAssembly FromImage(string name, ImmutableArray<byte> image) => new(name, null, image, []);

    /// <summary>Compiles sources against other assemblies and nothing else.</summary>
    public static DeviceAssembly Compile(
        string name,
        IEnumerable<Source> sources,
        IEnumerable<DeviceAssembly> references,
        CompileOptions options
    )
    {
        var parsing = new CSharpParseOptions(options.Language, preprocessorSymbols: options.Symbols);
        var trees = sources.Select(source => CSharpSyntaxTree.ParseText(source.Text, parsing, source.Path));
        var images = references.Select(reference => MetadataReference.CreateFromImage(reference.Image));
        var compiling = new CSharpCompilationOptions(
            options.IsProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: options.Optimized ? OptimizationLevel.Release : OptimizationLevel.Debug,
            allowUnsafe: options.AllowUnsafe,
            deterministic: true
        );
        var compilation = CSharpCompilation.Create(name, trees, images, compiling);
        using var image = new MemoryStream();
        EmitResult result = compilation.Emit(image, options: Emission);
        var errors = result
            .Diagnostics.Where(diagnostic => diagnostic.Severity >= options.Least)
            .Select(diagnostic => AsFinding(name, diagnostic));
        return new(name, compilation, result.Success ? [.. image.ToArray()] : [], [.. errors]);
    }

    /// <summary>
    /// Constants and attributes' constructors that the sources name, as assembly and Type::Name: the compiler leaves the
    /// values of constants alone in the IL, and of some attributes only a flag.
    /// </summary>
    public IEnumerable<(string Assembly, string Member)> NamedInSources()
    {
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (SyntaxTree tree in Compilation?.SyntaxTrees ?? [])
        {
            SemanticModel model = Compilation!.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                ISymbol? symbol =
                    node.IsKind(SyntaxKind.IdentifierName) || node.IsKind(SyntaxKind.Attribute)
                        ? model.GetSymbolInfo(node).Symbol
                        : null;
                if (symbol is IFieldSymbol { IsConst: true } or IMethodSymbol { Name: ".ctor" } && seen.Add(symbol))
                {
                    string type = symbol.ContainingType.ToDisplayString(FullNames);
                    yield return (symbol.ContainingAssembly.Name, $"{type}::{symbol.Name}");
                }
            }
        }
    }

    private static Finding AsFinding(string name, Diagnostic diagnostic)
    {
        FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
        LinePosition start = span.StartLinePosition;
        string place = span.IsValid ? $"{span.Path}({start.Line + 1},{start.Character + 1})" : "";
        return new(name, place, $"{diagnostic.Id}: {diagnostic.GetMessage()}", Advice.ForError(diagnostic.Id));
    }
}
