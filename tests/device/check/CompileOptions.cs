using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Attune.DeviceCheck;

/// <summary>How a device assembly is compiled.</summary>
public sealed record CompileOptions
{
    /// <summary>The language version.</summary>
    public LanguageVersion Language { get; init; } = LanguageVersion.CSharp9;

    /// <summary>Symbols of #if and [Conditional].</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];

    /// <summary>Whether it has an entry point.</summary>
    public bool IsProgram { get; init; }

    /// <summary>Whether the IL is optimized.</summary>
    public bool Optimized { get; init; } = true;

    /// <summary>Whether unsafe blocks compile.</summary>
    public bool AllowUnsafe { get; init; }

    /// <summary>The least of the compiler's messages that is reported.</summary>
    public DiagnosticSeverity Least { get; init; } = DiagnosticSeverity.Warning;
}
