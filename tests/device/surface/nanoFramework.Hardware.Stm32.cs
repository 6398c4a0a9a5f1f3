// nanoFramework.Hardware.Stm32 1.10.37; references mscorlib

using System;

namespace nanoFramework.Hardware.Stm32
{
    public static class BackupMemory
    {
        public static extern int Size { get; }

        public static extern void ReadBytes(uint position, byte[] value);

        public static extern void WriteBytes(uint position, byte[] value);
    }

    public static class Power
    {
        public static extern void EnterStandbyMode();
    }

    public static class RTC
    {
        public static extern void SetAlarm(DateTime time);
    }

    public static class Utilities
    {
        public static extern byte[] UniqueDeviceId { get; }
    }
}
