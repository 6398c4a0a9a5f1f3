namespace Attune.Model
{
    /// <summary>What the outputs of a network are; decided at import (docs/FORMATS.md, header word 17).</summary>
    public static class OutputKind
    {
        /// <summary>A score for each class. Models that do not say are taken for these if they have a logits tensor.</summary>
        public const int Classes = 0;

        /// <summary>One score of two classes: class 1 where it is above 0.</summary>
        public const int Logit = 1;

        /// <summary>Numbers that are no scores.</summary>
        public const int Values = 2;

        /// <summary>The input again.</summary>
        public const int Reconstruction = 3;

        /// <summary>Something for each position.</summary>
        public const int Map = 4;
    }
}
