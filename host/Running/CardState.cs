using Attune.Host.Data;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Host.Running;

/// <summary>What the checkpoints of a card folder say about its run; reading changes nothing on the card.</summary>
public sealed class CardState
{
    /// <summary>Files that a run makes: they belong to its job, model and samples, and to no other.</summary>
    public static readonly IReadOnlyList<string> ResultFiles =
    [
        // What a run goes on from comes first: whoever moves or removes the files begins there.
        CardFiles.FirstCheckpoint,
        CardFiles.SecondCheckpoint,
        CardFiles.Log,
        CardFiles.Events,
        CardFiles.Aligned,
        CardFiles.Adapted,
        CardFiles.Aligned + ".part",
        CardFiles.Adapted + ".part",
    ];

    private static readonly string[] Checkpoints = [CardFiles.FirstCheckpoint, CardFiles.SecondCheckpoint];

    private readonly int[] words;

    private CardState(Checkpoint checkpoint)
    {
        Identity = checkpoint.Identity;
        words = checkpoint.Words;
    }

    /// <summary>Number of the job, model and samples that the run is of, <see cref="RunIdentity"/>.</summary>
    public uint Identity { get; }

    /// <summary>Whether the run has reached its end.</summary>
    public bool Complete => words[SessionWord.Kind] == StageKind.Done;

    /// <summary>The stage that the run is in, as its log calls it, and the unit of it.</summary>
    public string Place => $"{StageKind.Name(words[SessionWord.Kind])}, unit {words[SessionWord.Unit]}";

    /// <summary>The block that the trials chose or the job names, or <see cref="Training.LayerChoice.NoBlock"/>.</summary>
    public int ChosenBlock => words[SessionWord.ChosenBlock];

    /// <summary>Largest planned peak of the stages so far, bytes.</summary>
    public int PlannedPeak => words[SessionWord.PlannedPeak];

    /// <summary>Highest byte of the arena that was touched so far.</summary>
    public int MeasuredPeak => words[SessionWord.MeasuredPeak];

    /// <summary>Multiply-accumulates of the adaptation so far.</summary>
    public long Macs => (uint)words[SessionWord.MacsLow] | ((long)words[SessionWord.MacsHigh] << 32);

    /// <summary>Whether training was undone.</summary>
    public bool RolledBack => (words[SessionWord.Undone] & SessionWord.TrainingUndone) != 0;

    /// <summary>Whether alignment was undone too.</summary>
    public bool AlignmentUndone => (words[SessionWord.Undone] & SessionWord.AlignmentUndone) != 0;

    /// <summary>Bytes of log.csv that the checkpoint knows.</summary>
    public int LogLength => words[SessionWord.LogLength];

    /// <summary>Their CRC-32.</summary>
    public uint LogChecksum => (uint)words[SessionWord.LogChecksum];

    /// <summary>Reads the checkpoints' headers (docs/FORMATS.md), the newest first; those that are not whole are left out.</summary>
    /// <exception cref="DataException">A checkpoint was written by another version of the program.</exception>
    public static IReadOnlyList<CardState> Read(string folder)
    {
        var found = new List<Checkpoint>();
        foreach (string path in Checkpoints.Select(name => CardFolder.PathOf(folder, name)).Where(File.Exists))
        {
            byte[] block = new byte[Checkpoint.BlockBytes];
            using FileStream file = File.OpenRead(path);
            bool whole = file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) == block.Length;
            if (!whole || Checkpoint.Parse(block) is not { } checkpoint)
            {
                continue;
            }
            if (checkpoint.Version != Checkpoint.CurrentVersion)
            {
                throw new DataException(
                    $"{path}: version {checkpoint.Version}, this program reads {Checkpoint.CurrentVersion}; run 'attune train' again"
                );
            }
            found.Add(checkpoint);
        }
        return [.. found.OrderByDescending(one => one.Sequence).Select(one => new CardState(one))];
    }

    /// <summary>The number that checkpoints of a folder's job, model and samples carry.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    /// <exception cref="StorageException">A file is missing or damaged.</exception>
    /// <exception cref="JobException">The job is wrong.</exception>
    public static uint IdentityOf(string folder)
    {
        TrainingJob job = CardRun.ReadJob(CardFolder.Storage(folder));
        byte[] header = new byte[QuantizedModel.HeaderBytes];
        string path = CardFolder.PathOf(folder, CardFiles.Model);
        if (!File.Exists(path))
        {
            throw new ModelException($"{path}: there is no such file; write the card again");
        }
        using (FileStream model = File.OpenRead(path))
        {
            if (model.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            {
                throw new ModelException($"{path}: ends within its header; write the card again");
            }
        }
        int Count(string name)
        {
            string samples = CardFolder.PathOf(folder, name);
            if (!File.Exists(samples) && name == CardFiles.Validation)
            {
                return 0;
            }
            using var file = CardFolder.OpenSamples(samples);
            return file.Count;
        }
        return RunIdentity.Of(job, Count(CardFiles.Training), Count(CardFiles.Validation), header);
    }
}
