namespace Attune.Tests.Architecture;

/// <summary>A place where a file of one room names something that a file of another declares.</summary>
/// <param name="From">The room that uses.</param>
/// <param name="To">The room that is used.</param>
/// <param name="File">Name of the file that uses.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Name">What is used: a type, or a type's member.</param>
internal sealed record RoomUse(string From, string To, string File, int Line, string Name)
{
    public override string ToString() => $"{File}:{Line} uses {Name}";
}
