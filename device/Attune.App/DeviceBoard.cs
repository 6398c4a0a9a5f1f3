using System;
using System.Threading;
using Attune.Remote;
using Attune.Supervision;
using nanoFramework.Hardware.Stm32;
using nanoFramework.Runtime.Native;

namespace Attune.App
{
    /// <summary>The board that the program runs on. What its firmware lacks is done without.</summary>
    internal sealed class DeviceBoard : IBoard
    {
        private readonly StatusLight light;
        private RemoteLink host;

        /// <summary>Names the board and takes its light.</summary>
        public DeviceBoard(BoardSettings settings, StatusLight light)
        {
            this.light = light;
            Name = settings.Name + Number();
            Backup = new BackupRegisters();
        }

        /// <inheritdoc/>
        public string Name { get; private set; }

        /// <inheritdoc/>
        public IBackupMemory Backup { get; private set; }

        /// <inheritdoc/>
        public bool ClockSet
        {
            get { return Clock.IsSet; }
        }

        /// <inheritdoc/>
        public int MinuteOfDay
        {
            get { return Clock.MinuteOfDay; }
        }

        /// <inheritdoc/>
        public long Milliseconds
        {
            get { return DateTime.UtcNow.Ticks / 10000; }
        }

        /// <inheritdoc/>
        public int FreeHeap()
        {
            try
            {
                // Files that were closed are freed once their finalizers have run.
                nanoFramework.Runtime.Native.GC.Run(false);
                System.GC.WaitForPendingFinalizers();
                return (int)nanoFramework.Runtime.Native.GC.Run(true);
            }
            catch (Exception)
            {
                return -1;
            }
        }

        /// <inheritdoc/>
        public void Wait(int milliseconds)
        {
            Thread.Sleep(milliseconds);
        }

        /// <inheritdoc/>
        /// <remarks>Console reaches the debugger's port in Release builds too, unlike Debug.</remarks>
        public void Line(string text)
        {
            Console.WriteLine(text);
            if (host != null)
            {
                host.Line(text);
            }
        }

        /// <inheritdoc/>
        public void Light(int pattern)
        {
            light.Pattern = pattern;
        }

        /// <summary>Shows lines on a host too, from now on.</summary>
        public void ShowOn(RemoteLink link)
        {
            host = link;
        }

        /// <summary>The unique number of the chip, after a space; empty where there is none.</summary>
        private static string Number()
        {
            const string Digits = "0123456789ABCDEF";
            try
            {
                byte[] number = Utilities.UniqueDeviceId;
                string text = " ";
                for (int i = 0; i < number.Length; i++)
                {
                    text += Digits[number[i] >> 4].ToString() + Digits[number[i] & 15].ToString();
                }
                return text;
            }
            catch (Exception)
            {
                return "";
            }
        }
    }
}
