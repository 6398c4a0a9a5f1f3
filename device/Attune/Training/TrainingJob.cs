using System;

namespace Attune.Training
{
    /// <summary>Which entries of a layer are perturbed.</summary>
    public enum Perturbation
    {
        /// <summary>Weights where they are fewer than the layer's outputs, else nodes (ALGORITHM 2).</summary>
        Adaptive = 0,

        /// <summary>Weights (and biases) everywhere.</summary>
        Weights = 1,

        /// <summary>Pre-activations everywhere.</summary>
        Nodes = 2,
    }

    /// <summary>What training makes smaller.</summary>
    public enum Objective
    {
        /// <summary>Cross-entropy with the samples' labels.</summary>
        Labels = 0,

        /// <summary>Cross-entropy with the class that the network itself holds most likely (Lee, Pseudo-Label, 2013).</summary>
        Pseudo = 1,
    }

    /// <summary>Which parameters of a trained layer move.</summary>
    public enum Parts
    {
        /// <summary>Weights and biases.</summary>
        Both = 0,

        /// <summary>Weights only.</summary>
        Weights = 1,

        /// <summary>Biases only.</summary>
        Biases = 2,

        /// <summary>Requantization scales only: the output multiplier of each channel.</summary>
        Scales = 3,
    }

    /// <summary>
    /// Everything that decides a training run, as read from job.txt: lines of "key = value", # starts a comment, keys not
    /// given keep their defaults.
    /// </summary>
    public sealed class TrainingJob
    {
        /// <summary>Value of <see cref="Block"/>: try every block and keep the best (ALGORITHM 4).</summary>
        public const int BlockAutomatic = -1;

        /// <summary>Value of <see cref="Block"/>: all layers.</summary>
        public const int BlockAll = -2;

        /// <summary>Value of <see cref="Block"/>: the layers of <see cref="Layers"/>.</summary>
        public const int BlockNone = -3;

        /// <summary>Value of <see cref="Block"/>: the classifier.</summary>
        public const int BlockHead = -4;

        /// <summary>Value of <see cref="AlignDepth"/>: all layers.</summary>
        public const int WholeDepth = 100;

        /// <summary>Align to unlabeled samples first.</summary>
        public bool Align = true;

        /// <summary>Train with zeroth-order gradients (after alignment, if both).</summary>
        public bool Train = true;

        /// <summary>Name of the board profile; informative.</summary>
        public string Board = "stm32f746";

        /// <summary>Bytes of arena that the run may use.</summary>
        public int ArenaBytes = 262144;

        /// <summary>Seed of everything random.</summary>
        public uint Seed = 1;

        /// <summary>Passes over the training samples.</summary>
        public int Epochs = 5;

        /// <summary>Steps of the training instead of whole epochs; 0: the epochs decide. A block's trial then has at most as
        /// many.</summary>
        public int Steps;

        /// <summary>N: samples accumulated before an update.</summary>
        public int Batch = 10;

        /// <summary>Q: probes for each layer and sample.</summary>
        public int Queries = 10;

        /// <summary>Other numbers of probes for single layers: layer, queries, layer, queries...</summary>
        public int[] LayerQueries = new int[0];

        /// <summary>eta of the first step; it falls to zero along half a cosine.</summary>
        public float LearningRate = 0.003f;

        private string learningRateText = "0.003";

        /// <summary>Block number, or one of the Block constants.</summary>
        public int Block = BlockAutomatic;

        /// <summary>Layer numbers to train when <see cref="Block"/> is <see cref="BlockNone"/>.</summary>
        public int[] Layers = new int[0];

        /// <summary>What moves.</summary>
        public Parts Parts = Parts.Both;

        /// <summary>What is perturbed.</summary>
        public Perturbation Perturbation = Perturbation.Adaptive;

        /// <summary>Update each layer as soon as its gradient is known instead of all at the end of a step.</summary>
        public bool Sequential;

        /// <summary>Round updates stochastically instead of to nearest.</summary>
        public bool Stochastic = true;

