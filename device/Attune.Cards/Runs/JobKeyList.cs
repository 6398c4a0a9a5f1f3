using Attune.Adaptation;
using Attune.Numbers;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>
    /// The entries of <see cref="JobKeys"/>, in the order in which a job is written. A new key is one entry here and a field
    /// of the options it belongs to.
    /// </summary>
    internal sealed partial class JobKeyList
    {
        private const string MethodHelp =
            "align, a training method, or both: align+zo; align needs no labels, training learns them";

        /// <summary>The keys.</summary>
        public readonly JobKey[] Keys = new JobKey[]
        {
            new TextKey("profile", "attune, paper or fqt", job => null, SetProfile, JobProfiles.Help),
            new TextKey("method", null, job => job.MethodName, (job, text) => job.SetMethod(text), MethodHelp),
            new TextKey(
                "board",
                "the name of a board",
                job => job.Board,
                SetBoard,
                "name of the board profile, for information only"
            ),
            new IntegerKey(
                "arena",
                1024,
                1 << 30,
                job => job.ArenaBytes,
                (job, value) => job.ArenaBytes = value,
                "bytes of arena that the run may use"
            ),
            new TextKey("seed", "0..4294967295", job => "" + job.Training.Seed, SetSeed, "seed of everything random"),
            new IntegerKey(
                "epochs",
                1,
                100000,
                job => job.Training.Epochs,
                (job, value) => job.Training.Epochs = value,
                "passes over the training samples"
            ).Trains(),
            new IntegerKey(
                "steps",
                0,
                1 << 24,
                job => job.Training.Steps,
                (job, value) => job.Training.Steps = value,
                "steps instead of whole epochs; 0: the epochs decide. A block's trial takes an epoch, but no more steps than this"
            )
                .Trains()
                .IsOptional(),
            new IntegerKey(
                "batch",
                1,
                65536,
                job => job.Training.Batch,
                (job, value) => job.Training.Batch = value,
                "samples accumulated before an update (N)"
            ).Trains(),
            new IntegerKey(
                "queries",
                1,
                65536,
                job => job.Training.Queries,
                (job, value) => job.Training.Queries = value,
                "probes for each layer and sample (Q)"
            ).Trains(),
            new TextKey(
                "layer-queries",
                "pairs: layer, queries (1..65536), layer, queries...",
                job => job.Training.LayerQueries.Length > 0 ? NumberList.Format(job.Training.LayerQueries) : null,
                SetLayerQueries,
                "other numbers of probes for single layers: layer,queries,layer,queries..."
            ).Trains(),
            new NumberKey(
                "learning-rate",
                "0.003",
                true,
                job => job.Training.LearningRate,
                (job, value) => job.Training.LearningRate = value,
                "learning rate of the first step, up to 15 digits; falls to 0 along half a cosine"
            ).Trains(),
            new TextKey(
                "layers",
                LayerChoice.Takes,
                job => job.Training.Layers.ToString(),
                SetLayers,
                "what is trained: auto (try each block), all, deep (as many of the last layers as fit), head (the classifier), 'block B', or layer numbers such as 3,5-9"
            ).Trains(),
            new ChoiceKey(
                "parts",
                new string[] { "both", "weights", "biases", "scales" },
                new int[] { (int)Parts.Both, (int)Parts.Weights, (int)Parts.Biases, (int)Parts.Multipliers },
                job => (int)job.Training.Parts,
                (job, value) => job.Training.Parts = (Parts)value,
                "what moves: both (weights and biases), weights, biases or scales (the output multipliers)"
            ).Trains(),
            new TextKey(
                "weight-layers",
                LayerChoice.TakesFixed,
                job => job.Training.WeightLayers == LayerChoice.All ? null : job.Training.WeightLayers.ToString(),
                SetWeightLayers,
                "those of the trained layers whose weights move where parts = both or weights; of the others, biases"
            )
                .Trains()
                .IsOptional(),
            ChoiceKey
                .Switch(
                    "error-rounding",
                    "nearest",
                    "stochastic",
                    job => job.Training.NearestErrors ? 1 : 0,
                    (job, value) => job.Training.NearestErrors = value != 0,
                    "rounding of errors in back-propagation: stochastic or nearest"
                )
                .Trains()
                .IsOptional(),
            NumberKey.Share(
                "lambda-min",
                job => job.Training.LambdaMin,
                (job, value) => job.Training.LambdaMin = value,
                "back-propagation: share of a layer's channels whose errors are kept, at a loss of 0; 1: all"
            ),
            NumberKey.Share(
                "lambda-max",
                job => job.Training.LambdaMax,
                (job, value) => job.Training.LambdaMax = value,
                "the same at the largest loss so far; not below lambda-min"
            ),
            new ChoiceKey(
                "perturbation",
                new string[] { "adaptive", "weights", "nodes" },
                new int[] { (int)Perturbation.Adaptive, (int)Perturbation.Weights, (int)Perturbation.Nodes },
                job => (int)job.Training.Perturbation,
                (job, value) => job.Training.Perturbation = (Perturbation)value,
                "what probes perturb: adaptive (the fewer of both), weights or nodes"
            ).Trains(),
            ChoiceKey
                .Switch(
                    "update",
                    "sequential",
                    "global",
                    job => job.Training.Sequential ? 1 : 0,
                    (job, value) => job.Training.Sequential = value != 0,
                    "global (all layers at the end of a step) or sequential (layer by layer)"
                )
                .Trains(),
            new ChoiceKey(
                "rounding",
                new string[] { "stochastic", "nearest", "carried" },
                new int[] { 1, 0, 2 },
                job =>
                    job.Training.Carries ? 2
                    : job.Training.Stochastic ? 1
                    : 0,
                (job, value) =>
                {
                    job.Training.Stochastic = value == 1;
                    job.Training.Carries = value == 2;
                },
                "rounding of updates: stochastic, nearest, or carried: method = learn adds what is left over to the next step"
            ).Trains(),
            ChoiceKey
                .Switch(
                    "norm-scaling",
                    "on",
                    "off",
                    job => job.Training.NormScaling ? 1 : 0,
                    (job, value) => job.Training.NormScaling = value != 0,
                    "gradient-norm scaling: on or off"
                )
                .Trains(),
            ChoiceKey
                .Switch(
                    "quantization-scaling",
                    "on",
                    "off",
                    job => job.Training.QuantizationScaling ? 1 : 0,
                    (job, value) => job.Training.QuantizationScaling = value != 0,
                    "quantization-aware scaling: on or off"
                )
                .Trains(),
            ChoiceKey
                .Switch(
                    "centering",
                    "on",
                    "off",
                    job => job.Training.Centering ? 1 : 0,
                    (job, value) => job.Training.Centering = value != 0,
                    "subtract the mean of a step's loss differences from each, layer by layer: on or off"
                )
                .Trains()
                .IsOptional(),
            ChoiceKey
                .Switch(
                    "head",
                    "exact",
                    "probed",
                    job => job.Training.ExactHead ? 1 : 0,
                    (job, value) => job.Training.ExactHead = value != 0,
                    "gradient of the classifier: exact (closed form) or probed"
                )
                .Trains()
                .IsOptional(),
            new ChoiceKey(
                "objective",
                new string[] { "labels", "pseudo-labels" },
                new int[] { (int)Objective.Labels, (int)Objective.Pseudo },
                job => (int)job.Training.Objective,
                (job, value) => job.Training.Objective = (Objective)value,
                "cross-entropy with the samples' labels, or with pseudo-labels: the class that the network holds most likely"
            )
                .Trains()
                .IsOptional(),
            new NumberKey(
                "minimum-loss",
                "0",
                true,
                job => job.Training.MinimumLoss,
                (job, value) => job.Training.MinimumLoss = value,
                "samples with a smaller clean loss are not probed"
            )
                .Trains()
                .IsOptional(),
            new NumberKey(
                "full-rate-loss",
                "0",
                true,
                job => job.Training.FullRateLoss,
                (job, value) => job.Training.FullRateLoss = value,
                "back-propagation: if the mean loss of the first 200 samples is less, the rate is smaller in proportion; 0: never"
            )
                .Trains()
                .IsOptional(),
            ChoiceKey
                .Switch(
                    "augment-flip",
                    "on",
                    "off",
                    job => job.Training.Flip ? 1 : 0,
                    (job, value) => job.Training.Flip = value != 0,
                    "mirror half of the training samples left to right, by chance: on or off"
                )
                .Trains()
                .IsOptional(),
            new IntegerKey(
                "augment-shift",
                0,
                64,
                job => job.Training.Shift,
                (job, value) => job.Training.Shift = value,
                "move training samples by up to this many pixels, up or down and left or right; the edge is repeated"
            )
                .Trains()
                .IsOptional(),
            new IntegerKey(
                "augment-time-shift",
                0,
                65535,
                job => job.Training.TimeShift,
                (job, value) => job.Training.TimeShift = value,
                "move training samples that are series (height or width 1) by up to this many values; the edge is repeated"
            )
                .Trains()
                .IsOptional(),
            new IntegerKey(
                "augment-gain",
                0,
                255,
                job => job.Training.Gain,
                (job, value) => job.Training.Gain = value,
                "multiply training samples, around the zero point, by up to 1 +- this / 256"
            )
                .Trains()
                .IsOptional(),
            new ChoiceKey(
                "optimizer",
                new string[] { "sgd", "momentum", "adam" },
                new int[] { (int)Optimizer.Sgd, (int)Optimizer.Momentum, (int)Optimizer.Adam },
                job => (int)job.Training.Optimizer,
                (job, value) => job.Training.Optimizer = (Optimizer)value,
                "what makes steps of gradients: sgd, momentum (4 bytes of arena a weight or bias) or adam (8 bytes)"
            )
                .Trains()
                .IsOptional(),
            new NumberKey(
                "momentum",
                "0.9",
                "0.9999",
                job => job.Training.Momentum,
                (job, value) => job.Training.Momentum = value,
                "decay of momentum from step to step, and of adam's mean (beta1); goes with one of both"
            )
                .Trains()
                .IsOptional(),
            ChoiceKey.Switch(
                "rollback",
                "on",
                "off",
                job => job.Rollback ? 1 : 0,
                (job, value) => job.Rollback = value != 0,
                "keep the best state of a training, if more held-out samples are correct than by chance; undo alignment that leaves fewer: on or off"
            ),
            new ChoiceKey(
                "input-filter",
                new string[] { "auto", "off", "repair", "denoise", "both" },
                new int[]
                {
                    InputFilterChoice.Automatic,
                    InputFilterChoice.Off,
                    InputFilterChoice.Repair,
                    InputFilterChoice.Denoise,
                    InputFilterChoice.Both,
                },
                job => job.Alignment.InputFilter,
                (job, value) => job.Alignment.InputFilter = value,
                "setting of the input filter, if the model has one and the method aligns; auto: the device chooses"
            ),
            new IntegerKey(
                "align-samples",
                0,
                1 << 24,
                job => job.Alignment.Samples,
                (job, value) => job.Alignment.Samples = value,
                "samples to align to; 0: all"
            ),
            new NumberKey(
                "align-guard",
                "4",
                true,
                job => job.Alignment.Guard,
                (job, value) => job.Alignment.Guard = value,
                "correct statistics only if they moved by more than this many times the variance that chance explains; 0: always"
            ),
            new IntegerKey(
                "align-prior",
                0,
                65536,
                job => job.Alignment.Prior,
                (job, value) => job.Alignment.Prior = value,
                "weight of the source statistics, in samples: n samples correct the part n / (n + prior)"
            ),
            new IntegerKey(
                "align-depth",
                1,
                AlignmentOptions.WholeDepth,
                job => job.Alignment.Depth,
                (job, value) => job.Alignment.Depth = value,
                "percentage of the layers with source statistics that are aligned, from the first on, rounded up"
            ),
            new IntegerKey(
                "align-groups",
                0,
                1024,
                job => job.Alignment.Passes,
                (job, value) => job.Alignment.Passes = value,
                "passes of alignment; 0: 1024 / samples, but 1..10"
            ),
            new NumberKey(
                "align-epsilon",
                "0.00001",
                false,
                job => job.Alignment.Epsilon,
                (job, value) => job.Alignment.Epsilon = value,
                "added to variances"
            ),
            new IntegerKey(
                "checkpoint-steps",
                1,
                1 << 24,
                job => job.CheckpointSteps,
                (job, value) => job.CheckpointSteps = value,
                "units of work between checkpoints"
            ),
            ChoiceKey
                .Switch(
                    "verify-model",
                    "on",
                    "off",
                    job => job.VerifyModel ? 1 : 0,
                    (job, value) => job.VerifyModel = value != 0,
                    "check the model's checksum again before a result is written: on or off; at start it is always checked"
                )
                .IsIndifferent(),
            new TextKey(
                "night-from",
                "a time 00:00..23:59",
                job => NightWindow.Format(job.Night.From),
                (job, text) => (job.Night.From = NightWindow.Parse(text)) >= 0,
                "time from which a device trains by its clock; goes with night-to"
            ).IsIndifferent(),
            new TextKey(
                "night-to",
                "a time 00:00..23:59",
                job => NightWindow.Format(job.Night.To),
                (job, text) => (job.Night.To = NightWindow.Parse(text)) >= 0,
                "time at which it saves and sleeps; goes with night-from"
            ).IsIndifferent(),
        };

        /// <summary>A list of its own.</summary>
        public JobKeyList()
        {
            for (int i = 0; i < Keys.Length; i++)
            {
                Keys[i].Index = i;
            }
        }
    }
}
