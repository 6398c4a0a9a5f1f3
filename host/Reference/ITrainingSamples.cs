namespace Attune.Host.Reference;

/// <summary>Labelled samples as a network takes them. Reading must be safe from several threads.</summary>
public interface ITrainingSamples
{
    /// <summary>Number of samples.</summary>
    int Count { get; }

    /// <summary>Writes the real-valued input of a sample (N,H,W,C order) and returns its class.</summary>
    /// <param name="index">0..Count-1.</param>
    /// <param name="input">As many elements as the network's tensor 0.</param>
    int Read(int index, Span<float> input);
}
