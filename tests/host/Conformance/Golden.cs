using System.Security.Cryptography;
using System.Text.Json;

namespace Attune.Tests.Conformance;

/// <summary>A file of the folder "goldens": exact outputs of a model under the reference kernels.</summary>
internal sealed class Golden
{
    private const int RecordBytes = 3073;
    private const int Side = 32;

    private Golden(JsonElement root)
    {
        Model = root.GetProperty("model").GetString()!;
        ModelHash = root.GetProperty("sha256").GetString()!;
        InputBytes = root.GetProperty("inputBytes").GetInt32();
        Cases = [.. root.GetProperty("cases").EnumerateArray()];
        Operators = root.TryGetProperty("opsSeed1", out JsonElement operators) ? [.. operators.EnumerateArray()] : [];
    }

    /// <summary>File name of the .tflite model.</summary>
    public string Model { get; }

    /// <summary>SHA-256 of that file.</summary>
    public string ModelHash { get; }

    /// <summary>Values of the model's input.</summary>
    public int InputBytes { get; }

    /// <summary>The cases, each with "output" or "outputSha256", some with "preSoftmax".</summary>
    public IReadOnlyList<JsonElement> Cases { get; }

    /// <summary>"op", "shape" and "sha256" of each operator's output for seed 1.</summary>
    public IReadOnlyList<JsonElement> Operators { get; }

    public static Golden Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new Golden(document.RootElement.Clone());
    }

    /// <summary>The input of a case: from its seed, or the CIFAR-10 image that it names.</summary>
    public byte[] Input(JsonElement golden)
    {
        byte[] input = golden.TryGetProperty("record", out JsonElement record)
            ? Image(record.GetInt32())
            : Random(golden.GetProperty("seed").GetUInt32());
        if (golden.TryGetProperty("inputSha256", out JsonElement hash))
        {
            Assert.AreEqual(hash.GetString(), Hash(input), "the input was made wrongly");
        }
        return input;
    }

    /// <summary>The CIFAR-10 image of a case before any enlargement: pixel - 128, 32x32x3.</summary>
    public static byte[] SmallImage(int record)
    {
        byte[] pixels = ReadPixels(record);
        var image = new byte[pixels.Length];
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = (byte)(pixels[i % 3 * Side * Side + i / 3] ^ 0x80);
        }
        return image;
    }

    /// <summary>Whether a case's output is the given one.</summary>
    public static bool HasOutput(JsonElement golden, byte[] output) =>
        golden.TryGetProperty("output", out JsonElement values)
            ? Bytes(values).SequenceEqual(output)
            : golden.GetProperty("outputSha256").GetString() == Hash(output);

    public static byte[] Bytes(JsonElement values) =>
        [.. values.EnumerateArray().Select(value => (byte)value.GetSByte())];

    public static string Hash(byte[] data) => Convert.ToHexStringLower(SHA256.HashData(data));

    private byte[] Random(uint seed)
    {
        var input = new byte[InputBytes];
        uint state = seed;
        for (int i = 0; i < input.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            input[i] = (byte)(state >> 8);
        }
        return input;
    }

    private byte[] Image(int record)
    {
        if (InputBytes == 3 * Side * Side)
        {
            return SmallImage(record);
        }
        const int Factor = 4;
        Assert.AreEqual(3 * Side * Factor * Side * Factor, InputBytes);
        byte[] pixels = ReadPixels(record);
        var image = new byte[InputBytes];
        int at = 0;
        for (int y = 0; y < Side * Factor; y++)
        {
            var (ya, yb, wya, wyb) = Taps(y);
            for (int x = 0; x < Side * Factor; x++)
            {
                var (xa, xb, wxa, wxb) = Taps(x);
                for (int channel = 0; channel < 3; channel++)
                {
                    int Pixel(int row, int column) => pixels[(channel * Side + row) * Side + column];
                    int above = wxa * Pixel(ya, xa) + wxb * Pixel(ya, xb);
                    int below = wxa * Pixel(yb, xa) + wxb * Pixel(yb, xb);
                    image[at++] = (byte)((wya * above + wyb * below + 32 >> 6) ^ 0x80);
                }
            }
        }
        return image;
    }

    /// <summary>The two source coordinates of an enlarged one, and their weights out of 8.</summary>
    private static (int A, int B, int WeightA, int WeightB) Taps(int at)
    {
        int source = at / 4;
        (int a, int weight) = (at % 4) switch
        {
            0 => (source - 1, 3),
            1 => (source - 1, 1),
            2 => (source, 7),
            _ => (source, 5),
        };
        return (Math.Max(a, 0), Math.Min(a + 1, Side - 1), weight, 8 - weight);
    }

    /// <summary>The pixels of an image as the file has them: a plane of red, of green, of blue.</summary>
    private static byte[] ReadPixels(int record)
    {
        using FileStream file = File.OpenRead(SharedFolder.Require("data", "cifar10", "test_batch.bin"));
        file.Position = (long)record * RecordBytes + 1;
        var pixels = new byte[RecordBytes - 1];
        file.ReadExactly(pixels);
        return pixels;
    }
}
