using System.Text;
using Attune.Kernels;

namespace Attune.Host.Model;

/// <summary>Names of classes as models and sample files hold them (docs/FORMATS.md): UTF-8, each ended by a line feed.</summary>
public static class ClassNames
{
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>The names' bytes.</summary>
    /// <param name="names">Without line feeds; none: no bytes.</param>
    public static byte[] Encode(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Strict.GetBytes(string.Concat(names.Select(name => name + "\n")));
    }

    /// <summary>The names; null if the bytes are no names, or of another number of classes.</summary>
    /// <param name="bytes">All bytes of the names.</param>
    /// <param name="classes">Number of classes.</param>
    public static IReadOnlyList<string>? Decode(byte[] bytes, int classes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            string[] parts = Strict.GetString(bytes).Split('\n');
            return parts.Length == classes + 1 && parts[^1].Length == 0 && parts[..^1].All(part => part.Length > 0)
                ? parts[..^1]
                : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>CRC-32 of the names' bytes; 0 without names.</summary>
    public static uint Checksum(byte[] bytes) => Native.Crc32(bytes, 0, bytes.Length, 0);
}
