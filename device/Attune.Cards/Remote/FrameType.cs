namespace Attune.Remote
{
    /// <summary>What a frame asks for (docs/FORMATS.md, "Serial line"). A reply has the type of its request + 0x80.</summary>
    public static class FrameType
    {
        /// <summary>Version of the protocol and the device's name; the reply has version and time of the host.</summary>
        public const int Hello = 1;

        /// <summary>Size of a file, -1 if there is none.</summary>
        public const int Length = 2;

        /// <summary>Bytes of a file from an offset.</summary>
        public const int Read = 3;

        /// <summary>A new, empty file in place of an old one.</summary>
        public const int Create = 4;

        /// <summary>Bytes into a file at an offset up to its end.</summary>
        public const int Write = 5;

        /// <summary>Removes a file if there is one.</summary>
        public const int Delete = 6;

        /// <summary>Gives a file another name, in place of a file that had it.</summary>
        public const int Replace = 7;

        /// <summary>A line of text to show.</summary>
        public const int Line = 8;

        /// <summary>The device's last line and how its run ended.</summary>
        public const int End = 9;

        /// <summary>Cuts a file to a length.</summary>
        public const int Truncate = 10;

        /// <summary>Added to the type of a reply.</summary>
        public const int Reply = 0x80;

        /// <summary>The host heard a damaged frame: send it again.</summary>
        public const int Again = 0xFF;
    }
}
