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

        public extern void Write(PinValue value);
    }

    public enum PinMode
    {
        Output = 3,
    }

    public readonly struct PinValue
    {
        public static extern PinValue High { get; }

        public static extern PinValue Low { get; }
    }
}
