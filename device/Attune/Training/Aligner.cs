using Attune.Data;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// Feature-statistics alignment (ALGORITHM 6.1): measures every channel's pre-activation on unlabeled samples and
    /// corrects its multiplier and bias so that mean and variance are those of the source again. Inference stays integer.
    /// </summary>
    /// <remarks>
    /// Layers are aligned in groups, front to back, with one pass over the samples for each group. Within a group the
    /// running statistics are applied at once (streaming), so one group means one pass; a group for each layer gives
    /// every layer inputs that are already aligned, which is what few samples need.
    /// </remarks>
    public sealed class Aligner
    {
        /// <summary>Sweeps over single samples, and groups, unless the job asks for others (docs/BENCHMARKS.md, Alignment).</summary>
        private const int PassBudget = 1024;
        private const int UsualGroups = 10;
        private static readonly string Measuring = "measuring layer ";
        private static readonly string Aligning = "aligning layer ";
        private readonly Network network;
        private readonly QuantizedModel model;
        private readonly MemoryPlan plan;
        private readonly TrainingJob job;
        private readonly ISampleSource samples;
        private readonly int[] layers;
        private readonly int sampleCount;

        /// <summary>An aligner over the first samples of a source, as many as the job says.</summary>
        public Aligner(Network network, TrainingJob job, ISampleSource samples)
            : this(network, job, samples, SamplesOf(job, samples), PassBudget) { }

        /// <summary>An aligner over the first samples of a source.</summary>
        /// <param name="network">The network.</param>
        /// <param name="job">Prior, epsilon and number of groups.</param>
        /// <param name="samples">The source.</param>
        /// <param name="count">How many of its samples.</param>
        /// <param name="passes">Passes over single samples that decide the number of groups where the job does not.</param>
        public Aligner(Network network, TrainingJob job, ISampleSource samples, int count, int passes)
        {
            this.network = network;
            this.job = job;
            this.samples = samples;
            model = network.Model;
            plan = network.Plan;
            int aligned = 0;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                aligned += plan.RescaleAt[layer] >= 0 ? 1 : 0;
            }
            layers = new int[aligned];
            aligned = 0;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                if (plan.RescaleAt[layer] >= 0)
                {
                    layers[aligned++] = layer;
                }
            }
            sampleCount = count;
            int usual = passes / sampleCount < UsualGroups ? passes / sampleCount : UsualGroups;
            GroupCount = job.AlignGroups > 0 ? job.AlignGroups : usual;
            GroupCount =
                GroupCount < 1 ? 1
                : GroupCount > aligned ? aligned
                : GroupCount;
        }

        /// <summary>Number of groups.</summary>
        public int GroupCount { get; private set; }

        /// <summary>Samples of one pass.</summary>
        public int SampleCount
        {
            get { return sampleCount; }
        }

        /// <summary>Samples to process in all passes together: <see cref="Advance"/> is called with 0..Length-1.</summary>
        public int Length
        {
            get { return GroupCount * sampleCount; }
        }

        /// <summary>Begins without measurements.</summary>
        public void Reset()
        {
            for (int i = 0; i < layers.Length; i++)
            {
                network.Arena.Fill(plan.RescaleAt[layers[i]], 8 * model.Channels(layers[i]), 0);
                network.Arena.Fill(plan.SpreadAt[layers[i]], 8, 0);
            }
            network.Arena.Fill(plan.AllSumsAt, 16 * plan.WidestChannels, 0);
        }

        /// <summary>Puts the corrections of all groups before a position in force, after a restart.</summary>
        public void Resume(int position)
        {
            int done = position / sampleCount;
            for (int i = 0; i < First(done); i++)
            {
                network.Aligned[layers[i]] = true;
            }
            network.Arena.Fill(plan.AllSumsAt, 16 * plan.WidestChannels, 0);
        }

        /// <summary>Processes one sample for one group; at the end of a group its corrections become final.</summary>
        public void Advance(int position)
        {
            int group = position / sampleCount;
            int index = position % sampleCount;
            int first = First(group);
            int end = First(group + 1);
            network.UseInference();
            network.Load(samples, index);
            int layer = 0;
            while (layer <= layers[end - 1])
            {
                Run(layer, plan.Groups.Last(layer), first, end, index);
                layer = plan.Groups.Last(layer) + 1;
            }
            network.CountMacs(0, layer - 1);
            for (int i = first; index == sampleCount - 1 && i < end; i++)
            {
                Correct(layers[i], sampleCount, plan.RescaleAt[layers[i]], plan.BiasTableAt[layers[i]]);
                network.Aligned[layers[i]] = true;
            }
        }

        private static int SamplesOf(TrainingJob job, ISampleSource samples)
        {
            bool all = job.AlignSamples == 0 || job.AlignSamples > samples.Count;
            return all ? samples.Count : job.AlignSamples;
        }

        private int First(int group)
        {
            return (int)((long)group * layers.Length / GroupCount);
        }

        /// <summary>
        /// Runs the layers from..to, a group. Those that are measured run with their corrections after so many samples; the
        /// measurements are added afterwards.
        /// </summary>
        private void Run(int from, int to, int first, int end, int measured)
        {
            for (int i = first; i < end; i++)
            {
                int layer = layers[i];
                if (layer >= from && layer <= to)
                {
                    Correct(layer, measured, plan.TileAt[layer], plan.TileAt[layer] + 4 * model.Channels(layer));
                    network.Measured[layer] = true;
                    network.Bind(layer);
                }
            }
            if (plan.Groups.InChain(from))
            {
                int lines = model.Dimension(to + 1, 1);
                network.RunChain(from, to, lines, -1, -1, Network.Statistics, 0, 0);
            }
            else
            {
                network.RunLayer(from, network.Measured[from] ? Network.Statistics : 0, 0, 0);
            }
            for (int layer = from; layer <= to; layer++)
            {
                if (network.Measured[layer])
                {
                    network.Measured[layer] = false;
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
                plan.RescaleAt[layer],
                plan.BiasTableAt[layer],
                plan.SpreadAt[layer],
                measured,
                job.AlignEpsilon
            );
            KernelException.Check(status, Measuring, layer);
        }

        private void Correct(int layer, int measured, int rescale, int bias)
        {
            int status = Native.Align(
                network.Arena.Handle,
                QuantizedModel.RecordOffset(layer),
                plan.RescaleAt[layer],
                plan.BiasTableAt[layer],
                plan.SpreadAt[layer],
                measured,
                job.AlignGuard,
                job.AlignPrior,
                job.AlignEpsilon,
                rescale,
                bias
            );
            KernelException.Check(status, Aligning, layer);
        }
    }
}
