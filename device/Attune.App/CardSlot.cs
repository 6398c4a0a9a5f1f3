using System;
using System.IO;
using Attune.Storage;

namespace Attune.App
{
    /// <summary>The SD card of a board: mounted, and looked at for a folder of Attune.</summary>
    internal sealed class CardSlot
    {
        private const string Folder = "attune";
        private readonly string drive;
        private readonly DeviceBoard board;
        private readonly bool empty;
        private string said = "";

        /// <summary>The slot of a drive.</summary>
        /// <param name="drive">Such as "D:"; null: the board has none.</param>
        /// <param name="board">Shows lines.</param>
        public CardSlot(string drive, DeviceBoard board)
        {
            this.drive = drive;
            this.board = board;
            empty = drive == null || HasNoFileSystem();
        }

        /// <summary>Whether a card can be read at all.</summary>
        public bool Usable
        {
            get { return !empty; }
        }

        /// <summary>The card's folder, or null while there is none.</summary>
        public IStorage Find()
        {
            if (empty)
            {
                return null;
            }
            FolderStorage storage = new FolderStorage(drive + "/" + Folder);
            if (!storage.Available)
            {
                Mount();
            }
            if (storage.Available)
            {
                return storage;
            }
            Say(
                HasCard()
                    ? "the card in " + drive + " has no folder " + Folder + "; write it with 'attune card'"
                    : "no card in " + drive + "; insert one that 'attune card' has written"
            );
            return null;
        }

        /// <summary>
        /// Whether the firmware was built without a file system: then no card can ever be opened (docs/DEVICE.md, "Empty
        /// file-system list").
        /// </summary>
        private bool HasNoFileSystem()
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
            Say(
                "this firmware lists no file system, so no card can be opened; see docs/DEVICE.md, 'Empty file-system list'"
            );
            return true;
        }

        private bool HasCard()
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

        private void Mount()
        {
            try
            {
                DriveInfo.MountRemovableVolumes();
            }
            catch (Exception error)
            {
                Say("mounting the card failed: " + error.Message);
            }
        }

        /// <summary>Shows a line unless it was the last one.</summary>
        private void Say(string text)
        {
            if (text != said)
            {
                said = text;
                board.Line("attune: " + text);
            }
        }
    }
}
