using Attune.Storage;

namespace Attune.Memory
{
    /// <summary>A kernel refused a call. The message says what was asked for and why it was refused.</summary>
    public sealed class KernelException : AttuneException
    {
        /// <summary>Creates the exception.</summary>
        /// <param name="status">The negative attune_status.</param>
        /// <param name="message">What, where and what to do.</param>
        public KernelException(int status, string message)
            : base(FaultOf(status), message)
        {
            Status = status;
        }

        /// <summary>The negative attune_status.</summary>
        public int Status { get; private set; }

        /// <summary>Returns a non-negative result as it is; throws on a negative one.</summary>
        /// <remarks>
        /// nanoFramework makes a new object of a literal every time it is passed; what runs for each sample or probe passes a
        /// static field instead.
        /// </remarks>
        /// <param name="status">What the kernel returned.</param>
        /// <param name="what">What was done, as part of a sentence ("running layer 3, CONV_2D").</param>
        public static int Check(int status, string what)
        {
            if (status < 0)
            {
                throw new KernelException(status, what + ": " + Reason(status));
            }
            return status;
        }

        /// <summary>The same for one of many: the number follows what was done.</summary>
        public static int Check(int status, string what, int number)
        {
            if (status < 0)
            {
                throw new KernelException(status, what + number + ": " + Reason(status));
            }
            return status;
        }

        /// <summary>Kernels refuse memory, and the records of a bad model.</summary>
        private static int FaultOf(int status)
        {
            bool record =
                status == KernelStatus.ErrorModel
                || status == KernelStatus.ErrorRecord
                || status == KernelStatus.ErrorAlignment
                || status == KernelStatus.ErrorRange;
            return status == KernelStatus.ErrorMemory ? CardFault.TooLarge
                : record ? CardFault.BadModel
                : CardFault.Internal;
        }

        /// <summary>The reason behind a status, in words.</summary>
        public static string Reason(int status)
        {
            switch (status)
            {
                case KernelStatus.ErrorHandle:
                    return "no open arena or model of this handle, or no free handle";
                case KernelStatus.ErrorMemory:
                    return "more memory than there is, or than this firmware sets aside";
                case KernelStatus.ErrorArena:
                    return "an offset or extent lies outside the arena";
                case KernelStatus.ErrorModel:
                    return "an offset or extent lies outside the model; the model file is damaged";
                case KernelStatus.ErrorRecord:
                    return "a field of the layer record has a value that the operator does not allow";
                case KernelStatus.ErrorMode:
                    return "this operator cannot be probed or measured";
                case KernelStatus.ErrorArgument:
                    return "an argument is out of range";
                case KernelStatus.ErrorAlignment:
                    return "an offset is not aligned for its element type";
                case KernelStatus.ErrorRange:
                    return "the layer is too large for its statistics to be summed in 64 bits";
                case KernelStatus.ErrorRegion:
                    return "this build has no flash region for a model; define ATTUNE_MODEL_ADDRESS or use a card";
                case KernelStatus.ErrorFormat:
                    return "no model stands in the flash region, or one larger than it; write it with nanoff --binfile";
                case KernelStatus.ErrorReadOnly:
                    return "the model is mapped from flash and cannot be written";
                default:
                    return "kernel status " + status;
            }
        }
    }
}
