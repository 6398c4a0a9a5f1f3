using Attune.Memory;

namespace Attune.Data
{
    /// <summary>Labelled or unlabelled samples, in the form that the network's input takes.</summary>
    public interface ISampleSource
    {
        /// <summary>Number of samples.</summary>
        int Count { get; }

        /// <summary>Number of classes; 0: the samples have no labels.</summary>
        int Classes { get; }

        /// <summary>Bytes of one sample.</summary>
        int SampleBytes { get; }

        /// <summary>Puts sample index (0..Count-1) into the arena, as int8. Returns its label, -1 if it has none.</summary>
        int Load(int index, Arena arena, int offset);
    }
}
