namespace Attune.Host.Data;

/// <summary>The small text that Git leaves in place of a large file (Git LFS) until it is fetched.</summary>
public static class LfsPointer
{
    /// <summary>How every pointer begins.</summary>
    public static ReadOnlySpan<byte> Start => "version https://git-lfs"u8;

    /// <summary>Whether a file's first bytes are those of a pointer.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Start);
}
