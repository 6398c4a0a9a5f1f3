using Attune.Model;

namespace Attune.Adaptation
{
    /// <summary>How a network adapts to unlabelled samples: its alignment and the input filter before it.</summary>
    public sealed class AlignmentOptions
    {
        /// <summary>Value of <see cref="Depth"/>: all layers.</summary>
        public const int WholeDepth = 100;

        /// <summary>What the input filter does, one of <see cref="InputFilterChoice"/>; a model without one has nothing to
        /// choose.</summary>
        public int InputFilter = InputFilterChoice.Automatic;

        /// <summary>Samples used for alignment; 0: all.</summary>
        public int Samples;

        /// <summary>Caution of alignment: how many times the variance that chance explains a layer's statistics must have moved
        /// (squared) before they are corrected at all; 0: everything measured is corrected.</summary>
        public float Guard = 4;

        /// <summary>Weight of the source statistics, in samples: n samples correct the part n / (n + prior).</summary>
        public int Prior;

        /// <summary>Per cent of the layers, from the first on, that alignment corrects. The last layers shift with the mixture of
        /// classes more than with the quality of the samples.</summary>
        public int Depth = 60;

        /// <summary>Passes of alignment: in each, some of the layers are aligned to all samples; 0: chosen from the number of
        /// samples.</summary>
        public int Passes;

        /// <summary>Added to variances.</summary>
        public float Epsilon = 1e-5f;

        /// <summary>Whether alignment can measure and correct a layer: it has weights and source statistics, and is not
        /// the classifier.</summary>
        public static bool CanAlign(QuantizedModel model, int layer)
        {
            return model.CalibrationSamples > 0 && model.CanTrain(layer) && layer != model.Head;
        }

        /// <summary>Per layer: whether alignment corrects it. The part <see cref="Depth"/> of those that it can correct, from
        /// the first on, rounded up.</summary>
        public bool[] Layers(QuantizedModel model)
        {
            bool[] aligned = new bool[model.LayerCount];
            int all = 0;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                all += CanAlign(model, layer) ? 1 : 0;
            }
            int count = 0;
            for (int layer = 0; layer < model.LayerCount && 100 * count < Depth * all; layer++)
            {
                aligned[layer] = CanAlign(model, layer);
                count += aligned[layer] ? 1 : 0;
            }
            return aligned;
        }

        /// <summary>Whether there is an input filter to tune. To choose among candidates takes class scores.</summary>
        public bool TunesInputFilter(QuantizedModel model)
        {
            bool possible = InputFilter != InputFilterChoice.Automatic || model.LogitsTensor >= 0;
            return model.InputFilter >= 0 && InputFilter != InputFilterChoice.Off && possible;
        }
    }
}
