using Attune.Model;

namespace Attune.Training
{
    /// <summary>How a network is trained: what moves, in which steps, by which estimate.</summary>
    public sealed class TrainingOptions
    {
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

        /// <summary>The layers that move.</summary>
        public LayerChoice Layers = LayerChoice.Automatic;

        /// <summary>What moves.</summary>
        public Parts Parts = Parts.Both;

        /// <summary>Those of the trained layers whose weights move, if <see cref="Parts"/> moves weights.</summary>
        public LayerChoice WeightLayers = LayerChoice.All;

        /// <summary>Whether errors are rounded to nearest instead of stochastically.</summary>
        public bool NearestErrors;

        /// <summary>What is perturbed.</summary>
        public Perturbation Perturbation = Perturbation.Adaptive;

        /// <summary>Update each layer as soon as its gradient is known instead of all at the end of a step.</summary>
        public bool Sequential;

        /// <summary>Round updates stochastically instead of to nearest.</summary>
        public bool Stochastic = true;

        /// <summary>Round updates to nearest and add what is left over to the next step.</summary>
        public bool Carries;

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

        /// <summary>Back-propagation: where the mean clean loss of the first 200 samples is less, the rate is smaller in
        /// proportion, so that a network with little to learn moves little; 0: never.</summary>
        public float FullRateLoss;

        /// <summary>Mirror every second sample, by chance, left to right.</summary>
        public bool Flip;

        /// <summary>Pixels that a sample is moved by at most, up or down and left or right.</summary>
        public int Shift;

        /// <summary>Values that a series is moved by at most, earlier or later.</summary>
        public int TimeShift;

        /// <summary>A sample's values change by a factor of 1 +- this / 256 at most, around the zero point.</summary>
        public int Gain;

        /// <summary>What turns gradients into steps.</summary>
        public Optimizer Optimizer = Optimizer.Sgd;

        /// <summary>beta of momentum, and of Adam's mean.</summary>
        public float Momentum = 0.9f;

        /// <summary>Share of a layer's channels that an error has at least: above 0, at most <see cref="LambdaMax"/>.</summary>
        public float LambdaMin = 1;

        /// <summary>Share of a layer's channels that the error of the largest loss has.</summary>
        public float LambdaMax = 1;

        /// <summary>Whether errors have only some of their channels (dynamic partial updates).</summary>
        public bool UpdatesPartly
        {
            get { return LambdaMin < 1; }
        }

        /// <summary>Channels of a layer whose errors are kept, at least 1.</summary>
        /// <param name="share">Of the channels, 0..1.</param>
        /// <param name="channels">Channels of the layer.</param>
        public static int Kept(float share, int channels)
        {
            int kept = (int)(share * channels);
            return kept < 1 ? 1
                : kept > channels ? channels
                : kept;
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

        /// <summary>Steps of one pass over so many samples.</summary>
        public int StepsPerEpoch(int samples)
        {
            return (samples + Batch - 1) / Batch;
        }

        /// <summary>Whether a layer's weights move if it is trained.</summary>
        public bool MovesWeights(QuantizedModel model, int layer)
        {
            return (Parts == Parts.Both || Parts == Parts.Weights) && WeightLayers.Contains(model, layer);
        }

        /// <summary>Whether a trained layer's biases move, if it has any.</summary>
        public bool MovesBiases
        {
            get { return Parts == Parts.Both || Parts == Parts.Biases; }
        }

        /// <summary>Whether a trained layer's output multipliers move.</summary>
        public bool MovesMultipliers
        {
            get { return Parts == Parts.Multipliers; }
        }

        /// <summary>Whether training samples are changed by chance.</summary>
        public bool Augments
        {
            get { return Flip || Shift > 0 || TimeShift > 0 || Gain > 0; }
        }

        /// <summary>float32 moments that the optimizer keeps of each weight and bias that moves.</summary>
        public int Moments
        {
            get
            {
                return Optimizer == Optimizer.Adam ? 2
                    : Optimizer == Optimizer.Momentum ? 1
                    : 0;
            }
        }

        /// <summary>Number of weights and biases of a layer that move.</summary>
        public int MovingEntries(QuantizedModel model, int layer)
        {
            bool biases = MovesBiases && model.Word(layer, RecordField.Bias) >= 0;
            return (MovesWeights(model, layer) ? model.WeightCount(layer) : 0) + (biases ? model.Channels(layer) : 0);
        }
    }
}
