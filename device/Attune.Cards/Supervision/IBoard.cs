namespace Attune.Supervision
{
    /// <summary>What a run needs of the board that it runs on, beside the card.</summary>
    public interface IBoard
    {
        /// <summary>The board's name and, where it has one, its unique number.</summary>
        string Name { get; }

        /// <summary>Memory that outlives a reset.</summary>
        IBackupMemory Backup { get; }

        /// <summary>Whether the clock has been set: the hours of a night can be known.</summary>
        bool ClockSet { get; }

        /// <summary>Minute of the day by the clock, 0..1439.</summary>
        int MinuteOfDay { get; }

        /// <summary>Milliseconds since some moment before the boot; they only grow.</summary>
        long Milliseconds { get; }

        /// <summary>Free bytes of the managed heap, after a collection; -1: not known.</summary>
        int FreeHeap();

        /// <summary>Does nothing for some milliseconds.</summary>
        void Wait(int milliseconds);

        /// <summary>Shows a line.</summary>
        void Line(string text);

        /// <summary>Shows a pattern of <see cref="LightPattern"/>.</summary>
        void Light(int pattern);
    }
}
