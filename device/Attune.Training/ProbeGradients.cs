using Attune.Data;
using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// Forms gradients from what <see cref="ProbeLosses"/> has measured: weight probes are summed with their signs; derivatives by
    /// pre-activations become weight gradients by way of the layer's input, which is computed again.
    /// </summary>
    public sealed class ProbeGradients : IGradients
    {
        private static readonly string FormingGradient = "forming the gradient of layer ";
        private readonly Network network;
        private readonly TrainingPlan plan;
        private readonly QuantizedModel model;
        private readonly Arena arena;
        private readonly ISampleSource samples;
        private readonly StepOrder order;
        private readonly ProbeSeeds seeds;
        private readonly int[] words = new int[64];

        /// <summary>Gradients of a network that has a <see cref="TrainingPlan"/>.</summary>
        public ProbeGradients(Network network, ISampleSource samples, StepOrder order, ProbeSeeds seeds)
        {
            this.network = network;
            this.samples = samples;
            this.order = order;
            this.seeds = seeds;
            plan = (TrainingPlan)network.Plan;
            model = network.Model;
            arena = network.Arena;
        }

        /// <summary>Takes the mean of a layer's loss differences from each of them.</summary>
        public void Center(int layer)
        {
            int count = order.Count * plan.Differences[layer];
            KernelException.Check(
                Native.LossesCenter(arena.Handle, plan.DeltasOf(layer), count),
                FormingGradient,
                layer
            );
        }

        /// <inheritdoc/>
        public void Form(GradientTile tile)
        {
            int layer = tile.Layer;
            bool nodes = plan.FormsNodes(layer);
            if (nodes && tile.First == 0)
            {
                network.Use(plan.InputLayout(layer));
            }
            for (int n = 0; n < order.Count; n++)
            {
                if (!nodes)
                {
                    AddProbes(tile, n);
                    continue;
                }
                bool chained = plan.ReadsChain(layer);
                if (order.Count > 1 || tile.First == 0 || chained)
                {
                    network.Load(samples, order.Sample(n));
                    int source = model.Word(layer, RecordField.Input) - 1;
                    network.Run(0, chained ? plan.Chains.First(layer) - 1 : source);
                }
                AddNodes(tile, n, chained);
            }
        }

        private void AddProbes(GradientTile tile, int n)
        {
            int queries = plan.Differences[tile.Layer];
            int deltas = plan.DeltasOf(tile.Layer) + 4 * n * queries;
            for (int q = 0; q < queries; q++)
            {
                seeds.Next(tile.Layer, n, q);
                int status = Native.GradientProbe(
                    arena.Handle,
                    QuantizedModel.RecordOffset(tile.Layer),
                    Network.BindingAt(tile.Layer),
                    seeds.Low,
                    seeds.High,
                    deltas + 4 * q,
                    tile.First,
                    tile.Count,
                    tile.WeightsAt,
                    tile.BiasAt
                );
                KernelException.Check(status, FormingGradient, tile.Layer);
            }
        }

        /// <summary>
        /// Adds a sample's gradient by way of the nodes, so many lines of the output at a time. The layer's input is there, or
        /// computed as far as the lines need it if the layer is inside a chain.
        /// </summary>
        private void AddNodes(GradientTile tile, int n, bool chained)
        {
            int layer = tile.Layer;
            int chain = plan.Chains.First(layer);
            int source = model.Word(layer, RecordField.Input) - 1;
            int height = model.Dimension(layer + 1, 0) * model.Dimension(layer + 1, 1);
            int lineBytes = 4 * model.Dimension(layer + 1, 2) * tile.Count;
            int lines = chained ? 1 : tile.NodesBytes / lineBytes;
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
                    network.RunChain(chain, source, needed, plan.ProgressAt, -1, RunMode.Plain, 0, 0);
                }
                arena.Fill(tile.NodesAt, part * lineBytes, 0);
                FillNodes(tile, n, line, part);
                int status = Native.GradientWeights(
                    arena.Handle,
                    QuantizedModel.RecordOffset(layer),
                    Network.BindingAt(layer),
                    layer == model.Head ? RunMode.Accumulators : 0,
                    tile.NodesAt,
                    tile.First,
                    tile.Count,
                    line,
                    part,
                    tile.WeightsAt,
                    tile.BiasAt
                );
                KernelException.Check(status, FormingGradient, layer);
            }
        }

        /// <summary>Adds the derivatives by the pre-activations of some lines to zeros.</summary>
        private void FillNodes(GradientTile tile, int n, int line, int lines)
        {
            int values = plan.Differences[tile.Layer];
            int deltas = plan.DeltasOf(tile.Layer) + 4 * n * values;
            if (plan.Source[tile.Layer] == GradientSource.Exact)
            {
                CopyWords(deltas + 4 * tile.First, tile.NodesAt, tile.Count);
                return;
            }
            for (int q = 0; q < values; q++)
            {
                seeds.Next(tile.Layer, n, q);
                int status = Native.GradientNodes(
                    arena.Handle,
                    QuantizedModel.RecordOffset(tile.Layer),
                    seeds.Low,
                    seeds.High,
                    deltas + 4 * q,
                    tile.First,
                    tile.Count,
                    line,
                    lines,
                    tile.NodesAt
                );
                KernelException.Check(status, FormingGradient, tile.Layer);
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

        private void CopyWords(int from, int to, int count)
        {
            for (int at = 0; at < count; at += words.Length)
            {
                int part = count - at < words.Length ? count - at : words.Length;
                arena.ReadWords(from + 4 * at, words, 0, part);
                arena.WriteWords(to + 4 * at, words, 0, part);
            }
        }
    }
}
