using System.Buffers.Binary;
using Attune.Kernels;
using Attune.Runs;

namespace Attune.Host.Reports;

/// <summary>What the newest checkpoint of a card folder says about its run; reading changes nothing on the card.</summary>
/// <param name="Stage">A stage of <see cref="TrainingSession"/>.</param>
/// <param name="ChosenBlock">The block that the trials chose, or one of the constants of <see cref="TrainingJob"/>.</param>
/// <param name="PlannedPeak">Largest planned peak of the stages so far, bytes.</param>
/// <param name="MeasuredPeak">Highest byte of the arena that was touched so far.</param>
/// <param name="Macs">Multiply-accumulates of the adaptation so far.</param>
/// <param name="RolledBack">Whether training was undone.</param>
/// <param name="AlignmentUndone">Whether alignment was undone too.</param>
public sealed record CardState(
    int Stage,
    int ChosenBlock,
    int PlannedPeak,
    int MeasuredPeak,
    long Macs,
    bool RolledBack,
    bool AlignmentUndone
)
{
    private static readonly string[] FileNames = ["state-a.atc", "state-b.atc"];
    private const int HeaderBytes = 512;
    private const int WordsAt = 64;
    private const uint Magic = 0x31435441;

    /// <summary>Whether the run has reached its end.</summary>
    public bool Complete => Stage == TrainingSession.Done;

    /// <summary>Reads the checkpoints' headers (docs/FORMATS.md); null: neither is whole.</summary>
    public static CardState? Read(string folder)
    {
        CardState? newest = null;
        int newestNumber = -1;
        foreach (string name in FileNames)
        {
            string path = Path.Combine(folder, name);
            byte[] header = new byte[HeaderBytes];
            if (!File.Exists(path))
            {
                continue;
            }
            using FileStream file = File.OpenRead(path);
            bool whole =
                file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes
                && (uint)At(0) == Magic
                && (uint)At(HeaderBytes - 4) == Native.Crc32(header, 0, HeaderBytes - 4, 0);
            if (whole && At(8) > newestNumber)
            {
                newestNumber = At(8);
                newest = new CardState(
                    Word(0),
                    Word(4),
                    Word(10),
                    Word(11),
                    (uint)Word(12) | ((long)Word(13) << 32),
                    (Word(14) & 1) != 0,
                    (Word(14) & 2) != 0
                );
            }

            int At(int offset) => BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(offset));
            int Word(int number) => At(WordsAt + 4 * number);
        }
        return newest;
    }
}