        /// <summary>Gradient-norm scaling: eta * NQ / (NQ + d - 1).</summary>
        public bool NormScaling = true;

        /// <summary>Quantization-aware scaling: divide by the square of the parameter's scale.</summary>
        public bool QuantizationScaling = true;

        /// <summary>Take the mean of a step's loss differences, layer by layer, from each of them: curvature is gone.</summary>
        public bool Centering;

        /// <summary>Take the classifier's gradient in closed form instead of by probes.</summary>
        public bool ExactHead;

        /// <summary>What training makes smaller.</summary>
        public Objective Objective = Objective.Labels;

        /// <summary>Samples whose clean loss is smaller are not probed and count as without gradient.</summary>
        public float MinimumLoss;

        private string minimumLossText = "0";

        /// <summary>Undo the training unless it leaves more validation samples correct than there were before it, and the alignment
        /// if it leaves fewer.</summary>
        public bool Rollback = true;

        /// <summary>What the input filter does, one of <see cref="FilterChoice"/>; a model without one has nothing to choose.</summary>
        public int InputFilter = FilterChoice.Automatic;

        /// <summary>Samples used for alignment; 0: all of the training samples.</summary>
        public int AlignSamples;

        /// <summary>Caution of alignment: how many times the variance that chance explains a layer's statistics must have moved
        /// (squared) before they are corrected at all; 0: everything measured is corrected.</summary>
        public float AlignGuard = 4;

        private string alignGuardText = "4";

        /// <summary>Weight of the source statistics, in samples: n samples correct the part n / (n + prior).</summary>
        public int AlignPrior;

        /// <summary>Per cent of the layers, from the first on, that alignment corrects: what shifts in the last ones is less the
        /// samples' quality than the mixture of their classes.</summary>
        public int AlignDepth = 60;

        /// <summary>Sweeps of alignment: layers are aligned in so many groups, one pass over the samples each; 0: chosen
        /// from the number of samples.</summary>
        public int AlignGroups;

        /// <summary>Added to variances.</summary>
        public float AlignEpsilon = 1e-5f;

        private string alignEpsilonText = "0.00001";

        /// <summary>Steps between checkpoints.</summary>
        public int CheckpointSteps = 20;

        /// <summary>Take the model's checksum again before a result is written: hours may have passed since the start, at
        /// which it is always taken.</summary>
        public bool VerifyModel = true;

        /// <summary>When a device may train; the result does not depend on it.</summary>
        public NightWindow Night = new NightWindow();

        /// <summary>Reads the text of a job file.</summary>
        /// <exception cref="JobException">Names the line, the key and what it takes.</exception>
        public static TrainingJob Parse(string text)
        {
            TrainingJob job = new TrainingJob();
            string[] lines = text.Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                string line = lines[i];
                int comment = line.IndexOf('#');
                line = (comment >= 0 ? line.Substring(0, comment) : line).Trim();
                if (line.Length == 0)
                {
                    continue;
                }
                int equals = line.IndexOf('=');
                if (equals <= 0)
                {
                    throw new JobException("job.txt line " + (i + 1) + ": expected 'key = value'");
                }
                string problem = job.Set(line.Substring(0, equals).Trim(), line.Substring(equals + 1).Trim());
                if (problem != null)
                {
                    throw new JobException("job.txt line " + (i + 1) + ": " + problem);
                }
            }
            if (job.Night.Half)
            {
                throw new JobException("job.txt: night-from and night-to go together; give both or none");
            }
            return job;
        }

        /// <summary>The job as text that <see cref="Parse"/> reads back.</summary>
        public string Write()
        {
            return Canonical()
                + "verify-model = "
                + (VerifyModel ? "on" : "off")
                + "\n"
                + (Night.From >= 0 ? "night-from = " + NightWindow.Format(Night.From) + "\n" : "")
                + (Night.To >= 0 ? "night-to = " + NightWindow.Format(Night.To) + "\n" : "");
        }

