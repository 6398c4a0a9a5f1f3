using System;
using System.Collections;
using System.Text;

namespace Attune.Storage
{
    /// <summary>
    /// events.txt: what happened to a card beside its job, a line each - restarts, damaged files and what was done about
    /// them, faults. The log itself stays equal for equal runs.
    /// </summary>
    public sealed class EventFile
    {
        /// <summary>The file's name.</summary>
        public const string Name = CardFiles.Events;

        private const int LargestLength = 65536;
        private readonly IStorage storage;
        private readonly ArrayList lines = new ArrayList();

        /// <summary>The events of a folder.</summary>
        public EventFile(IStorage storage)
        {
            this.storage = storage;
        }

        /// <summary>The lines that were added to this object.</summary>
        public string[] Lines
        {
            get
            {
                string[] all = new string[lines.Count];
                for (int i = 0; i < all.Length; i++)
                {
                    all[i] = (string)lines[i];
                }
                return all;
            }
        }

        /// <summary>Adds the line of an exception.</summary>
        public void AddFault(Exception error)
        {
            int fault = CardFault.Of(error);
            Add("fault " + fault + ", " + CardFault.Name(fault) + ": " + error.Message);
        }

        /// <summary>
        /// Adds a line. A file of more than 64 KiB is begun again; a line that the card cannot take is dropped, since the
        /// run does not depend on it.
        /// </summary>
        public void Add(string line)
        {
            lines.Add(line);
            try
            {
                if (!Append(line))
                {
                    storage.Delete(Name);
                    Append(line);
                }
            }
            catch (StorageException)
            {
                // A full or locked card: whoever reads Lines still sees it.
            }
        }

        /// <summary>Appends a line; returns false if the file has its largest length already.</summary>
        private bool Append(string line)
        {
            using (IStorageFile file = storage.OpenWrite(Name))
            {
                long end = file.Length;
                if (end > LargestLength)
                {
                    return false;
                }
                // Power lost in an earlier line has left it without an end.
                string text = EndsInLine(file, end) ? line + "\n" : "\n" + line + "\n";
                byte[] bytes = Encoding.UTF8.GetBytes(text);
                file.Seek(end);
                file.Write(bytes, 0, bytes.Length);
                return true;
            }
        }

        private static bool EndsInLine(IStorageFile file, long length)
        {
            if (length == 0)
            {
                return true;
            }
            byte[] last = new byte[1];
            file.Seek(length - 1);
            file.Read(last, 0, 1);
            return last[0] == '\n';
        }
    }
}
