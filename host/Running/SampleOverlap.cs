using System.Security.Cryptography;
using Attune.Host.Data;

namespace Attune.Host.Running;

/// <summary>How much of held-out samples is among the training samples: accuracy on those is not held out.</summary>
/// <param name="Training">Number of training samples.</param>
/// <param name="Validation">Number of held-out samples.</param>
/// <param name="Shared">Held-out samples whose values are those of a training sample.</param>
/// <param name="Contradicting">Those of them that have another label there.</param>
public sealed record SampleOverlap(int Training, int Validation, int Shared, int Contradicting)
{
    /// <summary>Whether no sample is really held out.</summary>
    public bool IsWhole => Shared == Validation;

    /// <summary>Compares two sample files by the values of their samples.</summary>
    /// <param name="training">Path of the training samples (.ats).</param>
    /// <param name="validation">Path of the held-out samples (.ats).</param>
    /// <exception cref="DataException">A file is no sound sample file.</exception>
    public static SampleOverlap Of(string training, string validation)
    {
        var known = new Dictionary<UInt128, int>();
        using SampleReader train = SampleReader.Open(training);
        foreach (Sample sample in train.ReadAll())
        {
            known[Hash(sample, train.Header.Type)] = sample.Label;
        }
        int shared = 0;
        int contradicting = 0;
        using SampleReader held = SampleReader.Open(validation);
        foreach (Sample sample in held.ReadAll())
        {
            if (known.TryGetValue(Hash(sample, held.Header.Type), out int label))
            {
                shared++;
                contradicting += label >= 0 && sample.Label >= 0 && label != sample.Label ? 1 : 0;
            }
        }
        return new SampleOverlap(train.Header.Count, held.Header.Count, shared, contradicting);
    }

    /// <summary>What is wrong, in words; null: nothing is shared.</summary>
    /// <param name="training">Name of the training samples.</param>
    /// <param name="validation">Name of the held-out samples.</param>
    public string? Describe(string training, string validation)
    {
        if (Shared == 0)
        {
            return null;
        }
        string labels = Contradicting > 0 ? $", {Contradicting} of them with another label" : "";
        string part = IsWhole ? $"all {Validation} samples" : $"{Shared} of {Validation} samples";
        return $"{validation}: {part} are also in {training}{labels}; accuracy on them says nothing of new ones: hold other samples out";
    }

    /// <summary>A number for the values as the model gets them: int8 and uint8 samples of equal input are equal.</summary>
    private static UInt128 Hash(Sample sample, SampleType type)
    {
        byte[] values =
            type == SampleType.UInt8
                ? Array.ConvertAll(sample.Elements, value => (byte)(value ^ 0x80))
                : sample.Elements;
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(values));
    }
}
