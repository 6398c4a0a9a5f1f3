using System.Text;

namespace Attune.Tests.Data;

/// <summary>Makes .npy files.</summary>
internal static class NumpyBuilder
{
    /// <summary>A file as numpy.save writes it.</summary>
    public static byte[] File(string type, string shape, byte[] data, int version = 1, string order = "False") =>
        WithHeader($"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}", data, version);

    /// <summary>A file with any header.</summary>
    public static byte[] WithHeader(string header, byte[] data, int version = 1)
    {
        int front = version == 1 ? 10 : 12;
        header = header.PadRight((front + header.Length + 1 + 63) / 64 * 64 - front - 1) + '\n';
        byte[] length =
            version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. Encoding.UTF8.GetBytes(header), .. data];
    }
}
