using Attune.Data;

namespace Attune.Host.Data;

/// <summary>The element types of a sample file.</summary>
public enum SampleType
{
    /// <summary>int8, ready for the model (stored as two's complement).</summary>
    Int8 = 0,

    /// <summary>uint8; the model's input is value - 128.</summary>
    UInt8 = 1,
}

/// <summary>What a sample file (.ats, docs/FORMATS.md) holds.</summary>
/// <param name="Count">Number of samples, 1..2^24.</param>
/// <param name="Height">1..65535.</param>
/// <param name="Width">1..65535.</param>
/// <param name="Channels">1..65535; a sample has at most 2^26 elements.</param>
/// <param name="Type">Element type.</param>
/// <param name="Classes">Labels are 0..Classes-1, at most 2^16; 0: there are no labels and every label is -1.</param>
public sealed record SampleHeader(int Count, int Height, int Width, int Channels, SampleType Type, int Classes)
{
    /// <summary>Names of the classes, in the order of the labels; empty: the file has none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Scale that the values were quantized with, above 0; 0: not said.</summary>
    public float InputScale { get; init; }

    /// <summary>Zero point that the values were quantized with; 0 without a scale.</summary>
    public int InputZero { get; init; }

    /// <summary>Elements of one sample.</summary>
    public long Elements => (long)Height * Width * Channels;

    /// <summary>Label, elements, padding to a multiple of 4, and checksum.</summary>
    public long RecordBytes => 4 + (Elements + 3) / 4 * 4 + 4;

    /// <summary>Size of the whole file.</summary>
    public long FileBytes => SampleFormat.HeaderBytes + Count * RecordBytes + NamesBytes;

    /// <summary>Bytes of the class names.</summary>
    internal int NamesBytes => Model.ClassNames.Encode(ClassNames).Length;

    /// <summary>What is wrong with the first field that is out of range and where it stands; null if all are right.</summary>
    internal (int Offset, string Reason)? Fault =>
        Count is < 1 or > SampleFormat.MaximumCount
            ? (SampleFormat.CountAt, $"the number of samples, {Count}, is not in 1..{SampleFormat.MaximumCount}")
        : Height is < 1 or > SampleFormat.MaximumSide
            ? (SampleFormat.HeightAt, $"the height, {Height}, is not in 1..{SampleFormat.MaximumSide}")
        : Width is < 1 or > SampleFormat.MaximumSide
            ? (SampleFormat.WidthAt, $"the width, {Width}, is not in 1..{SampleFormat.MaximumSide}")
        : Channels is < 1 or > SampleFormat.MaximumSide
            ? (SampleFormat.ChannelsAt, $"the number of channels, {Channels}, is not in 1..{SampleFormat.MaximumSide}")
        : Elements > SampleFormat.MaximumElements
            ? (SampleFormat.HeightAt, $"a sample of {Elements} elements is above {SampleFormat.MaximumElements}")
        : Type is not (SampleType.Int8 or SampleType.UInt8)
            ? (SampleFormat.TypeAt, $"the element type, {(int)Type}, is not 0 or 1")
        : Classes is < 0 or > SampleFormat.MaximumClasses
            ? (SampleFormat.ClassesAt, $"the number of classes, {Classes}, is not in 0..{SampleFormat.MaximumClasses}")
        : ClassNames.Count > 0 && ClassNames.Count != Classes
            ? (SampleFormat.ClassNamesBytesAt, $"{ClassNames.Count} names of {Classes} classes")
        : NamesBytes > SampleFormat.MaximumNamesBytes
            ? (SampleFormat.ClassNamesBytesAt, $"the class names have more than {SampleFormat.MaximumNamesBytes} bytes")
        : !float.IsFinite(InputScale) || InputScale < 0
            ? (SampleFormat.InputScaleAt, $"the input scale, {InputScale}, is not above 0")
        : InputZero is < -128 or > 127
            ? (SampleFormat.InputZeroAt, $"the input zero point, {InputZero}, is not in -128..127")
        : null;

    internal bool Allows(int label) => Classes == 0 ? label == -1 : (uint)label < (uint)Classes;
}
