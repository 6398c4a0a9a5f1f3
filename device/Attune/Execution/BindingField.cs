namespace Attune.Execution
{
    /// <summary>Word numbers of a binding, which says where a layer's data are in the arena; enum attune_binding in attune.h.</summary>
    public static class BindingField
    {
        public const int Input = 0;
        public const int Input2 = 1;
        public const int Output = 2;
        public const int Scratch = 3;
        public const int Statistics = 4;
        public const int Weights = 5;
        public const int Bias = 6;
        public const int Rescale = 7;
        public const int InputLines = 8;
        public const int Input2Lines = 9;
        public const int OutputLines = 10;
        public const int Threshold = 11;
        public const int BindingWords = 12;
    }
}
