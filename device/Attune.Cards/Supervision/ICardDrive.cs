using Attune.Storage;

namespace Attune.Supervision
{
    /// <summary>The drive of a memory card, as a firmware shows it.</summary>
    public interface ICardDrive
    {
        /// <summary>Name of the drive, as shown.</summary>
        string Name { get; }

        /// <summary>Whether the firmware has a card mounted on it.</summary>
        bool Mounted { get; }

        /// <summary>Asks the firmware to mount what is in its slots.</summary>
        void Mount();

        /// <summary>The folder of Attune, <see cref="IStorage.Available"/> or not.</summary>
        IStorage Open();
    }
}
