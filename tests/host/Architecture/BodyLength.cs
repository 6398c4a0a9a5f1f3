using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Attune.Tests.Architecture;

/// <summary>The body of a method or function.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Line">Where the body begins.</param>
/// <param name="Lines">Its lines, those of its braces among them.</param>
internal sealed record BodyLength(string Name, int Line, int Lines)
{
    /// <summary>Bodies in C#: methods, constructors, operators, accessors, local functions, and statements of a program.</summary>
    public static IEnumerable<BodyLength> InCSharp(string text)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview));
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            (string Name, SyntaxNode? Body) found = node switch
            {
                MethodDeclarationSyntax method => (method.Identifier.Text, Body(method)),
                BaseMethodDeclarationSyntax method => (method.Kind().ToString(), Body(method)),
                AccessorDeclarationSyntax accessor => (
                    accessor.Keyword.Text,
                    (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody
                ),
                PropertyDeclarationSyntax property => (property.Identifier.Text, property.ExpressionBody),
                LocalFunctionStatementSyntax function => (
                    function.Identifier.Text,
                    (SyntaxNode?)function.Body ?? function.ExpressionBody
                ),
                _ => ("", null),
            };
            if (found.Body is { } body)
            {
                yield return Between(found.Name, tree, body, body);
            }
        }
        GlobalStatementSyntax[] statements = [.. tree.GetRoot().ChildNodes().OfType<GlobalStatementSyntax>()];
        if (statements.Length > 0)
        {
            yield return Between("the program", tree, statements[0], statements[^1]);
        }
    }

    /// <summary>Bodies in C as clang-format writes it: a function begins and ends at the left margin.</summary>
    public static IEnumerable<BodyLength> InC(string text)
    {
        string[] lines = text.Split('\n');
        string name = "";
        int start = -1;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            bool atMargin = line.Length > 0 && (char.IsAsciiLetter(line[0]) || line[0] == '_');
            if (start < 0 && atMargin && line.Contains('('))
            {
                // Behind __attribute__((...)), if there is one.
                string declaration = line[(line.LastIndexOf(")) ", StringComparison.Ordinal) + 1)..];
                string before = declaration.Split('(')[0];
                name = before.Split(' ', '*')[^1];
            }
            if (start < 0 && name.Length > 0 && line.EndsWith('{'))
            {
                start = i;
            }
            else if (start < 0 && line.EndsWith(';'))
            {
                name = "";
            }
            else if (start >= 0 && line.StartsWith('}'))
            {
                yield return new(name, start + 1, i - start + 1);
                start = -1;
                name = "";
            }
        }
    }

    private static SyntaxNode? Body(BaseMethodDeclarationSyntax method) =>
        (SyntaxNode?)method.Body ?? method.ExpressionBody;

    private static BodyLength Between(string name, SyntaxTree tree, SyntaxNode first, SyntaxNode last)
    {
        int start = tree.GetLineSpan(first.Span).StartLinePosition.Line + 1;
        return new(name, start, tree.GetLineSpan(last.Span).EndLinePosition.Line + 2 - start);
    }
}
