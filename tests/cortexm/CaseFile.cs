using System.Text;
using Attune.Host.Model;

namespace Attune.Tests.CortexM;

/// <summary>
/// Writes a file of cases as interop-native/bench/network.c reads it: words "ATTC" and the number of cases; then for each
/// a name of 64 bytes; words model bytes (0: the model of the case before), first layer, end layer, number of inputs, number of
/// checks; the model; and inputs and checks, each of words tensor and bytes, and the values.
/// </summary>
internal sealed class CaseFile
{
    private const int NameBytes = 64;
    private readonly List<byte[]> cases = [];
    private AtmFile? last;

    /// <summary>Number of cases so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a case that runs the layers from <paramref name="first"/> to the last.</summary>
    public void Add(
        string name,
        AtmFile model,
        int first,
        IReadOnlyList<(int Tensor, byte[] Values)> inputs,
        IReadOnlyList<(int Tensor, byte[] Values)> checks
    )
    {
        byte[] text = new byte[NameBytes];
        Encoding.ASCII.GetBytes(name.AsSpan(0, Math.Min(name.Length, NameBytes - 1)), text);
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        bool repeated = ReferenceEquals(model, last);
        writer.Write(text);
        writer.Write(repeated ? 0 : model.Bytes.Length);
        writer.Write(first);
        writer.Write(model.LayerCount);
        writer.Write(inputs.Count);
        writer.Write(checks.Count);
        if (!repeated)
        {
            writer.Write(model.Bytes);
        }
        foreach (var (tensor, values) in inputs.Concat(checks))
        {
            writer.Write(tensor);
            writer.Write(values.Length);
            writer.Write(values);
        }
        cases.Add(bytes.ToArray());
        last = model;
        Count++;
    }

    /// <summary>Writes the file.</summary>
    public void Save(string path)
    {
        using FileStream file = File.Create(path);
        using var writer = new BinaryWriter(file);
        writer.Write("ATTC"u8);
        writer.Write(Count);
        cases.ForEach(writer.Write);
    }
}
