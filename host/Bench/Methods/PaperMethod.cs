using System.Globalization;
using Attune.Host.Data;
using Attune.Host.Model;
using Attune.Model;
using Attune.Runs;

namespace Attune.Host.Bench.Methods;

/// <summary>
/// The paper's method (Poor Man's Training, sections 3 and 4.1): layer-wise zeroth-order training of weights and biases of one
/// block, adaptive weight or node perturbation, gradient-norm and quantization-aware scaling, rounding to nearest, all layers
/// updated at the end of a step, cosine decay; N = Q = 100 and learning rate 0.01 as "paper".
/// </summary>
/// <remarks>
/// What a limit on forwards cuts, since one step of N = Q = 100 costs 14,000 to 180,000 forwards: the 50 epochs become as many
/// whole steps as fit, and the cosine ends with the last of them. The trial epoch of each block (section 3.3, on all
/// samples but the held-out last fifth) becomes as many steps as take at most a quarter of the limit; where not even one step a
/// block does, block 1 is trained, the paper's block 2, the best fixed choice of its Table 4. Blocks whose plan exceeds the
/// arena are left out. The final training uses all samples.
/// </remarks>
/// <param name="name">Name in results.</param>
/// <param name="batch">N.</param>
/// <param name="queries">Q.</param>
/// <param name="rate">Learning rate of the first step.</param>
public sealed class PaperMethod(string name, int batch, int queries, string rate) : IBenchMethod
{
    private const int HeldOutPart = 5;
    private const int BestFixedBlock = 1;
    private const string BlockPrefix = "block-";

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool UsesLimit => true;

    /// <summary>"block-B": this block is trained and none is tried; "all": all layers.</summary>
    public IReadOnlyList<string> Variants => ["block-0", "block-1", "block-2", "block-3", "all"];

    /// <inheritdoc/>
    public BenchOutcome Run(BenchTask task, BenchCheckpoint? checkpoint, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(task);
        long limit = (long)(task.Limit * task.ForwardMacs);
        var run = new Adaptation(this, task, limit, checkpoint, cancellation);
        string layers = task.Variant switch
        {
            "all" => "all",
            ['b', 'l', 'o', 'c', 'k', '-', ..] => "block_" + task.Variant[BlockPrefix.Length..],
            _ => "block_" + run.Choose().ToString(CultureInfo.InvariantCulture),
        };
        return run.Train(layers);
    }

    private TrainingJob Job(BenchTask task, string layers)
    {
        string keys =
            $"method=zo layers={layers} batch={batch} queries={queries} learning-rate={rate} rounding=nearest update=global "
            + "perturbation=adaptive parts=both norm-scaling=on quantization-scaling=on rollback=off";
        TrainingJob job = BenchJob.Create(task, keys);
        if (BenchJob.IsJob(task.Variant))
        {
            BenchJob.Apply(job, task.Variant);
        }
        job.Training.Batch = Math.Min(job.Training.Batch, task.Training.Count);
        return job;
    }

    private sealed class Adaptation(
        PaperMethod method,
        BenchTask task,
        long limit,
        BenchCheckpoint? checkpoint,
        CancellationToken cancellation
    )
    {
        private readonly SortedDictionary<string, double> values = [];
        private long macs;
        private int peak;
        private int planned;
        private int trained;

        /// <summary>Trains each block for a short while and returns the one with the best held-out accuracy.</summary>
        public int Choose()
        {
            var costs = new SortedDictionary<int, long>();
            foreach (int block in Blocks())
            {
                if (Cost(block) is { } cost)
                {
                    costs.Add(block, cost);
                }
            }
            if (costs.Count == 0)
            {
                // None fits: training the first says so with all items.
                return 0;
            }
            int held = task.Training.Count / HeldOutPart;
            MemorySamples valid = BenchJob.Part(task.Training, task.Training.Count - held, held);
            MemorySamples rest = BenchJob.Part(task.Training, 0, task.Training.Count - held);
            // Each trial also measures the held-out accuracy before and after.
            long evaluations = 2L * costs.Count * held * task.ForwardMacs;
            TrainingJob any = method.Job(task, "all");
            int epoch = (rest.Count + any.Training.Batch - 1) / any.Training.Batch;
            int steps = (int)Math.Min(epoch, (limit / 4 - evaluations) / costs.Values.Sum());
            values["trial-steps"] = Math.Max(0, steps);
            if (costs.Count == 1 || steps < 1 || held == 0)
            {
                return costs.ContainsKey(BestFixedBlock) ? BestFixedBlock : costs.Keys.First();
            }
            int best = -1;
            int chosen = -1;
            foreach (int block in costs.Keys)
            {
                TrainingJob job = method.Job(task, "block_" + block);
                job.Training.Steps = steps;
                SessionRun.Result trial = Run(job, rest, valid, null);
                values["trial-block-" + block] = (double)trial.CorrectAfter / held;
                if (trial.CorrectAfter > best)
                {
                    best = trial.CorrectAfter;
                    chosen = block;
                }
            }
            return chosen;
        }

        /// <summary>Spends what is left of the limit on training.</summary>
        public BenchOutcome Train(string layers)
        {
            TrainingJob job = method.Job(task, layers);
            long? cost = SessionRun.StepMacs(task.Model.Bytes, job);
            // A job that does not fit is refused by the session, with all items; any number of steps will do.
            int steps = (int)Math.Min(1 << 24, (limit - macs) / (cost ?? 1));
            if (steps == 0)
            {
                // Not even one step fits: the network stays as it was.
                return Outcome(task.Model.Bytes, job, 0);
            }
            job.Training.Steps = steps;
            SessionRun.Result result = Run(job, task.Training, null, checkpoint);
            return Outcome(result.Model, job, steps);
        }

        private static IEnumerable<int> BlocksOf(AtmFile file) =>
            Enumerable.Range(0, Math.Max(1, file.Header(HeaderField.BlockCount)));

        private IEnumerable<int> Blocks() => BlocksOf(task.Model);

        private long? Cost(int block) =>
            SessionRun.StepMacs(
                task.Model.Bytes,
                method.Job(task, "block_" + block.ToString(CultureInfo.InvariantCulture))
            );

        private SessionRun.Result Run(
            TrainingJob job,
            MemorySamples training,
            MemorySamples? validation,
            BenchCheckpoint? told
        )
        {
            SessionRun.Result result = SessionRun.Run(
                task.Model.Bytes,
                job,
                training,
                validation,
                told,
                macs,
                cancellation
            );
            macs += result.Macs;
            peak = Math.Max(peak, result.Peak);
            planned = Math.Max(planned, result.Planned);
            trained = Math.Max(trained, Math.Min(task.Training.Count, job.Training.Steps * job.Training.Batch));
            return result;
        }

        private BenchOutcome Outcome(byte[] model, TrainingJob job, int steps) =>
            new()
            {
                Model = model,
                Macs = macs,
                Peak = peak == 0 ? null : peak,
                Planned = planned == 0 ? null : planned,
                Samples = values.GetValueOrDefault("trial-steps") > 0 ? task.Training.Count : trained,
                Block = job.Training.Layers.Block >= 0 ? job.Training.Layers.Block : null,
                Steps = steps,
                Values = values.Count > 0 ? values : null,
            };
    }
}
