using System.Text;
using Attune.Kernels;
using Attune.Model;

namespace Attune.Runs
{
    /// <summary>The number that a checkpoint carries, so that it is known which job, model and samples it belongs to.</summary>
    public static class RunIdentity
    {
        /// <summary>Checksum of everything that decides a run's result.</summary>
        /// <param name="job">The job.</param>
        /// <param name="training">Number of training samples.</param>
        /// <param name="validation">Number of held-out samples; 0: there are none.</param>
        /// <param name="header">The model's header, <see cref="QuantizedModel.HeaderBytes"/> bytes.</param>
        public static uint Of(TrainingJob job, int training, int validation, byte[] header)
        {
            byte[] text = Encoding.UTF8.GetBytes(job.Canonical() + training + "/" + validation);
            uint crc = Native.Crc32(text, 0, text.Length, 0);
            return Native.Crc32(header, 0, QuantizedModel.HeaderBytes, crc);
        }
    }
}
