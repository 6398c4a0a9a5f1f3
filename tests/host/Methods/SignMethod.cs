using Attune.Data;
using Attune.Execution;
using Attune.Model;
using Attune.Training;

namespace Attune.Tests.Methods;

/// <summary>A training method that only the tests have: the classifier moves along the signs of its exact gradient.</summary>
internal sealed class SignMethod : ITrainingMethod
{
    public string Name => "signs";

    public string Title => "training of the classifier by signs";

    public GradientSource SourceOf(QuantizedModel model, TrainingOptions options, int layer) =>
        layer == model.Head ? GradientSource.Exact : GradientSource.None;

    public ITrainer Create(Network network, TrainingOptions options, ISampleSource samples) =>
        new Trainer(network, options, samples);

    public long StepMacs(TrainingPlan plan) => ProbeMacs.Of(plan);

    private sealed class Trainer : ITrainer, IGradients
    {
        private readonly Network network;
        private readonly TrainingPlan plan;
        private readonly StepOrder order;
        private readonly ProbeLosses losses;
        private readonly ProbeGradients gradients;
        private readonly ParameterUpdate update;

        public Trainer(Network network, TrainingOptions options, ISampleSource samples)
        {
            this.network = network;
            plan = (TrainingPlan)network.Plan;
            order = new StepOrder(options, samples);
            var seeds = new ProbeSeeds(options, order);
            losses = new ProbeLosses(network, samples, order, seeds, new MultiplierTrainer(network));
            gradients = new ProbeGradients(network, samples, order, seeds);
            update = new ParameterUpdate(network, order);
        }

        public double Loss { get; private set; }

        public float Rate => order.Rate;

        public bool Step(int number, int steps, ITick watch)
        {
            int head = network.Model.Head;
            order.Begin(number, steps);
            network.Use(plan.ProbeLayout(head));
            for (int n = 0; n < order.Count; n++)
            {
                losses.Measure(head, n, clean: true);
                if (watch is not null && !watch.Tick())
                {
                    return false;
                }
            }
            update.Run(head, this, Rate, MemoryPlan.Nowhere);
            Loss = losses.MeanClean();
            return true;
        }

        public void Form(GradientTile tile)
        {
            gradients.Form(tile);
            int filter = network.Model.FilterSize(tile.Layer);
            TakeSigns(tile.WeightsAt, tile.Count * filter);
            TakeSigns(tile.BiasAt, tile.Count);
        }

        private void TakeSigns(int at, int count)
        {
            if (at < 0)
            {
                return;
            }
            var words = new int[count];
            network.Arena.ReadWords(at, words, 0, count);
            words = Array.ConvertAll(
                words,
                word => BitConverter.SingleToInt32Bits(MathF.Sign(BitConverter.Int32BitsToSingle(word)))
            );
            network.Arena.WriteWords(at, words, 0, count);
        }
    }
}
