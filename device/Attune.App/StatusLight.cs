using System;
using System.Device.Gpio;
using System.Threading;
using Attune.Supervision;

namespace Attune.App
{
    /// <summary>The board's light, in a thread of its own. It stands still while a native call runs.</summary>
    internal sealed class StatusLight
    {
        private readonly GpioPin pin;

        /// <summary>Takes a pin; without one, or where the firmware has no GPIO, nothing is shown.</summary>
        /// <param name="number">The pin, -1: none.</param>
        public StatusLight(int number)
        {
            if (number < 0)
            {
                return;
            }
            try
            {
                pin = new GpioController().OpenPin(number, PinMode.Output);
                new Thread(Show).Start();
            }
            catch (Exception error)
            {
                pin = null;
                Console.WriteLine("attune: no light on pin " + number + ": " + error.Message);
            }
        }

        /// <summary>What it shows, of <see cref="LightPattern"/>.</summary>
        public int Pattern { get; set; } = LightPattern.Starting;

        /// <summary>Whether there is a light.</summary>
        public bool Lit
        {
            get { return pin != null; }
        }

        /// <summary>Whether it shows instead that a host is waited for.</summary>
        public bool HostAway { get; set; }

        private void Show()
        {
            int shown = LightPattern.Starting;
            for (int slot = 0; ; slot++)
            {
                int pattern = HostAway ? LightPattern.WaitingForHost : Pattern;
                slot = pattern == shown && slot < LightPattern.Length(pattern) ? slot : 0;
                shown = pattern;
                pin.Write(LightPattern.On(pattern, slot) ? PinValue.High : PinValue.Low);
                Thread.Sleep(LightPattern.SlotTime);
            }
        }
    }
}