        /// <summary>What decides a run's bytes, as text in one form: the job without checks and the hours that it may run in.</summary>
        public string Canonical()
        {
            string layers =
                Block == BlockAll ? "all"
                : Block == BlockHead ? "head"
                : Block == BlockAutomatic ? "auto"
                : "block " + Block;
            if (Block == BlockNone)
            {
                layers = Join(Layers);
            }
            return "method = "
                + (Align ? (Train ? "align+zo" : "align") : "zo")
                + "\nboard = "
                + Board
                + "\narena = "
                + ArenaBytes
                + "\nseed = "
                + Seed
                + "\nepochs = "
                + Epochs
                + (Steps > 0 ? "\nsteps = " + Steps : "")
                + "\nbatch = "
                + Batch
                + "\nqueries = "
                + Queries
                + (LayerQueries.Length > 0 ? "\nlayer-queries = " + Join(LayerQueries) : "")
                + "\nlearning-rate = "
                + learningRateText
                + "\nlayers = "
                + layers
                + "\nparts = "
                + (
                    Parts == Parts.Both ? "both"
                    : Parts == Parts.Weights ? "weights"
                    : Parts == Parts.Biases ? "biases"
                    : "scales"
                )
                + "\nperturbation = "
                + (
                    Perturbation == Perturbation.Adaptive ? "adaptive"
                    : Perturbation == Perturbation.Weights ? "weights"
                    : "nodes"
                )
                + "\nupdate = "
                + (Sequential ? "sequential" : "global")
                + "\nrounding = "
                + (Stochastic ? "stochastic" : "nearest")
                + "\nnorm-scaling = "
                + (NormScaling ? "on" : "off")
                + "\nquantization-scaling = "
                + (QuantizationScaling ? "on" : "off")
                + (Centering ? "\ncentering = on" : "")
                + (ExactHead ? "\nhead = exact" : "")
                + (Objective == Objective.Labels ? "" : "\nobjective = pseudo-labels")
                + (MinimumLoss > 0 ? "\nminimum-loss = " + minimumLossText : "")
                + "\nrollback = "
                + (Rollback ? "on" : "off")
                + "\ninput-filter = "
                + FilterChoice.Name(InputFilter)
                + "\nalign-samples = "
                + AlignSamples
                + "\nalign-guard = "
                + alignGuardText
                + "\nalign-prior = "
                + AlignPrior
                + "\nalign-depth = "
                + AlignDepth
                + "\nalign-groups = "
                + AlignGroups
                + "\nalign-epsilon = "
                + alignEpsilonText
                + "\ncheckpoint-steps = "
                + CheckpointSteps
                + "\n";
        }

        /// <summary>Probes of a layer for each sample.</summary>
        public int QueriesOf(int layer)
        {
            for (int i = 0; i < LayerQueries.Length; i += 2)
            {
                if (LayerQueries[i] == layer)
                {
                    return LayerQueries[i + 1];
                }
            }
            return Queries;
        }

