using System.Globalization;
using Attune.Host.Boards;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;

namespace Attune.Host.Running;

/// <summary>Finds what fits in place of a job that does not: every change is planned as the run would plan it.</summary>
public sealed class PlanAdviser
{
    private const int MostBlocks = 3;
    private const int Most = 8;

    /// <summary>The largest that a job may ask for.</summary>
    private const int LargestArena = 1 << 30;

    private readonly QuantizedModel model;
    private readonly Arena arena;
    private readonly TrainingJob job;
    private readonly int modelBytes;
    private readonly bool evaluates;
    private readonly List<PlanAdvice> found = [];

    /// <summary>Prepares.</summary>
    /// <param name="model">The model.</param>
    /// <param name="arena">The arena that holds it, of any size.</param>
    /// <param name="job">The job that does not fit.</param>
    /// <param name="evaluates">Whether accuracy is measured.</param>
    public PlanAdviser(QuantizedModel model, Arena arena, TrainingJob job, bool evaluates)
    {
        ArgumentNullException.ThrowIfNull(arena);
        this.model = model;
        this.arena = arena;
        this.job = AutomaticChoice.Resolve(model, arena, job, evaluates);
        this.evaluates = evaluates;
        modelBytes = arena.ModelSize;
    }

    /// <summary>Bytes of arena that a job needs; null: it does not fit its own arena size, or cannot be run at all.</summary>
    public static int? Needs(QuantizedModel model, Arena arena, TrainingJob job, bool evaluates)
    {
        ArgumentNullException.ThrowIfNull(job);
        StagePlan[] plans;
        job = AutomaticChoice.Resolve(model, arena, job, evaluates);
        try
        {
            JobCheck.Check(job, model);
            plans = JobPlans.Of(model, arena, job, evaluates);
        }
        catch (Exception error) when (error is JobException or ModelException)
        {
            return null;
        }
        bool Fits(StagePlan one) => one.Plan.Peak <= job.ArenaBytes;
        bool runs =
            plans.All(one => one.Training?.TrainsAny() ?? true)
            && plans.Where(one => !one.IsTrial).All(Fits)
            && (!plans.Any(one => one.IsTrial) || plans.Any(one => one.IsTrial && Fits(one)));
        return runs ? plans.Where(Fits).Max(one => one.Plan.Peak) : null;
    }

    /// <summary>Changes after which the job fits its arena size, those that change least first.</summary>
    public IReadOnlyList<PlanAdvice> Changes()
    {
        found.Clear();
        if (job.Trains)
        {
            FindTraining();
        }
        if (job.Align)
        {
            FindAlignment();
        }
        return [.. found.Take(Most)];
    }

    /// <summary>Other boards, and the smallest arena, that the job fits as it is.</summary>
    /// <param name="boards">Boards that may be named.</param>
    public IReadOnlyList<PlanAdvice> Places(IReadOnlyCollection<Board> boards)
    {
        found.Clear();
        bool named = boards.Any(board => board.Name == job.Board && board.ArenaBytes == job.ArenaBytes);
        foreach (Board board in boards.Where(board => modelBytes <= board.FlashBytes))
        {
            if (Bytes([], board.ArenaBytes) is { } bytes)
            {
                found.Add(new PlanAdvice([("board", board.Name)], bytes, named ? "" : "--arena"));
            }
        }
        if (SmallestArena() is { } arenaBytes)
        {
            found.Add(new PlanAdvice([("arena", Text(arenaBytes))], arenaBytes));
        }
        return [.. found];
    }

    /// <summary>The least arena size that the job fits, or null.</summary>
    private int? SmallestArena()
    {
        int low = job.ArenaBytes;
        int high = LargestArena;
        if (Bytes([], high) is not { } most)
        {
            return null;
        }
        high = Math.Max(most, low + 1);
        // With less memory the plan takes less, so the need of a large arena is only a beginning.
        while (high - low > 1)
        {
            int middle = low + (high - low) / 2;
            (low, high) = Bytes([], middle) is null ? (middle, high) : (low, middle);
        }
        return high;
    }

    private void FindTraining()
    {
        // Keys that mean something to the method.
        (string, string)[] sequential = Uses(propagated: false) ? [("update", "sequential")] : [];
        (string, string)[] single = Uses(propagated: false) ? [("queries", "1")] : [];
        Try(sequential);
        TryQueries([]);
        TryLess("batch", job.Training.Batch, []);
        TryOptimizers();
        TryDeep([]);
        TryBlocks([]);
        Try([("parts", "biases")]);
        TryHead([]);
        if (found.Count == 0)
        {
            // One thing alone is not enough.
            (string, string)[] small = [.. sequential, ("batch", "1"), .. Descent()];
            TryQueries(small);
            TryDeep(small);
            TryBlocks([.. small, .. single]);
            TryHead([("batch", "1"), .. Descent()]);
            TryBlocks([.. small, .. single, ("parts", "biases")]);
        }
        Try([("method", "align")], "the options of training");
        if (job.Align)
        {
            Try([("method", job.Method.Name)]);
        }
    }

