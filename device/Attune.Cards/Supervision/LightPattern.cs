using Attune.Storage;

namespace Attune.Supervision
{
    /// <summary>
    /// What a single light shows, in slots of <see cref="SlotTime"/>: a number of <see cref="CardFault"/> as so many short
    /// flashes and a pause, or one of the constants here.
    /// </summary>
    public static class LightPattern
    {
        /// <summary>Milliseconds of a slot.</summary>
        public const int SlotTime = 200;

        /// <summary>The program has begun: on.</summary>
        public const int Starting = -1;

        /// <summary>Waits for a host on the serial line: flickers.</summary>
        public const int WaitingForHost = -2;

        /// <summary>Works: a second on, a second off; rests while native code runs.</summary>
        public const int Training = -3;

        /// <summary>The result is written: on, with a short gap every two seconds.</summary>
        public const int Done = -4;

        /// <summary>Sleeps until the night begins: off.</summary>
        public const int Asleep = -5;

        private const int Pause = 10;

        /// <summary>Slots after which a pattern begins again.</summary>
        public static int Length(int pattern)
        {
            switch (pattern)
            {
                case Starting:
                case Asleep:
                    return 1;
                case WaitingForHost:
                    return 2;
                case Training:
                case Done:
                    return 10;
                default:
                    return 2 * pattern + Pause;
            }
        }

        /// <summary>Whether the light is on in a slot, 0..<see cref="Length"/>-1.</summary>
        public static bool On(int pattern, int slot)
        {
            switch (pattern)
            {
                case Starting:
                    return true;
                case Asleep:
                    return false;
                case WaitingForHost:
                    return slot == 0;
                case Training:
                    return slot < 5;
                case Done:
                    return slot < 9;
                default:
                    return slot < 2 * pattern && slot % 2 == 0;
            }
        }
    }
}