        /// <summary>Sets one key. Returns null, or what is wrong.</summary>
        public string Set(string key, string value)
        {
            switch (key)
            {
                case "profile":
                    return SetProfile(key, value);
                case "method":
                    Align = value == "align" || value == "align+zo";
                    Train = value == "zo" || value == "align+zo";
                    return Align || Train ? null : Problem(key, value, "align, zo or align+zo");
                case "board":
                    Board = value;
                    return value.Length > 0 ? null : Problem(key, value, "the name of a board");
                case "arena":
                    return SetInteger(key, value, 1024, 1 << 30, ref ArenaBytes);
                case "seed":
                    long seed = ParseInteger(value);
                    Seed = (uint)seed;
                    return seed >= 0 && seed <= 0xFFFFFFFFL ? null : Problem(key, value, "0..4294967295");
                case "epochs":
                    return SetInteger(key, value, 1, 100000, ref Epochs);
                case "steps":
                    return SetInteger(key, value, 0, 1 << 24, ref Steps);
                case "batch":
                    return SetInteger(key, value, 1, 65536, ref Batch);
                case "queries":
                    return SetInteger(key, value, 1, 65536, ref Queries);
                case "layer-queries":
                    LayerQueries = ParseList(value);
                    return LayerQueries != null && ArePairs(LayerQueries)
                        ? null
                        : Problem(key, value, "pairs: layer, queries (1..65536), layer, queries...");
                case "learning-rate":
                    learningRateText = value;
                    return SetSingle(value, ref LearningRate)
                        ? null
                        : Problem(key, value, "a number from 0 to 1000000");
                case "layers":
                    return SetLayers(key, value);
                case "parts":
                    Parts =
                        value == "both" ? Parts.Both
                        : value == "weights" ? Parts.Weights
                        : value == "biases" ? Parts.Biases
                        : Parts.Scales;
                    return value == "both" || value == "weights" || value == "biases" || value == "scales"
                        ? null
                        : Problem(key, value, "both, weights, biases or scales");
                case "perturbation":
                    Perturbation =
                        value == "adaptive" ? Perturbation.Adaptive
                        : value == "weights" ? Perturbation.Weights
                        : Perturbation.Nodes;
                    return value == "adaptive" || value == "weights" || value == "nodes"
                        ? null
                        : Problem(key, value, "adaptive, weights or nodes");
                case "update":
                    return SetSwitch(key, value, "sequential", "global", ref Sequential);
                case "rounding":
                    return SetSwitch(key, value, "stochastic", "nearest", ref Stochastic);
                case "norm-scaling":
                    return SetSwitch(key, value, "on", "off", ref NormScaling);
                case "quantization-scaling":
                    return SetSwitch(key, value, "on", "off", ref QuantizationScaling);
                case "centering":
                    return SetSwitch(key, value, "on", "off", ref Centering);
                case "head":
                    return SetSwitch(key, value, "exact", "probed", ref ExactHead);
                case "objective":
                    Objective = value == "labels" ? Objective.Labels : Objective.Pseudo;
                    return value == "labels" || value == "pseudo-labels"
                        ? null
                        : Problem(key, value, "labels or pseudo-labels");
                case "minimum-loss":
                    minimumLossText = value;
                    return SetSingle(value, ref MinimumLoss) ? null : Problem(key, value, "a loss from 0 to 1000000");
                case "rollback":
                    return SetSwitch(key, value, "on", "off", ref Rollback);
                case "input-filter":
                    InputFilter = FilterChoice.Find(value);
                    return InputFilter >= 0 ? null : Problem(key, value, "auto, off, repair, denoise or both");
                case "align-samples":
                    return SetInteger(key, value, 0, 1 << 24, ref AlignSamples);
                case "align-guard":
                    alignGuardText = value;
                    return SetSingle(value, ref AlignGuard) ? null : Problem(key, value, "a number from 0 to 1000000");
                case "align-prior":
                    return SetInteger(key, value, 0, 65536, ref AlignPrior);
                case "align-depth":
                    return SetInteger(key, value, 1, WholeDepth, ref AlignDepth);
                case "align-groups":
                    return SetInteger(key, value, 0, 1024, ref AlignGroups);
                case "align-epsilon":
                    alignEpsilonText = value;
                    return SetSingle(value, ref AlignEpsilon) && AlignEpsilon > 0
                        ? null
                        : Problem(key, value, "a number above 0, up to 1000000");
                case "checkpoint-steps":
                    return SetInteger(key, value, 1, 1 << 24, ref CheckpointSteps);
                case "verify-model":
                    return SetSwitch(key, value, "on", "off", ref VerifyModel);
                case "night-from":
                    Night.From = NightWindow.Parse(value);
                    return Night.From >= 0 ? null : Problem(key, value, "a time 00:00..23:59");
                case "night-to":
                    Night.To = NightWindow.Parse(value);
                    return Night.To >= 0 ? null : Problem(key, value, "a time 00:00..23:59");
                default:
                    return "there is no key '" + key + "'";
            }
        }

