using System;
using Attune.Storage;

namespace Attune.Supervision
{
    /// <summary>Looks for a card with a folder of Attune, as often as it is asked.</summary>
    public sealed class CardFinder
    {
        private readonly ICardDrive drive;
        private readonly IBoard board;
        private string said = "";

        /// <summary>Looks on a drive.</summary>
        public CardFinder(ICardDrive drive, IBoard board)
        {
            this.drive = drive;
            this.board = board;
        }

        /// <summary>The card's folder, or null while there is none; then a line says why, once.</summary>
        /// <remarks>Only a drive without a card is mounted: firmware loses memory each time it mounts what is mounted.</remarks>
        public IStorage Find()
        {
            IStorage storage = drive.Open();
            if (!storage.Available && !drive.Mounted)
            {
                if (!Mount())
                {
                    return null;
                }
                storage = drive.Open();
            }
            if (storage.Available)
            {
                return storage;
            }
            Say(
                drive.Mounted
                    ? "the card in " + drive.Name + " has no folder attune; write it with 'attune card'"
                    : "no card in " + drive.Name + "; insert one that 'attune card' has written"
            );
            return null;
        }

        private bool Mount()
        {
            try
            {
                drive.Mount();
                return true;
            }
            catch (Exception error)
            {
                Say("mounting the card failed: " + error.Message);
                return false;
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
