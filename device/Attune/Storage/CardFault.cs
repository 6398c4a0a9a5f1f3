using System;
using Attune.Memory;
using Attune.Model;
using Attune.Training;

namespace Attune.Storage
{
    /// <summary>
    /// Numbers for what can be wrong with a card and a run from it: for LED patterns, exit codes and the lines of
    /// events.txt. Exceptions carry them.
    /// </summary>
    public static class CardFault
    {
        /// <summary>Nothing is wrong.</summary>
        public const int None = 0;

        /// <summary>No card, or no folder "attune" on it.</summary>
        public const int NoCard = 1;

        /// <summary>The folder has no job.txt.</summary>
        public const int NoJob = 2;

        /// <summary>job.txt has a key or value that cannot be taken, or does not go with model and samples.</summary>
        public const int BadJob = 3;

        /// <summary>model.atm is missing, damaged or of another version.</summary>
        public const int BadModel = 4;

        /// <summary>The job, the model or its plan needs more memory than there is.</summary>
        public const int TooLarge = 5;

        /// <summary>A sample file is missing, cut short, damaged, or has a label that is no class.</summary>
        public const int BadSamples = 6;

        /// <summary>The samples have another shape than the model's input.</summary>
        public const int SampleShape = 7;

        /// <summary>No space is left on the card.</summary>
        public const int CardFull = 8;

        /// <summary>The card cannot be written.</summary>
        public const int ReadOnlyCard = 9;

        /// <summary>The card was pulled, or cannot be read.</summary>
        public const int CardError = 10;

        /// <summary>An error of the program.</summary>
        public const int Internal = 11;

        /// <summary>A checkpoint was written by another version of the program, or for another model.</summary>
        public const int BadCheckpoint = 12;

        /// <summary>The number of an exception that opening or running a card ended with.</summary>
        public static int Of(Exception error)
        {
            if (error is StorageException)
            {
                return ((StorageException)error).Fault;
            }
            if (error is JobException)
            {
                return ((JobException)error).Fault;
            }
            if (error is ModelException)
            {
                return BadModel;
            }
            if (error is PlanException || error is OutOfMemoryException)
            {
                return TooLarge;
            }
            if (error is KernelException)
            {
                return OfStatus(((KernelException)error).Status);
            }
            return Internal;
        }

        /// <summary>A fault in words, as in "card full".</summary>
        public static string Name(int fault)
        {
            switch (fault)
            {
                case None:
                    return "none";
                case NoCard:
                    return "no card";
                case NoJob:
                    return "no job";
                case BadJob:
                    return "bad job";
                case BadModel:
                    return "bad model";
                case TooLarge:
                    return "too large";
                case BadSamples:
                    return "bad samples";
                case SampleShape:
                    return "sample shape";
                case CardFull:
                    return "card full";
                case ReadOnlyCard:
                    return "read-only card";
                case CardError:
                    return "card error";
                case BadCheckpoint:
                    return "bad checkpoint";
                default:
                    return "internal";
            }
        }

        /// <summary>Kernels refuse memory, and the records of a bad model.</summary>
        private static int OfStatus(int status)
        {
            bool record =
                status == KernelStatus.ErrorModel
                || status == KernelStatus.ErrorRecord
                || status == KernelStatus.ErrorAlignment
                || status == KernelStatus.ErrorRange;
            return status == KernelStatus.ErrorMemory ? TooLarge
                : record ? BadModel
                : Internal;
        }
    }
}
