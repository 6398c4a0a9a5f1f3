namespace Attune.DeviceCheck;

/// <summary>A source file.</summary>
/// <param name="Path">Its path, as findings name it.</param>
/// <param name="Text">Its text.</param>
public sealed record Source(string Path, string Text)
{
    /// <summary>Reads a file; findings name its path below a root folder.</summary>
    public static Source Read(string root, string path) =>
        new(System.IO.Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path));
}
