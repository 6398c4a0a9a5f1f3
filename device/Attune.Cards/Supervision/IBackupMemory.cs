namespace Attune.Supervision
{
    /// <summary>A few bytes that outlive a reset, as the backup registers of an STM32.</summary>
    public interface IBackupMemory
    {
        /// <summary>Number of bytes; 0 where the board has none.</summary>
        int Size { get; }

        /// <summary>Fills an array from a position, a multiple of 4 as the array's length.</summary>
        void Read(int position, byte[] data);

        /// <summary>Writes an array to a position, a multiple of 4 as the array's length.</summary>
        void Write(int position, byte[] data);
    }
}
