namespace Attune.Model
{
    /// <summary>Operators of a layer record; their meaning stands at enum attune_operator in attune.h.</summary>
    public static class Operators
    {
        public const int Conv2D = 1;
        public const int DepthwiseConv2D = 2;
        public const int FullyConnected = 3;
        public const int Add = 4;
        public const int Mul = 5;
        public const int AveragePool2D = 6;
        public const int MaxPool2D = 7;
        public const int Mean = 8;
        public const int Pad = 9;
        public const int Softmax = 10;
        public const int Reshape = 11;
        public const int Requantize = 12;
        public const int Upsample = 13;
        public const int Median2D = 14;
        public const int Logistic = 15;

        /// <summary>TensorFlow Lite's names, by number.</summary>
        private static readonly string[] Names = new string[]
        {
            "no operator",
            "CONV_2D",
            "DEPTHWISE_CONV_2D",
            "FULLY_CONNECTED",
            "ADD",
            "MUL",
            "AVERAGE_POOL_2D",
            "MAX_POOL_2D",
            "MEAN",
            "PAD",
            "SOFTMAX",
            "RESHAPE",
            "REQUANTIZE",
            "UPSAMPLE",
            "MEDIAN_2D",
            "LOGISTIC",
        };

        /// <summary>Name of an operator for messages.</summary>
        public static string Name(int operation)
        {
            bool known = operation > 0 && operation < Names.Length;
            return known ? Names[operation] : "operator " + operation;
        }
    }
}
