using System;
using System.IO.Ports;
using System.Threading;

namespace Attune.Button
{
    /// <summary>
    /// A sensor at a serial port that answers the byte 'S' with one sample: its bytes 0..255 in the order height, width,
    /// channel, nothing else. Replace this class by the driver of your own sensor.
    /// </summary>
    internal sealed class SerialSensor
    {
        private const int Nap = 2;
        private const int Patience = 1000;
        private static readonly byte[] Request = new byte[] { (byte)'S' };
        private readonly SerialPort port;

        /// <summary>Opens the port.</summary>
        public SerialSensor(string name, int speed)
        {
            port = new SerialPort(name, speed);
            port.ReadBufferSize = 4096;
            port.Open();
        }

        /// <summary>Asks for a sample and fills an array with it.</summary>
        /// <returns>False if a second passed without a byte; what arrived until then is dropped.</returns>
        public bool Read(byte[] sample)
        {
            Drain(sample);
            port.Write(Request, 0, 1);
            int arrived = 0;
            int waited = 0;
            while (arrived < sample.Length && waited < Patience)
            {
                int ready = port.BytesToRead;
                if (ready == 0)
                {
                    Thread.Sleep(Nap);
                    waited += Nap;
                    continue;
                }
                int left = sample.Length - arrived;
                arrived += port.Read(sample, arrived, ready < left ? ready : left);
                waited = 0;
            }
            return arrived == sample.Length;
        }

        private void Drain(byte[] buffer)
        {
            for (int ready = port.BytesToRead; ready > 0; ready = port.BytesToRead)
            {
                port.Read(buffer, 0, ready < buffer.Length ? ready : buffer.Length);
            }
        }
    }
}
