using Attune.Kernels;
using Attune.Memory;
using Attune.Model;

namespace Attune.Execution
{
    /// <summary>The loss of what a network's last layer has left in the arena.</summary>
    public static class ClassLoss
    {
        /// <summary>Label for the entropy of the prediction in the place of a loss.</summary>
        public const int Entropy = -1;
        private static readonly string Computing = "computing the loss of a sample with label ";

        /// <summary>Writes a loss in nats as float32, from the classifier's accumulators or, without such a layer, the class scores.</summary>
        /// <param name="network">The network, run as far as <see cref="QuantizedModel.LossLayer"/>.</param>
        /// <param name="label">The class, or <see cref="Entropy"/>.</param>
        /// <param name="clean">Arena offset of a loss that is taken from it, or -1.</param>
        /// <param name="result">Arena offset of the result.</param>
        public static void Store(Network network, int label, int clean, int result)
        {
            QuantizedModel model = network.Model;
            int head = model.Head;
            int last = model.LossLayer;
            int status =
                head >= 0
                    ? Native.LossS32(
                        network.Arena.Handle,
                        QuantizedModel.RecordOffset(head),
                        Network.BindingAt(head),
                        label,
                        clean,
                        result
                    )
                    : Native.LossS8(
                        network.Arena.Handle,
                        network.TensorAt(model.LogitsTensor),
                        model.TensorBytes(model.LogitsTensor),
                        model.Single(last, RecordField.OutputScale),
                        model.Word(last, RecordField.OutputZero),
                        label,
                        clean,
                        result
                    );
            KernelException.Check(status, Computing, label);
        }

        /// <summary>The class of the smallest loss, the first of equal ones.</summary>
        /// <param name="network">As in <see cref="Store"/>.</param>
        /// <param name="scratch">Arena offset of 4 bytes.</param>
        public static int MostLikely(Network network, int scratch)
        {
            float smallest = 0;
            int found = 0;
            for (int label = 0; label < network.Model.ClassCount; label++)
            {
                Store(network, label, -1, scratch);
                float loss = network.Arena.ReadSingle(scratch);
                if (label == 0 || loss < smallest)
                {
                    smallest = loss;
                    found = label;
                }
            }
            return found;
        }
    }
}