        /// <summary>Sets all that one method or the other is made of; keys behind it change single things.</summary>
        private string SetProfile(string key, string value)
        {
            string keys =
                value == "paper"
                    ? "method=zo;layers=auto;epochs=50;steps=0;batch=100;queries=100;learning-rate=0.01;parts=both"
                        + ";perturbation=adaptive;update=global;rounding=nearest;norm-scaling=on;quantization-scaling=on"
                        + ";objective=labels;centering=off;head=probed;minimum-loss=0;rollback=off"
                : value == "attune"
                    ? "method=align;input-filter=auto;align-samples=0;align-guard=4;align-prior=0;align-depth=60;align-groups=0;rollback=on"
                : null;
            if (keys == null)
            {
                return Problem(key, value, "attune or paper");
            }
            foreach (string one in keys.Split(';'))
            {
                int equals = one.IndexOf('=');
                Set(one.Substring(0, equals), one.Substring(equals + 1));
            }
            return null;
        }

        private static string Problem(string key, string value, string takes)
        {
            return key + " = '" + value + "': takes " + takes;
        }

        private static string Join(int[] numbers)
        {
            string text = "";
            for (int i = 0; i < numbers.Length; i++)
            {
                text += (i > 0 ? "," : "") + numbers[i];
            }
            return text;
        }

        private static long ParseInteger(string text)
        {
            double value = DecimalNumber.Parse(text);
            return value >= 0 && value == (long)value ? (long)value : -1;
        }

        private static string SetInteger(string key, string value, int low, int high, ref int field)
        {
            long number = ParseInteger(value);
            if (number < low || number > high)
            {
                return Problem(key, value, low + ".." + high);
            }
            field = (int)number;
            return null;
        }

        /// <summary>Sets a field to a number from 0 to 1000000. Returns false if the text is none.</summary>
        private static bool SetSingle(string value, ref float field)
        {
            double number = DecimalNumber.Parse(value);
            bool good = number >= 0 && number <= 1e6;
            field = good ? (float)number : field;
            return good;
        }

        /// <summary>Whether every second number can be a number of queries.</summary>
        private static bool ArePairs(int[] numbers)
        {
            for (int i = 1; i < numbers.Length; i += 2)
            {
                if (numbers[i] < 1 || numbers[i] > 65536)
                {
                    return false;
                }
            }
            return numbers.Length % 2 == 0;
        }

        private static string SetSwitch(string key, string value, string yes, string no, ref bool field)
        {
            field = value == yes;
            return value == yes || value == no ? null : Problem(key, value, yes + " or " + no);
        }

        /// <summary>Numbers and ranges: 3,5-9. Null if the text is none.</summary>
        private static int[] ParseList(string text)
        {
            string[] parts = text.Split(',');
            int[] numbers = new int[1024];
            int count = 0;
            foreach (string part in parts)
            {
                string range = part.Trim();
                int dash = range.IndexOf('-');
                long from = ParseInteger(dash > 0 ? range.Substring(0, dash).Trim() : range);
                long to = dash > 0 ? ParseInteger(range.Substring(dash + 1).Trim()) : from;
                if (from < 0 || to < from || to - from >= numbers.Length - count)
                {
                    return null;
                }
                for (long number = from; number <= to; number++)
                {
                    numbers[count++] = (int)number;
                }
            }
            int[] result = new int[count];
            Array.Copy(numbers, result, count);
            return result;
        }

        private string SetLayers(string key, string value)
        {
            if (value == "all" || value == "auto" || value == "head")
            {
                Block =
                    value == "all" ? BlockAll
                    : value == "auto" ? BlockAutomatic
                    : BlockHead;
                return null;
            }
            if (value.IndexOf("block ") == 0)
            {
                return SetInteger(key, value.Substring(6).Trim(), 0, 63, ref Block);
            }
            Layers = ParseList(value);
            Block = BlockNone;
            return Layers != null ? null : Problem(key, value, "all, auto, head, 'block B', or layers such as 3,5-9");
        }
    }
}
