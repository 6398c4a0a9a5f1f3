using System;
using Attune.Data;
using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Adaptation
{
    /// <summary>
    /// Tunes the input filter without labels: each candidate is put in force, the network after it is aligned to a few
    /// samples, and the mean entropy of its predictions is taken; the candidate that leaves the network surest stays.
    /// </summary>
    /// <remarks>
    /// A unit prepares a candidate, aligns to one sample, takes the entropy of one, or, the last, decides. Each trial
    /// spends about <see cref="SampleBudget"/> passes on alignment, so all of them cost about a thousand forwards.
    /// </remarks>
    public sealed class InputFilterTuner
    {
        /// <summary>Samples of a trial's alignment and entropy.</summary>
        public const int TrialSamples = 128;

        /// <summary>Samples whose patches the filter is solved from.</summary>
        public const int PatchSamples = 64;

        /// <summary>Samples of all passes of a trial's alignment together.</summary>
        public const int SampleBudget = 128;

        /// <summary>Candidates to try, those of <see cref="InputFilterChoice"/>.</summary>
        public const int Candidates = 4;

        private const int EntropyUnit = 1000000;
        private static readonly string Measuring = "measuring patches for the input filter";
        private static readonly string Solving = "solving the input filter";
        private readonly Network network;
        private readonly QuantizedModel model;
        private readonly AlignmentPlan plan;
        private readonly AlignmentOptions options;
        private readonly ISampleSource samples;
        private readonly Aligner aligner;
        private readonly int sampleCount;
        private readonly int[] word = new int[1];
        private int sum;

        /// <summary>A tuner over the first samples of a source; the network has the plan of
        /// <see cref="AlignmentPlan.ForInputFilter"/>.</summary>
        public InputFilterTuner(Network network, AlignmentOptions options, ISampleSource samples)
        {
            this.network = network;
            this.options = options;
            this.samples = samples;
            model = network.Model;
            plan = (AlignmentPlan)network.Plan;
            sampleCount = options.Samples > 0 && options.Samples < samples.Count ? options.Samples : samples.Count;
            sampleCount = sampleCount < TrialSamples ? sampleCount : TrialSamples;
            aligner = Chooses ? new Aligner(network, options, samples, sampleCount, SampleBudget) : null;
            Entropies = new int[Candidates];
            for (int candidate = 0; candidate < Candidates; candidate++)
            {
                Entropies[candidate] = -1;
            }
            Choice = -1;
        }

        /// <summary>Number of units.</summary>
        public int Length
        {
            get { return Chooses ? Candidates * TrialLength + 1 : 1; }
        }

        /// <summary>Mean entropy of each candidate's predictions, in millionths of a nat; -1: not tried. Candidates are
        /// numbered as in <see cref="InputFilterChoice"/>.</summary>
        public int[] Entropies { get; private set; }

        /// <summary>The candidate that is in force at the end, -1 before.</summary>
        public int Choice { get; private set; }

        private bool Chooses
        {
            get { return options.InputFilter == InputFilterChoice.Automatic; }
        }

        private int TrialLength
        {
            get { return 1 + aligner.Length + sampleCount; }
        }

        /// <summary>Puts a candidate's threshold in force, and its convolution if that is solved.</summary>
        public static void Apply(Network network, int choice, bool filtered)
        {
            bool repairs = (choice & InputFilterChoice.Repair) != 0;
            int source = network.Model.Word(network.Model.InputFilter - 1, RecordField.ThresholdSource);
            // What an earlier adaptation left belongs to the model as it is, InputFilterChoice.Off.
            network.Parameters.Threshold =
                repairs ? source
                : choice != InputFilterChoice.Off ? 255
                : -1;
            network.Parameters.Filtered = filtered;
        }

        /// <summary>Runs a unit. Returns the number of the next one: trials that cannot change anything are left out.</summary>
        /// <param name="unit">0..<see cref="Length"/>-1.</param>
        /// <param name="tick">Called often meanwhile, or null.</param>
        public int Advance(int unit, ITick tick)
        {
            if (unit == Length - 1)
            {
                int choice = Chooses ? Best() : options.InputFilter;
                bool filtered = Prepare(choice, tick) && (choice & InputFilterChoice.Denoise) != 0;
                Choice = (choice & InputFilterChoice.Repair) | (filtered ? InputFilterChoice.Denoise : 0);
                Apply(network, Choice, filtered);
                return unit + 1;
            }
            int candidate = unit / TrialLength;
            int step = unit % TrialLength;
            if (step == 0)
            {
                if (!Prepare(candidate, tick))
                {
                    return (candidate + 1) * TrialLength;
                }
                sum = 0;
                aligner.Reset();
            }
            else if (step <= aligner.Length)
            {
                aligner.Advance(step - 1);
            }
            else
            {
                sum += Entropy(step - 1 - aligner.Length);
            }
            if (step == TrialLength - 1)
            {
                Entropies[candidate] = (sum + sampleCount / 2) / sampleCount;
            }
            return unit + 1;
        }

        /// <summary>Writes what is not in the arena's state.</summary>
        public void Save(int[] words, int at)
        {
            words[at] = network.Parameters.Filtered ? 1 : 0;
            words[at + 1] = sum;
            for (int candidate = 0; candidate < Candidates; candidate++)
            {
                words[at + 2 + candidate] = Entropies[candidate];
            }
        }

        /// <summary>Goes on before a unit, with the words of <see cref="Save"/>.</summary>
        public void Resume(int unit, int[] words, int at)
        {
            sum = words[at + 1];
            for (int candidate = 0; candidate < Candidates; candidate++)
            {
                Entropies[candidate] = words[at + 2 + candidate];
            }
            int step = Chooses ? unit % TrialLength : 0;
            if (step > 0)
            {
                Apply(network, unit / TrialLength, words[at] != 0);
                aligner.Resume(step - 1 < aligner.Length ? step - 1 : aligner.Length);
            }
        }

        /// <summary>The candidate of least entropy, if it is clearly less than that of the model as it is.</summary>
        private int Best()
        {
            int best = InputFilterChoice.Off;
            for (int candidate = 1; candidate < Candidates; candidate++)
            {
                bool tried = Entropies[candidate] >= 0;
                best = tried && Entropies[candidate] < Entropies[best] ? candidate : best;
            }
            bool clear = Entropies[best] * 10L < Entropies[InputFilterChoice.Off] * 9L;
            return clear ? best : InputFilterChoice.Off;
        }

        /// <summary>Puts a candidate in force. False if it changes nothing that a simpler one does not.</summary>
        private bool Prepare(int choice, ITick tick)
        {
            Apply(network, choice, false);
            bool repairs = (choice & InputFilterChoice.Repair) != 0;
            if ((choice & InputFilterChoice.Denoise) == 0)
            {
                return !repairs || network.Parameters.Threshold < 255;
            }
            int found = Solve(tick);
            // To an adapted model the identity, too, is something else than what it has.
            network.Parameters.Filtered = found == 1 || (found == 0 && model.Adaptations > 0);
            return network.Parameters.Filtered;
        }

        /// <summary>Measures patches after the median and solves the filter. 1: solved, 0: the identity, else none.</summary>
        private int Solve(ITick tick)
        {
            int filter = model.InputFilter;
            int record = QuantizedModel.RecordOffset(filter);
            Arena arena = network.Arena;
            int sums = plan.PatchSumsAt;
            arena.Fill(sums, plan.PatchSumsBytes, 0);
            network.BindInputFilter(plan.RegionAt, plan.PatchInputAt);
            int count = sampleCount < PatchSamples ? sampleCount : PatchSamples;
            for (int index = 0; index < count; index++)
            {
                samples.Load(index, arena, plan.RegionAt);
                network.RunLayer(filter - 1, 0, 0, 0);
                KernelException.Check(
                    Native.PatchesAdd(arena.Handle, record, Network.BindingAt(filter), sums),
                    Measuring
                );
                if (tick != null)
                {
                    tick.Tick();
                }
            }
            long elements = model.FilterSize(filter);
            int kernel = model.Word(filter, RecordField.KernelH);
            long patches = (long)(model.Dimension(0, 1) - kernel + 1) * (model.Dimension(0, 2) - kernel + 1);
            network.MacsRun += count * patches * elements * (elements + 1) / 2;
            int status = Native.FilterSolve(
                arena.Handle,
                record,
                sums,
                plan.FilterScratchAt,
                plan.InputFilterWeightsAt,
                plan.InputFilterMultipliersAt,
                plan.InputFilterBiasAt
            );
            // Sums that give no filter, as of images without any contrast.
            return status == KernelStatus.ErrorRange ? status : KernelException.Check(status, Solving);
        }

        /// <summary>Entropy of the aligned network's prediction for a sample, in millionths of a nat.</summary>
        private int Entropy(int index)
        {
            int last = model.LossLayer;
            // The sums of alignment are not in use meanwhile.
            int result = plan.AllSumsAt;
            network.Use(plan.EntropyLayout());
            network.Load(samples, index);
            network.Run(0, last, -1, RunMode.Accumulators, 0, 0);
            ClassLoss.Store(network, ClassLoss.Entropy, -1, result);
            network.Arena.ReadWords(result, word, 0, 1);
            double entropy = BitConverter.ToSingle(BitConverter.GetBytes(word[0]), 0);
            return (int)(entropy * EntropyUnit + 0.5);
        }
    }
}
