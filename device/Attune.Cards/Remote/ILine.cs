namespace Attune.Remote
{
    /// <summary>A line that carries bytes both ways and may lose, change or add some: a serial port.</summary>
    public interface ILine
    {
        /// <summary>
        /// Reads what has arrived, at least 1 and at most count bytes; waits for the first one. Returns 0 if none comes in
        /// time.
        /// </summary>
        /// <param name="data">Takes the bytes.</param>
        /// <param name="index">Place of the first one.</param>
        /// <param name="count">Room, at least 1.</param>
        /// <param name="timeout">Milliseconds to wait.</param>
        int Read(byte[] data, int index, int count, int timeout);

        /// <summary>Sends bytes.</summary>
        void Write(byte[] data, int index, int count);
    }
}
