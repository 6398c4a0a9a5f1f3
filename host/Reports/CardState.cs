using Attune.Host.Data;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Host.Reports;

/// <summary>What the newest checkpoint of a card folder says about its run; reading changes nothing on the card.</summary>
/// <param name="Complete">Whether the run has reached its end.</param>
/// <param name="ChosenBlock">The block that the trials chose or the job names, or <see cref="Training.LayerChoice.NoBlock"/>.</param>
/// <param name="PlannedPeak">Largest planned peak of the stages so far, bytes.</param>
/// <param name="MeasuredPeak">Highest byte of the arena that was touched so far.</param>
/// <param name="Macs">Multiply-accumulates of the adaptation so far.</param>
/// <param name="RolledBack">Whether training was undone.</param>
/// <param name="AlignmentUndone">Whether alignment was undone too.</param>
public sealed record CardState(
    bool Complete,
    int ChosenBlock,
    int PlannedPeak,
    int MeasuredPeak,
    long Macs,
    bool RolledBack,
    bool AlignmentUndone
)
{
    private static readonly string[] FileNames = [CardFiles.FirstCheckpoint, CardFiles.SecondCheckpoint];

    /// <summary>Reads the checkpoints' headers (docs/FORMATS.md); null: neither is whole.</summary>
    /// <exception cref="DataException">A checkpoint was written by another version of the program.</exception>
    public static CardState? Read(string folder)
    {
        Checkpoint? newest = null;
        foreach (string path in FileNames.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            byte[] block = new byte[Checkpoint.BlockBytes];
            using FileStream file = File.OpenRead(path);
            bool whole = file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) == block.Length;
            Checkpoint? found = whole ? Checkpoint.Parse(block) : null;
            if (found is not null && found.Version != Checkpoint.CurrentVersion)
            {
                throw new DataException(
                    $"{path}: version {found.Version}, this program reads {Checkpoint.CurrentVersion}; run 'attune train' again"
                );
            }
            newest = found is not null && found.Sequence > (newest?.Sequence ?? -1) ? found : newest;
        }
        return newest is null ? null : Of(newest.Words);
    }

    private static CardState Of(int[] words) =>
        new(
            words[SessionWord.Kind] == StageKind.Done,
            words[SessionWord.ChosenBlock],
            words[SessionWord.PlannedPeak],
            words[SessionWord.MeasuredPeak],
            (uint)words[SessionWord.MacsLow] | ((long)words[SessionWord.MacsHigh] << 32),
            (words[SessionWord.Undone] & SessionWord.TrainingUndone) != 0,
            (words[SessionWord.Undone] & SessionWord.AlignmentUndone) != 0
        );
}
