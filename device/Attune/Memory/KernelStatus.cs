namespace Attune.Memory
{
    /// <summary>What a kernel returns; the meaning of each stands at enum attune_status in attune.h.</summary>
    public static class KernelStatus
    {
        public const int Ok = 0;
        public const int ErrorHandle = -1;
        public const int ErrorMemory = -2;
        public const int ErrorArena = -3;
        public const int ErrorModel = -4;
        public const int ErrorRecord = -5;
        public const int ErrorMode = -6;
        public const int ErrorArgument = -7;
        public const int ErrorAlignment = -8;
        public const int ErrorRange = -9;
        public const int ErrorRegion = -10;
        public const int ErrorFormat = -11;
        public const int ErrorReadOnly = -12;
    }
}
