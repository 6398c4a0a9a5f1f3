using System;
using System.IO.Ports;
using System.Threading;
using Attune.Execution;
using Attune.Remote;

namespace Attune.App
{
    /// <summary>A serial port to 'attune feed'; its host is waited for without end.</summary>
    internal sealed class SerialLine : ILine, ITick, IDisposable
    {
        private const int Nap = 2;
        private readonly SerialPort port;
        private readonly StatusLight light;

        /// <summary>Opens a port.</summary>
        public SerialLine(string name, int speed, StatusLight light)
        {
            this.light = light;
            port = new SerialPort(name, speed);
            // Room for a whole reply: native code may run while it arrives.
            port.ReadBufferSize = 2048;
            port.Open();
        }

        /// <summary>Whether a request may give up after its first second without a reply.</summary>
        public bool Impatient { get; set; } = true;

        /// <inheritdoc/>
        public int Read(byte[] data, int index, int count, int timeout)
        {
            int waited = 0;
            int arrived = port.BytesToRead;
            while (arrived == 0 && waited < timeout)
            {
                Thread.Sleep(Nap);
                waited += Nap;
                arrived = port.BytesToRead;
            }
            if (arrived == 0)
            {
                return 0;
            }
            light.HostAway = false;
            return port.Read(data, index, arrived < count ? arrived : count);
        }

        /// <inheritdoc/>
        public void Write(byte[] data, int index, int count)
        {
            port.Write(data, index, count);
        }

        /// <inheritdoc/>
        public bool Tick()
        {
            light.HostAway = !Impatient;
            return !Impatient;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            port.Dispose();
        }
    }
}
