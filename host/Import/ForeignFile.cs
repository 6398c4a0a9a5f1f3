using System.Text;
using Attune.Host.Data;

namespace Attune.Host.Import;

/// <summary>Recognizes files that people take for an INT8 .tflite network, and says what to do instead.</summary>
internal static class ForeignFile
{
    private const int Looked = 4096;

    /// <summary>What a file is and what to do, or null if it is none that is known.</summary>
    /// <param name="path">The file's name, for its extension.</param>
    /// <param name="bytes">The whole file.</param>
    public static string? Describe(string path, byte[] bytes)
    {
        const string Convert =
            "convert the network with TensorFlow's TFLiteConverter, full integer (int8) quantization, and give the .tflite file";
        ReadOnlySpan<byte> start = bytes.AsSpan(0, Math.Min(bytes.Length, Looked));
        string text = Encoding.Latin1.GetString(start);
        string extension = Path.GetExtension(path).ToUpperInvariant();
        if (LfsPointer.Is(start))
        {
            return "a Git LFS pointer, not the file itself; fetch it with 'git lfs pull'";
        }
        if (bytes.Length > 4 && bytes[0] == 0x89 && start[1..].StartsWith("HDF"u8))
        {
            return $"a Keras network (HDF5); {Convert}";
        }
        if (extension is ".KERAS" or ".PB" || (start.StartsWith("PK"u8) && extension is not ".TFLITE"))
        {
            return extension is ".PT" or ".PTH"
                ? $"a PyTorch network; export it, then {Convert}"
                : $"a saved network of Keras or TensorFlow; {Convert}";
        }
        if (extension is ".ONNX" or ".PT" or ".PTH")
        {
            return $"{(extension == ".ONNX" ? "an ONNX" : "a PyTorch")} network; export it for TensorFlow, then {Convert}";
        }
        if (start.StartsWith("ATS1"u8))
        {
            return "a sample file (.ats), not a model; give an .atm or .tflite file";
        }
        return IsArray(text)
            ? "C source with the network as an array of bytes; give the .tflite file that it was made from (or bring it back with 'xxd -r -p' on its numbers)"
            : null;
    }

    /// <summary>Whether a text has an array of bytes as 'xxd -i' writes it.</summary>
    private static bool IsArray(string text) =>
        text.Contains("0x", StringComparison.Ordinal)
        && (text.Contains("char", StringComparison.Ordinal) || text.Contains("uint8_t", StringComparison.Ordinal))
        && text.Contains('[', StringComparison.Ordinal);
}