    private void FindAlignment()
    {
        if (JobPlans.TunesInputFilter(model, job))
        {
            Try([("input-filter", "off")]);
        }
        if (!job.Trains)
        {
            TryLess("align-depth", job.Alignment.Depth, []);
            if (found.Count == 0 && JobPlans.TunesInputFilter(model, job))
            {
                TryLess("align-depth", job.Alignment.Depth, [("input-filter", "off")]);
            }
        }
    }

    /// <summary>Whether the method forms the gradient of any layer by back-propagation, or of any by probes.</summary>
    private bool Uses(bool propagated)
    {
        bool Has(int layer, GradientSource source) =>
            model.CanTrain(layer) && source == GradientSource.BackPropagation == propagated;
        return Enumerable
            .Range(0, model.LayerCount)
            .Any(layer =>
                Has(layer, job.Method.SourceOf(model, job.Training, layer))
                || (job.Method is IBorderMethod two && Has(layer, two.SourceBefore(model, job.Training, layer)))
            );
    }

    private void TryQueries((string, string)[] others)
    {
        if (Uses(propagated: false))
        {
            TryLess("queries", job.Training.Queries, others);
        }
    }

    /// <summary>Tries what keeps less where errors go backward: fewer layers, or weights of the classifier alone.</summary>
    private void TryDeep((string, string)[] others)
    {
        if (!Uses(propagated: true))
        {
            return;
        }
        if (model.Head >= 0 && job.Training.WeightLayers == LayerChoice.All && job.Training.Parts == Parts.Both)
        {
            Try([("weight-layers", "head"), .. others]);
        }
        if (job.Training.Layers == LayerChoice.All)
        {
            Try([("layers", "deep"), .. others]);
        }
    }

    /// <summary>Tries optimisers that keep less.</summary>
    private void TryOptimizers()
    {
        if (job.Training.Optimizer == Optimizer.Adam)
        {
            Try([("optimizer", "momentum")]);
        }
        Try(Descent());
    }

    /// <summary>The change from another optimiser to plain descent, which has no momentum; nothing if the job has it.</summary>
    private (string, string)[] Descent() =>
        job.Training.Moments == 0 ? []
        : job.Training.Momentum == new TrainingOptions().Momentum ? [("optimizer", "sgd")]
        : [("optimizer", "sgd"), ("momentum", "0.9")];

    private void TryBlocks((string, string)[] others)
    {
        int before = found.Count;
        // The last ones learn most, and are the cheapest to reach.
        for (int block = model.BlockCount - 1; block >= 0 && found.Count < before + MostBlocks; block--)
        {
            if (job.Training.Layers.Block != block)
            {
                Try([("layers", $"block {block}"), .. others]);
            }
        }
    }

    private void TryHead((string, string)[] others)
    {
        if (model.Head >= 0)
        {
            (string, string)[] exact = Uses(propagated: false) ? [("head", "exact")] : [];
            Try([("layers", "head"), .. exact, .. others]);
        }
    }

    /// <summary>Finds the largest smaller value of a key that fits.</summary>
    private void TryLess(string key, int value, (string, string)[] others)
    {
        (string, string)[] Change(int number) => [(key, Text(number)), .. others];
        int low = 0;
        int high = value;
        // All numbers up to low fit, none from high on does.
        while (high - low > 1)
        {
            int middle = low + (high - low) / 2;
            (low, high) = Bytes(Change(middle), job.ArenaBytes) is null ? (low, middle) : (middle, high);
        }
        if (low > 0)
        {
            Try(Change(low));
        }
    }

    private void Try((string Key, string Value)[] changes, string without = "")
    {
        bool known = changes.Length == 0 || found.Exists(one => one.Changes.SequenceEqual(changes));
        if (!known && Bytes(changes, job.ArenaBytes) is { } bytes)
        {
            found.Add(new PlanAdvice(changes, bytes, without));
        }
    }

    private int? Bytes((string Key, string Value)[] changes, int arenaBytes)
    {
        TrainingJob other = TrainingJob.Parse(job.Write());
        if (changes.Any(change => other.Set(change.Key, change.Value) is not null))
        {
            return null;
        }
        other.ArenaBytes = arenaBytes;
        return Needs(model, arena, other, evaluates);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
