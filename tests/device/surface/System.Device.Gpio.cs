// nanoFramework.System.Device.Gpio 1.1.62; references mscorlib, nanoFramework.Runtime.Events

namespace System.Device.Gpio
{
    public sealed class GpioController
    {
        public extern GpioController();

        public extern GpioPin OpenPin(int pinNumber, PinMode mode);
    }

    public sealed class GpioPin
    {
        private extern GpioPin();

        public extern TimeSpan DebounceTimeout { set; }

        public extern event PinValueChangedEventHandler ValueChanged;

        public extern void Write(PinValue value);
    }

    public delegate void PinValueChangedEventHandler(object sender, PinValueChangedEventArgs e);

    public class PinValueChangedEventArgs
    {
        private extern PinValueChangedEventArgs();

        public extern PinEventTypes ChangeType { get; }
    }

    public enum PinEventTypes
    {
        Rising = 1,
    }

    public enum PinMode
    {
        InputPullDown = 1,
        Output = 3,
    }

    public readonly struct PinValue
    {
        public static extern PinValue High { get; }

        public static extern PinValue Low { get; }
    }
}
