using System;
using System.IO;
using Attune.Storage;
using Attune.Supervision;

namespace Attune.App
{
    /// <summary>The SD card of a board.</summary>
    internal sealed class CardSlot : ICardDrive
    {
        private const string Folder = "attune";
        private readonly string drive;
        private readonly CardFinder finder;

        /// <summary>The slot of a drive.</summary>
        /// <param name="drive">Such as "D:"; null: the board has none.</param>
        /// <param name="board">Shows lines.</param>
        public CardSlot(string drive, DeviceBoard board)
        {
            this.drive = drive;
            Usable = drive != null && !HasNoFileSystem(board);
            finder = new CardFinder(this, board);
        }

        /// <summary>Whether a card can be read at all.</summary>
        public bool Usable { get; private set; }

        /// <inheritdoc/>
        public string Name
        {
            get { return drive; }
        }

        /// <inheritdoc/>
        public bool Mounted
        {
            get
            {
                try
                {
                    DriveInfo[] drives = DriveInfo.GetDrives();
                    for (int i = 0; i < drives.Length; i++)
                    {
                        if (drives[i].Name.IndexOf(drive) == 0)
                        {
                            return true;
                        }
                    }
                    return false;
                }
                catch (Exception)
                {
                    return false;
                }
            }
        }

        /// <inheritdoc/>
        public void Mount()
        {
            DriveInfo.MountRemovableVolumes();
        }

        /// <inheritdoc/>
        public IStorage Open()
        {
            return new FolderStorage(drive + "/" + Folder);
        }

        /// <summary>The card's folder, or null while there is none.</summary>
        public IStorage Find()
        {
            return Usable ? finder.Find() : null;
        }

        /// <summary>
        /// Whether the firmware was built without a file system: then no card can ever be opened (docs/DEVICE.md, "Empty
        /// file-system list").
        /// </summary>
        private static bool HasNoFileSystem(DeviceBoard board)
        {
            try
            {
                if (DriveInfo.GetFileSystems().Length > 0)
                {
                    return false;
                }
            }
            catch (Exception)
            {
                // A firmware that cannot say may still have one.
                return false;
            }
            board.Line(
                "attune: this firmware lists no file system, so no card can be opened; see docs/DEVICE.md, 'Empty file-system list'"
            );
            return true;
        }
    }
}
