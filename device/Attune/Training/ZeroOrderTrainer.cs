using System;
using Attune.Data;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// Layer-wise zeroth-order training of a quantized network with mu = 1 Rademacher probes (Poor Man's Training, eq. 8,
    /// 11 to 13; ALGORITHM 2 and 3). One step accumulates N samples; every sample probes each trained layer Q times.
    /// </summary>
    /// <remarks>
    /// Layers are visited from last to first, so a layer's input never depends on a weight that has already moved. With
    /// global updates all losses of a step are measured first; only their differences and the seeds are kept, and the
    /// gradients are then formed layer by layer in the activation region, in as many tiles of filters as it takes.
    /// </remarks>
    public sealed class ZeroOrderTrainer
    {
        private const int PurposeProbe = 1;
        private const int PurposeRounding = 2;
        private const int PurposeOrder = 3;
        private const int UpdateScaled = 1;
        private const int UpdateStochastic = 2;

        private static readonly string FormingGradient = "forming the gradient of layer ";
        private static readonly string Updating = "updating layer ";
        private readonly Network network;
        private readonly QuantizedModel model;
        private readonly MemoryPlan plan;
        private readonly Arena arena;
        private readonly TrainingJob job;
        private readonly ISampleSource samples;
        private readonly SeedSequence seeds;
        private readonly int last;
        private readonly byte[] word = new byte[4];
        private readonly int[] batch;
        private readonly int[] guesses;
        private readonly ScaleTrainer scales;
        private int batchCount;
        private int step;
        private ITick tick;

        /// <summary>A trainer over samples that have labels below the number of class scores.</summary>
        public ZeroOrderTrainer(Network network, TrainingJob job, ISampleSource samples)
        {
            this.network = network;
            this.job = job;
            this.samples = samples;
            model = network.Model;
            plan = network.Plan;
            arena = network.Arena;
            seeds = new SeedSequence(job.Seed);
            last = MemoryPlan.LastLayer(model);
            batch = new int[job.Batch];
            scales = new ScaleTrainer(network);
            guesses = new int[job.Objective == Objective.Pseudo ? job.Batch : 0];
        }

        /// <summary>Steps of one pass over the samples.</summary>
        public int StepsPerEpoch
        {
            get { return (samples.Count + job.Batch - 1) / job.Batch; }
        }

        /// <summary>Mean clean loss of the last step's samples, before its update.</summary>
        public double Loss { get; private set; }

        /// <summary>Learning rate of the last step.</summary>
        public float Rate { get; private set; }

        /// <summary>Runs one step.</summary>
        /// <param name="number">Its number, 0..steps-1.</param>
        /// <param name="steps">Steps of the whole run, for the decay of the learning rate.</param>
        /// <param name="watch">Called after every group of probes, or null.</param>
        /// <returns>False if the watch asked to stop before any parameter had changed: the step did not happen.</returns>
        public bool Step(int number, int steps, ITick watch)
        {
            step = number;
            tick = watch;
            ChooseBatch();
            Rate = job.LearningRate * (CosineDecay.Factor(number, steps) / 1073741824f);
            bool layerByLayer = job.Sequential || plan.PendingAt >= 0;
            if (layerByLayer ? !MeasureAndUpdate() : !Measure())
            {
                return false;
            }
            if (!layerByLayer)
            {
                for (int layer = last; layer >= 0; layer--)
                {
                    if (plan.Trained[layer])
                    {
                        Update(layer, DeltasAt(layer), -1);
                    }
                }
            }
            else if (plan.PendingAt >= 0)
            {
                ApplyPending();
            }
            Loss = MeanCleanLoss();
            return true;
        }

        private void ChooseBatch()
        {
            int epoch = step / StepsPerEpoch;
            int first = step % StepsPerEpoch * job.Batch;
            batchCount = samples.Count - first < job.Batch ? samples.Count - first : job.Batch;
            seeds.Next(PurposeOrder, epoch, 0, 0);
            Permutation order = new Permutation(samples.Count, seeds.Low);
            for (int n = 0; n < batchCount; n++)
            {
                batch[n] = order.At(first + n);
            }
        }

        /// <summary>All losses of a step with the weights that it began with.</summary>
        private bool Measure()
        {
            bool first = true;
            for (int layer = last; layer >= 0; layer--)
            {
                if (!plan.Trained[layer])
                {
                    continue;
                }
                network.Use(plan.ProbeLayout(layer));
                int deltas = DeltasAt(layer);
                for (int n = 0; n < batchCount; n++)
                {
                    Probe(layer, n, first, deltas);
                    if (tick != null && !tick.Tick())
                    {
                        return false;
                    }
                }
                first = false;
            }
            return true;
        }

        /// <summary>Layer by layer: losses of all samples, then the update of the layer, or its new values set aside.</summary>
        private bool MeasureAndUpdate()
        {
            bool changed = false;
            int pending = plan.PendingAt;
            for (int layer = last; layer >= 0; layer--)
            {
                if (!plan.Trained[layer])
                {
                    continue;
                }
                network.Use(plan.ProbeLayout(layer));
                for (int n = 0; n < batchCount; n++)
                {
                    Probe(layer, n, true, plan.DeltasAt);
                    if (tick != null && !tick.Tick() && !changed)
                    {
                        return false;
                    }
                }
                Update(layer, plan.DeltasAt, pending);
                changed = pending < 0;
                pending += pending < 0 ? 0 : PendingBytes(layer);
            }
            return true;
        }

        /// <summary>Measures the loss differences of one layer's probes on one sample; the layer's layout is in use.</summary>
        private void Probe(int layer, int n, bool clean, int deltas)
        {
            int cleanAt = plan.CleanAt + 4 * n;
            int queries = plan.Differences[layer];
            int results = deltas + 4 * n * queries;
            if (!clean && IsLeftOut(cleanAt))
            {
                arena.Fill(results, 4 * queries, 0);
                return;
            }
            int label = network.Load(samples, batch[n]);
            label = job.Objective == Objective.Labels ? label : guesses[n];
            network.Run(0, plan.KeepsNodes(layer) ? layer - 1 : plan.Cut[layer] - 1);
            if (plan.KeepsNodes(layer))
            {
                network.RunKept(layer);
            }
            if (clean)
            {
                RunToLast(layer, 0);
                label = job.Objective == Objective.Pseudo ? Guess(n, cleanAt) : label;
                ClassLoss.Store(network, label, -1, cleanAt);
            }
            bool skipped = clean && IsLeftOut(cleanAt);
            if (skipped)
            {
                arena.Fill(results, 4 * queries, 0);
            }
            else if (IsExact(layer))
            {
                DifferentiateHead(layer, label, results);
            }
            int mode = ProbeMode(layer);
            for (int q = 0; q < queries && !skipped && !IsExact(layer); q++)
            {
                ProbeSeed(layer, n, q);
                if (plan.ScaleAt[layer] >= 0)
                {
                    scales.Perturb(layer, seeds.Low, seeds.High);
                }
                RunToLast(layer, mode);
                ClassLoss.Store(network, label, cleanAt, results + 4 * q);
            }
            if (plan.ScaleAt[layer] >= 0)
            {
                scales.Restore(layer);
            }
        }

        private bool IsLeftOut(int cleanAt)
        {
            return Float(cleanAt) < job.MinimumLoss;
        }

        /// <summary>The class of the smallest loss, the first of equal ones, kept for the probes of the step.</summary>
        private int Guess(int n, int scratch)
        {
            float smallest = 0;
            for (int label = 0; label < model.TensorBytes(model.LogitsTensor); label++)
            {
                ClassLoss.Store(network, label, -1, scratch);
                float loss = Float(scratch);
                if (label == 0 || loss < smallest)
                {
                    smallest = loss;
                    guesses[n] = label;
                }
            }
            return guesses[n];
        }

        /// <summary>Runs a layer, or what is kept of it, with its probe and the rest without.</summary>
        private void RunToLast(int layer, int mode)
        {
            if (plan.KeepsNodes(layer))
            {
                network.ProbeKept(layer, mode, seeds.Low, seeds.High);
            }
            network.Run(plan.Cut[layer], last, layer, mode | Network.Accumulators, seeds.Low, seeds.High);
        }

        /// <summary>The derivatives of the loss by the classifier's accumulators in closed form, in the place of what so
        /// many node probes would leave. The classifier is the last layer, so its clean accumulators have just been computed.</summary>
        private void DifferentiateHead(int layer, int label, int results)
        {
            int status = Native.GradientHead(
                arena.Handle,
                QuantizedModel.RecordOffset(layer),
                Network.BindingAt(layer),
                label,
                results
            );
            KernelException.Check(status, FormingGradient, layer);
        }

        private bool IsExact(int layer)
        {
            return job.ExactHead && layer == model.Head && plan.ScaleAt[layer] < 0;
        }

        private int ProbeMode(int layer)
        {
            if (plan.UsesNodes[layer])
            {
                return Network.ProbeNodes;
            }
            return (plan.WeightsAt[layer] >= 0 ? Network.ProbeWeights : 0)
                | (plan.BiasAt[layer] >= 0 ? Network.ProbeBiases : 0);
        }

        private void ProbeSeed(int layer, int n, int q)
        {
            seeds.Next(PurposeProbe, step, n, (layer << 16) | q);
        }

        /// <summary>Number of entries that a probe of a layer perturbs: d of gradient-norm scaling.</summary>
        private int Dimension(int layer)
        {
            if (plan.UsesNodes[layer])
            {
                return model.OutputCount(layer);
            }
            return (plan.WeightsAt[layer] >= 0 ? model.WeightCount(layer) : 0)
                + (plan.BiasAt[layer] >= 0 || plan.ScaleAt[layer] >= 0 ? model.Channels(layer) : 0);
        }

        /// <summary>Forms the gradient of a layer in tiles of filters and takes the step (eq. 11).</summary>
        private void Update(int layer, int deltas, int pending)
        {
            bool exact = IsExact(layer);
            int total = batchCount * (exact ? 1 : job.QueriesOf(layer));
            float rate = Rate / total;
            if (job.Centering && !exact && total > 1)
            {
                KernelException.Check(Native.LossesCenter(arena.Handle, deltas, total), FormingGradient, layer);
            }
            if (job.NormScaling && !exact)
            {
                rate = rate * ((float)total / (total + Dimension(layer) - 1));
            }
            if (plan.ScaleAt[layer] >= 0)
            {
                UpdateScales(layer, deltas, rate);
                return;
            }
            ActivationLayout input = plan.UsesNodes[layer] ? plan.InputLayout(layer) : null;
            if (input != null)
            {
                network.Use(input);
            }
            bool chained = plan.ReadsChain(layer);
            int start = plan.RegionAt + plan.GradientStart(layer);
            int room = plan.RegionAt + plan.RegionBytes - start;
            int channels = model.Channels(layer);
            int tile = room / plan.FilterGradientBytes(layer);
            tile = tile > channels ? channels : tile;
            for (int first = 0; first < channels; first += tile)
            {
                int count = channels - first < tile ? channels - first : tile;
                int biases = start;
                int weights = biases + 4 * count;
                int weightBytes = plan.WeightsAt[layer] >= 0 ? 4 * model.FilterSize(layer) * count : 0;
                int nodes = weights + weightBytes;
                arena.Fill(biases, 4 * count + weightBytes, 0);
                int weightsOrNone = plan.WeightsAt[layer] >= 0 ? weights : -1;
                int biasesOrNone = plan.BiasAt[layer] >= 0 ? biases : -1;
                for (int n = 0; n < batchCount; n++)
                {
                    if (input == null)
                    {
                        AddProbes(layer, n, deltas, first, count, weightsOrNone, biasesOrNone);
                        continue;
                    }
                    if (batchCount > 1 || first == 0 || chained)
                    {
                        network.Load(samples, batch[n]);
                        int source = model.Word(layer, RecordField.Input) - 1;
                        network.Run(0, chained ? plan.Groups.First(layer) - 1 : source);
                    }
                    int lineBytes = 4 * model.Dimension(layer + 1, 2) * count;
                    int lines = chained ? 1 : (start + room - nodes) / lineBytes;
                    AddNodes(layer, n, deltas, first, count, lines, nodes, weightsOrNone, biasesOrNone);
                }
                TakeStep(layer, first, count, weightsOrNone, biasesOrNone, rate, pending);
            }
        }

        private void UpdateScales(int layer, int deltas, float rate)
        {
            int queries = job.QueriesOf(layer);
            scales.Clear(layer);
            for (int n = 0; n < batchCount; n++)
            {
                for (int q = 0; q < queries; q++)
                {
                    ProbeSeed(layer, n, q);
                    scales.Add(layer, Float(deltas + 4 * (n * queries + q)), seeds.Low, seeds.High);
                }
            }
            scales.Apply(layer, rate);
        }

        private void AddProbes(int layer, int n, int deltas, int first, int count, int weights, int biases)
        {
            int queries = job.QueriesOf(layer);
            for (int q = 0; q < queries; q++)
            {
                ProbeSeed(layer, n, q);
                int status = Native.GradientProbe(
                    arena.Handle,
                    QuantizedModel.RecordOffset(layer),
                    Network.BindingAt(layer),
                    seeds.Low,
                    seeds.High,
                    deltas + 4 * (n * queries + q),
                    first,
                    count,
                    weights,
                    biases
                );
                KernelException.Check(status, FormingGradient, layer);
            }
        }

        /// <summary>
        /// Adds a sample's gradient by way of the nodes, so many lines of the output at a time. The layer's input is there, or
        /// computed as far as the lines need it if the layer is inside a chain.
        /// </summary>
        private void AddNodes(
            int layer,
            int n,
            int deltas,
            int first,
            int count,
            int lines,
            int nodes,
            int weights,
            int biases
        )
        {
            int record = QuantizedModel.RecordOffset(layer);
            int queries = plan.Differences[layer];
            int chain = plan.Groups.First(layer);
            int source = model.Word(layer, RecordField.Input) - 1;
            bool chained = plan.ReadsChain(layer);
            int height = model.Dimension(layer + 1, 0) * model.Dimension(layer + 1, 1);
            int width = model.Dimension(layer + 1, 2);
            int mode = layer == model.Head ? Network.Accumulators : 0;
            if (chained)
            {
                arena.Fill(plan.ProgressAt, 4 * (source - chain + 1), 0);
                network.CountMacs(chain, source);
            }
            for (int line = 0; line < height; line += lines)
            {
                int part = height - line < lines ? height - line : lines;
                if (chained)
                {
                    int needed = InputLines(layer, line + part - 1);
                    network.RunChain(chain, source, needed, plan.ProgressAt, -1, 0, 0, 0);
                }
                arena.Fill(nodes, 4 * part * width * count, 0);
                if (IsExact(layer))
                {
                    CopyWords(deltas + 4 * (n * queries + first), nodes, count);
                }
                for (int q = 0; q < queries && !IsExact(layer); q++)
                {
                    ProbeSeed(layer, n, q);
                    int delta = deltas + 4 * (n * queries + q);
                    int added = Native.GradientNodes(
                        arena.Handle,
                        record,
                        seeds.Low,
                        seeds.High,
                        delta,
                        first,
                        count,
                        line,
                        part,
                        nodes
                    );
                    KernelException.Check(added, FormingGradient, layer);
                }
                int status = Native.GradientWeights(
                    arena.Handle,
                    record,
                    Network.BindingAt(layer),
                    mode,
                    nodes,
                    first,
                    count,
                    line,
                    part,
                    weights,
                    biases
                );
                KernelException.Check(status, FormingGradient, layer);
            }
        }

        /// <summary>Lines of a convolution's input that its output lines up to this one need.</summary>
        private int InputLines(int layer, int line)
        {
            int reach = (model.Word(layer, RecordField.KernelH) - 1) * model.Word(layer, RecordField.DilationH);
            int end = line * model.Word(layer, RecordField.StrideH) - model.Word(layer, RecordField.PadTop) + reach + 1;
            int height = model.Word(layer, RecordField.InputN + 1);
            return end > height ? height : end;
        }

        private void TakeStep(int layer, int first, int count, int weights, int biases, float rate, int pending)
        {
            seeds.Next(PurposeRounding, step, layer, 0);
            int pendingBiases = pending + (plan.WeightsAt[layer] >= 0 ? (model.WeightCount(layer) + 3) & ~3 : 0);
            if (weights >= 0)
            {
                TakeStep(layer, first, count, weights, -1, WeightRate(layer, rate), pending, -1);
            }
            if (biases >= 0)
            {
                TakeStep(layer, first, count, -1, biases, rate, -1, pending < 0 ? -1 : pendingBiases);
            }
        }

        private void TakeStep(
            int layer,
            int first,
            int count,
            int weights,
            int biases,
            float rate,
            int pendingWeights,
            int pendingBiases
        )
        {
            int status = Native.Update(
                arena.Handle,
                QuantizedModel.RecordOffset(layer),
                Network.BindingAt(layer),
                first,
                count,
                weights,
                biases,
                rate,
                (job.QuantizationScaling ? UpdateScaled : 0) | (job.Stochastic ? UpdateStochastic : 0),
                seeds.Low,
                seeds.High,
                pendingWeights,
                pendingBiases
            );
            KernelException.Check(status, Updating, layer);
        }

        /// <summary>
        /// Rate of a layer's weights. Quantization-aware scaling gives them the step of the real network, whose first layer sees
        /// inputs of any span (0..255, say) and has weights that are small and steep in proportion: those step as if the
        /// input had been scaled to -1..1.
        /// </summary>
        private float WeightRate(int layer, float rate)
        {
            float span = 128 * model.Single(layer, RecordField.InputScale);
            return job.QuantizationScaling && span > 1 && model.ReadsInput(layer) ? rate / (span * span) : rate;
        }

        private int PendingBytes(int layer)
        {
            return (plan.WeightsAt[layer] >= 0 ? (model.WeightCount(layer) + 3) & ~3 : 0)
                + (plan.BiasAt[layer] >= 0 ? 4 * model.Channels(layer) : 0);
        }

        private void ApplyPending()
        {
            int pending = plan.PendingAt;
            for (int layer = last; layer >= 0; layer--)
            {
                if (plan.Trained[layer])
                {
                    int biases = pending + PendingBytes(layer) - 4 * model.Channels(layer);
                    int status = Native.UpdateApply(
                        arena.Handle,
                        QuantizedModel.RecordOffset(layer),
                        Network.BindingAt(layer),
                        plan.WeightsAt[layer] >= 0 ? pending : -1,
                        plan.BiasAt[layer] >= 0 ? biases : -1
                    );
                    KernelException.Check(status, Updating, layer);
                    pending += PendingBytes(layer);
                }
            }
        }

        /// <summary>Where the loss differences of a layer lie when those of all layers are kept.</summary>
        private int DeltasAt(int layer)
        {
            int before = 0;
            for (int other = 0; other < layer; other++)
            {
                before += plan.Trained[other] ? plan.Differences[other] : 0;
            }
            return plan.DeltasAt + 4 * job.Batch * before;
        }

        private double MeanCleanLoss()
        {
            double sum = 0;
            for (int n = 0; n < batchCount; n++)
            {
                sum += Float(plan.CleanAt + 4 * n);
            }
            return sum / batchCount;
        }

        private float Float(int offset)
        {
            arena.Read(offset, word, 0, 4);
            return BitConverter.ToSingle(word, 0);
        }

        private void CopyWords(int from, int to, int count)
        {
            for (int i = 0; i < count; i++)
            {
                arena.Read(from + 4 * i, word, 0, 4);
                arena.Write(to + 4 * i, word, 0, 4);
            }
        }
    }
}
