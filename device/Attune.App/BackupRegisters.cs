using System;
using Attune.Supervision;
using nanoFramework.Hardware.Stm32;

namespace Attune.App
{
    /// <summary>The backup registers of an STM32; none where the firmware has no such thing.</summary>
    internal sealed class BackupRegisters : IBackupMemory
    {
        /// <summary>Asks the firmware for them.</summary>
        public BackupRegisters()
        {
            try
            {
                Size = BackupMemory.Size;
            }
            catch (Exception)
            {
                Size = 0;
            }
        }

        /// <inheritdoc/>
        public int Size { get; private set; }

        /// <inheritdoc/>
        public void Read(int position, byte[] data)
        {
            BackupMemory.ReadBytes((uint)position, data);
        }

        /// <inheritdoc/>
        public void Write(int position, byte[] data)
        {
            BackupMemory.WriteBytes((uint)position, data);
        }
    }
}
