// nanoFramework.Runtime.Native 1.7.11; references mscorlib

namespace nanoFramework.Runtime.Native
{
    public static class GC
    {
        public static extern uint Run(bool compactHeap);
    }

    public static class Rtc
    {
        public static extern bool SetSystemTime(System.DateTime time);
    }

    public static class SystemInfo
    {
        public static extern string TargetName { get; }
    }
}
