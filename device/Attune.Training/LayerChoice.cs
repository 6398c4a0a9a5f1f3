using Attune.Model;
using Attune.Numbers;

namespace Attune.Training
{
    /// <summary>
    /// Which layers are trained, as a job says it: "all", "deep" (the last ones that fit), "head", "auto" (each block is tried and the best is kept),
    /// "block B", or layer numbers such as 3,5-9. Immutable.
    /// </summary>
    public sealed class LayerChoice
    {
        /// <summary>Every layer.</summary>
        public static readonly LayerChoice All = new LayerChoice("all", NoBlock, null);

        /// <summary>The classifier.</summary>
        public static readonly LayerChoice Head = new LayerChoice("head", NoBlock, null);

        /// <summary>The block that trials choose (docs/ALGORITHM.md, Choice of a block).</summary>
        public static readonly LayerChoice Automatic = new LayerChoice("auto", NoBlock, null);

        /// <summary>As many of the last layers as the plan's limit leaves room for.</summary>
        public static readonly LayerChoice Deep = new LayerChoice("deep", NoBlock, null);

        /// <summary>Texts that <see cref="Parse"/> takes, in words.</summary>
        public const string Takes = "all, deep, auto, head, 'block B', or layers such as 3,5-9";

        /// <summary>The same without auto, in words.</summary>
        public const string TakesFixed = "all, head, 'block B', or layers such as 3,5-9";

        /// <summary>Value of <see cref="Block"/> for a choice that is no block.</summary>
        public const int NoBlock = -1;

        private const int LargestBlock = 63;
        private readonly string text;
        private readonly int[] numbers;

        private LayerChoice(string text, int block, int[] numbers)
        {
            this.text = text;
            this.numbers = numbers;
            Block = block;
        }

        /// <summary>Number of the block, or <see cref="NoBlock"/>.</summary>
        public int Block { get; private set; }

        /// <summary>The layer numbers of a list, or null.</summary>
        public int[] Numbers
        {
            get { return numbers; }
        }

        /// <summary>Whether each block is to be tried.</summary>
        public bool IsAutomatic
        {
            get { return this == Automatic; }
        }

        /// <summary>A block of the model, 0..63.</summary>
        public static LayerChoice OfBlock(int block)
        {
            return new LayerChoice("block " + block, block, null);
        }

        /// <summary>The choice of a text, or null if it is none.</summary>
        public static LayerChoice Parse(string text)
        {
            LayerChoice[] words = new LayerChoice[] { All, Deep, Head, Automatic };
            for (int i = 0; i < words.Length; i++)
            {
                if (words[i].text == text)
                {
                    return words[i];
                }
            }
            if (text.IndexOf("block ") == 0)
            {
                long block = DecimalNumber.ParseInteger(text.Substring(6).Trim());
                return block >= 0 && block <= LargestBlock ? OfBlock((int)block) : null;
            }
            int[] numbers = NumberList.Parse(text);
            return numbers == null ? null : new LayerChoice(NumberList.Format(numbers), NoBlock, numbers);
        }

        /// <summary>The text that <see cref="Parse"/> reads back; equal choices have equal texts.</summary>
        public override string ToString()
        {
            return text;
        }

        /// <summary>The choice in words, for titles: "block 2", "all layers", "the classifier", "chosen layers".</summary>
        public string Describe()
        {
            return Block >= 0 ? text
                : this == All ? "all layers"
                : this == Deep ? "the last layers that fit"
                : this == Head ? "the classifier"
                : this == Automatic ? "the best block"
                : "chosen layers";
        }

        /// <summary>What trials try: each block of the model if the choice is automatic, else the choice itself.</summary>
        public LayerChoice[] Candidates(QuantizedModel model)
        {
            LayerChoice[] candidates = new LayerChoice[IsAutomatic ? model.BlockCount : 1];
            for (int i = 0; i < candidates.Length; i++)
            {
                candidates[i] = IsAutomatic ? OfBlock(i) : this;
            }
            return candidates;
        }

        /// <summary>Per layer: whether it is chosen. Layers without weights to train are not, nor is any by the automatic
        /// choice.</summary>
        public bool[] Resolve(QuantizedModel model)
        {
            bool[] chosen = new bool[model.LayerCount];
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                chosen[layer] = Contains(model, layer);
            }
            return chosen;
        }

        /// <summary>Whether a layer is chosen and has weights to train.</summary>
        public bool Contains(QuantizedModel model, int layer)
        {
            bool named =
                this == All
                || this == Deep
                || (this == Head && layer == model.Head)
                || (Block >= 0 && model.Word(layer, RecordField.Block) == Block);
            for (int i = 0; numbers != null && i < numbers.Length; i++)
            {
                named = named || numbers[i] == layer;
            }
            return named && CanTrain(model, layer);
        }

        /// <summary>The first chosen layer number that the model has no weights to train of, or -1.</summary>
        public int FirstUnfit(QuantizedModel model)
        {
            for (int i = 0; numbers != null && i < numbers.Length; i++)
            {
                if (!CanTrain(model, numbers[i]))
                {
                    return numbers[i];
                }
            }
            return -1;
        }

        private static bool CanTrain(QuantizedModel model, int layer)
        {
            return layer >= 0 && layer < model.LayerCount && model.CanTrain(layer);
        }
    }
}
