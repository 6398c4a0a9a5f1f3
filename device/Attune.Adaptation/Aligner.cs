using Attune.Data;
using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Adaptation
{
    /// <summary>
    /// Feature-statistics alignment (docs/ALGORITHM.md, Alignment): measures every channel's pre-activation on unlabeled samples and
    /// corrects its multiplier and bias so that mean and variance are those of the source again. Inference stays integer.
    /// </summary>
    /// <remarks>
    /// Each pass over the samples aligns the next part of the layers, front to back. Within a pass the running statistics are
    /// applied at once (streaming), so one pass suffices; a pass for each layer gives every layer inputs that are already
    /// aligned, which is what few samples need.
    /// </remarks>
    public sealed class Aligner
    {
        /// <summary>Samples of all passes together, and passes, unless the options ask for others (docs/BENCHMARKS.md, Alignment).</summary>
        private const int SampleBudget = 1024;
        private const int UsualPasses = 10;
        private static readonly string Measuring = "measuring layer ";
        private static readonly string Aligning = "aligning layer ";
        private readonly Network network;
        private readonly QuantizedModel model;
        private readonly AlignmentPlan plan;
        private readonly AlignmentOptions options;
        private readonly ISampleSource samples;
        private readonly int[] layers;
        private readonly int sampleCount;

        /// <summary>An aligner over the first samples of a source, as many as the options say.</summary>
        public Aligner(Network network, AlignmentOptions options, ISampleSource samples)
            : this(network, options, samples, SamplesOf(options, samples), SampleBudget) { }

        /// <summary>An aligner over the first samples of a source.</summary>
        /// <param name="network">The network.</param>
        /// <param name="options">Guard, prior, epsilon and number of passes.</param>
        /// <param name="samples">The source.</param>
        /// <param name="count">How many of its samples.</param>
        /// <param name="budget">Samples of all passes together; decides the number of passes where the options do not.</param>
        public Aligner(Network network, AlignmentOptions options, ISampleSource samples, int count, int budget)
        {
            this.network = network;
            this.options = options;
            this.samples = samples;
            model = network.Model;
            plan = (AlignmentPlan)network.Plan;
            int aligned = 0;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                aligned += plan.AlignedMultipliersAt[layer] >= 0 ? 1 : 0;
            }
            layers = new int[aligned];
            aligned = 0;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                if (plan.AlignedMultipliersAt[layer] >= 0)
                {
                    layers[aligned++] = layer;
                }
            }
            sampleCount = count;
            int usual = budget / sampleCount < UsualPasses ? budget / sampleCount : UsualPasses;
            PassCount = options.Passes > 0 ? options.Passes : usual;
            PassCount =
                PassCount < 1 ? 1
                : PassCount > aligned ? aligned
                : PassCount;
        }

        /// <summary>Number of passes.</summary>
        public int PassCount { get; private set; }

        /// <summary>Samples of one pass.</summary>
        public int SampleCount
        {
            get { return sampleCount; }
        }

        /// <summary>Samples to process in all passes together: <see cref="Advance"/> is called with 0..Length-1.</summary>
        public int Length
        {
            get { return PassCount * sampleCount; }
        }

        /// <summary>Begins without measurements.</summary>
        public void Reset()
        {
            for (int i = 0; i < layers.Length; i++)
            {
                network.Arena.Fill(plan.AlignedMultipliersAt[layers[i]], 8 * model.Channels(layers[i]), 0);
                network.Arena.Fill(plan.SpreadAt[layers[i]], 8, 0);
            }
            network.Arena.Fill(plan.AllSumsAt, 16 * plan.WidestChannels, 0);
        }

        /// <summary>Puts the corrections of all passes before a position in force, after a restart.</summary>
        public void Resume(int position)
        {
            int done = position / sampleCount;
            for (int i = 0; i < First(done); i++)
            {
                network.Parameters.Aligned[layers[i]] = true;
            }
            network.Arena.Fill(plan.AllSumsAt, 16 * plan.WidestChannels, 0);
        }

        /// <summary>Processes one sample of one pass; at the end of a pass its corrections become final.</summary>
        public void Advance(int position)
        {
            int pass = position / sampleCount;
            int index = position % sampleCount;
            int first = First(pass);
            int end = First(pass + 1);
            network.UseInference();
            network.Load(samples, index);
            int layer = 0;
            while (layer <= layers[end - 1])
            {
                Run(layer, plan.Chains.Last(layer), first, end, index);
                layer = plan.Chains.Last(layer) + 1;
            }
            network.CountMacs(0, layer - 1);
            for (int i = first; index == sampleCount - 1 && i < end; i++)
            {
                Correct(layers[i], sampleCount, plan.AlignedMultipliersAt[layers[i]], plan.AlignedBiasAt[layers[i]]);
                network.Parameters.Aligned[layers[i]] = true;
            }
        }

        private static int SamplesOf(AlignmentOptions options, ISampleSource samples)
        {
            bool all = options.Samples == 0 || options.Samples > samples.Count;
            return all ? samples.Count : options.Samples;
        }

        private int First(int pass)
        {
            return (int)((long)pass * layers.Length / PassCount);
        }

        /// <summary>
        /// Runs the layers from..to, a chain or one layer. Those that are measured run with their corrections after so many samples; the
        /// measurements are added afterwards.
        /// </summary>
        private void Run(int from, int to, int first, int end, int measured)
        {
            for (int i = first; i < end; i++)
            {
                int layer = layers[i];
                if (layer >= from && layer <= to)
                {
                    Correct(
                        layer,
                        measured,
                        plan.CorrectionsAt[layer],
                        plan.CorrectionsAt[layer] + 4 * model.Channels(layer)
                    );
                    network.Parameters.Measured[layer] = true;
                    network.Bind(layer);
                }
            }
            if (plan.Chains.InChain(from))
            {
                int lines = model.Dimension(to + 1, 1);
                network.RunChain(from, to, lines, -1, -1, RunMode.Statistics, 0, 0);
            }
            else
            {
                network.RunLayer(from, network.Parameters.Measured[from] ? RunMode.Statistics : 0, 0, 0);
            }
            for (int layer = from; layer <= to; layer++)
            {
                if (network.Parameters.Measured[layer])
                {
                    network.Parameters.Measured[layer] = false;
                    Fold(layer, measured);
                }
            }
        }

        private void Fold(int layer, int measured)
        {
            int status = Native.StatisticsFold(
                network.Arena.Handle,
                QuantizedModel.RecordOffset(layer),
                Network.BindingAt(layer),
                plan.AlignedMultipliersAt[layer],
                plan.AlignedBiasAt[layer],
                plan.SpreadAt[layer],
                measured,
                options.Epsilon
            );
            KernelException.Check(status, Measuring, layer);
        }

        private void Correct(int layer, int measured, int rescale, int bias)
        {
            int status = Native.Align(
                network.Arena.Handle,
                QuantizedModel.RecordOffset(layer),
                plan.AlignedMultipliersAt[layer],
                plan.AlignedBiasAt[layer],
                plan.SpreadAt[layer],
                measured,
                options.Guard,
                options.Prior,
                options.Epsilon,
                rescale,
                bias
            );
            KernelException.Check(status, Aligning, layer);
        }
    }
}
