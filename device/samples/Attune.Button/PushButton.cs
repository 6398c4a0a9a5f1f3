using System;
using System.Device.Gpio;

namespace Attune.Button
{
    /// <summary>A push button that remembers that it was pressed.</summary>
    internal sealed class PushButton : IDisposable
    {
        private readonly GpioPin pin;
        private bool pressed;

        /// <summary>Listens to a button that connects its pin to the supply.</summary>
        /// <param name="number">The pin, 16 * port + number.</param>
        public PushButton(int number)
        {
            pin = new GpioController().OpenPin(number, PinMode.InputPullDown);
            pin.DebounceTimeout = TimeSpan.FromTicks(50 * TimeSpan.TicksPerMillisecond);
            pin.ValueChanged += Changed;
        }

        /// <summary>Whether it was pressed since the last call. A press during a native call is told afterwards.</summary>
        public bool Take()
        {
            bool was = pressed;
            pressed = false;
            return was;
        }

        /// <summary>Stops listening.</summary>
        public void Dispose()
        {
            pin.ValueChanged -= Changed;
        }

        private void Changed(object sender, PinValueChangedEventArgs change)
        {
            pressed = pressed || change.ChangeType == PinEventTypes.Rising;
        }
    }
}
