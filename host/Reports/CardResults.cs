using Attune.Host.Data;
using Attune.Host.Running;
using Attune.Kernels;
using Attune.Storage;

namespace Attune.Host.Reports;

/// <summary>The results of a card folder, without those of another job, model or samples.</summary>
public sealed class CardResults
{
    private static readonly string[] Models = [CardFiles.Aligned, CardFiles.Adapted];

    /// <summary>Reads what belongs to a folder's job.</summary>
    /// <exception cref="DataException">Nothing was run, or a file is damaged.</exception>
    public CardResults(string folder)
    {
        IReadOnlyList<CardState> states = CardState.Read(folder);
        string log = CardFolder.PathOf(folder, CardFiles.Log);
        if (states.Count == 0)
        {
            // Nothing was run, or its log must at least be one.
            _ = RunLog.Read(folder);
        }
        else
        {
            uint identity = CardState.IdentityOf(folder);
            State = states.FirstOrDefault(one => one.Identity == identity);
        }
        var left = new List<string>();
        if (State is null)
        {
            string why =
                states.Count > 0
                    ? "they belong to another job, model or samples"
                    : "no checkpoint says which job they belong to";
            string[] there = [.. CardState.ResultFiles.Where(name => File.Exists(CardFolder.PathOf(folder, name)))];
            left.Add($"{string.Join(", ", there)}: {why}; 'attune train' makes those of this job");
        }
        else if (IsOf(State, log))
        {
            Log = RunLog.Read(folder);
        }
        else
        {
            left.Add($"{CardFiles.Log}: it is not the log that the checkpoint of this job knows");
        }
        bool aligned = State is { Complete: true } || Log.Any(line => line is { Stage: "align", Forwards: not null });
        bool[] made = [aligned, State is { Complete: true }];
        Made = [.. Models.Where((name, place) => made[place] && File.Exists(CardFolder.PathOf(folder, name)))];
        if (State is not null)
        {
            foreach (string name in Models.Except(Made).Where(name => File.Exists(CardFolder.PathOf(folder, name))))
            {
                left.Add($"{name}: the run of this job has not come so far; the file is of another one");
            }
        }
        LeftOut = left;
    }

    /// <summary>The newest checkpoint of the folder's job, or null.</summary>
    public CardState? State { get; }

    /// <summary>Its log; empty without one.</summary>
    public IReadOnlyList<RunLogLine> Log { get; } = [];

    /// <summary>Names of the models that the job's run has made.</summary>
    public IReadOnlyList<string> Made { get; }

    /// <summary>Files that are there and do not belong to the job, with the reason, one line each.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>Whether a log begins as the checkpoint knows it.</summary>
    private static bool IsOf(CardState state, string log)
    {
        if (!File.Exists(log))
        {
            return false;
        }
        byte[] bytes = File.ReadAllBytes(log);
        return bytes.Length >= state.LogLength && Native.Crc32(bytes, 0, state.LogLength, 0) == state.LogChecksum;
    }
}
