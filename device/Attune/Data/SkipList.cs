using System.Text;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Data
{
    /// <summary>
    /// skip.txt of a card folder: samples to leave out, a line "FILE NUMBER" each, with its line end (docs/FORMATS.md). A device adds those at
    /// which it died several times; a desktop run of the same folder leaves them out too.
    /// </summary>
    public sealed class SkipList
    {
        /// <summary>The file's name.</summary>
        public const string Name = CardFiles.Skips;

        /// <summary>Number of the training samples' file.</summary>
        public const int Training = 1;

        /// <summary>Number of the validation samples' file.</summary>
        public const int Validation = 2;

        /// <summary>Most samples that can be left out.</summary>
        public const int Most = 64;

        private const int LargestFile = 4096;
        private readonly int[] files = new int[Most];
        private readonly int[] samples = new int[Most];
        private int bytes;

        /// <summary>Number of samples to leave out.</summary>
        public int Count { get; private set; }

        /// <summary>The list of a folder; empty if it has none.</summary>
        /// <exception cref="StorageException">A line is none of a skip list.</exception>
        public static SkipList Read(IStorage storage)
        {
            SkipList list = new SkipList();
            if (!storage.Exists(Name))
            {
                return list;
            }
            string text = Text(storage);
            // What stands after the last line end is the rest of a line at which power was lost.
            string[] lines = text.Split('\n');
            for (int i = 0; i < lines.Length - 1; i++)
            {
                list.Parse(lines[i].Trim(), i + 1);
                list.bytes += lines[i].Length + 1;
            }
            return list;
        }

        /// <summary>Removes a folder's list, so that every sample is tried again.</summary>
        public static void Delete(IStorage storage)
        {
            storage.Delete(Name);
        }

        /// <summary>Name of a file by number.</summary>
        public static string FileName(int file)
        {
            return file == Training ? CardFiles.Training : CardFiles.Validation;
        }

        /// <summary>Number of the file of an entry, 0..<see cref="Count"/>-1.</summary>
        public int FileAt(int entry)
        {
            return files[entry];
        }

        /// <summary>Number of the sample of an entry.</summary>
        public int SampleAt(int entry)
        {
            return samples[entry];
        }

        /// <summary>Whether a sample is to be left out.</summary>
        public bool Contains(int file, int sample)
        {
            for (int i = 0; i < Count; i++)
            {
                if (samples[i] == sample && files[i] == file)
                {
                    return true;
                }
            }
            return false;
        }

        /// <summary>Adds a sample and appends its line to the folder's list.</summary>
        /// <exception cref="StorageException">The list is full, or the card fails.</exception>
        public void Add(IStorage storage, int file, int sample)
        {
            if (Contains(file, sample))
            {
                return;
            }
            Put(file, sample, Count + 1);
            byte[] line = Encoding.UTF8.GetBytes(FileName(file) + " " + sample + "\n");
            using (IStorageFile list = storage.OpenWrite(Name))
            {
                list.Seek(bytes);
                list.Write(line, 0, line.Length);
            }
            bytes += line.Length;
        }

        private static string Text(IStorage storage)
        {
            using (IStorageFile file = storage.OpenRead(Name))
            {
                if (file.Length > LargestFile)
                {
                    throw Bad(1, "the file has more than " + LargestFile + " bytes");
                }
                byte[] bytes = new byte[(int)file.Length];
                file.Read(bytes, 0, bytes.Length);
                return Encoding.UTF8.GetString(bytes, 0, bytes.Length);
            }
        }

        private void Parse(string line, int number)
        {
            if (line.Length == 0)
            {
                return;
            }
            int space = line.IndexOf(' ');
            string name = space > 0 ? line.Substring(0, space) : line;
            double sample = space > 0 ? DecimalNumber.Parse(line.Substring(space + 1).Trim()) : -1;
            bool known = name == CardFiles.Training || name == CardFiles.Validation;
            if (!known || !(sample >= 0 && sample < 1 << 24) || sample != (int)sample)
            {
                throw Bad(number, "expected 'train.ats N' or 'valid.ats N'");
            }
            int file = name == CardFiles.Training ? Training : Validation;
            if (!Contains(file, (int)sample))
            {
                Put(file, (int)sample, number);
            }
        }

        private void Put(int file, int sample, int line)
        {
            if (Count == Most)
            {
                throw Bad(line, "more than " + Most + " samples are left out, so the cause is no sample");
            }
            files[Count] = file;
            samples[Count] = sample;
            Count++;
        }

        private static StorageException Bad(int line, string problem)
        {
            return new StorageException(
                CardFault.BadSamples,
                Name + " line " + line + ": " + problem + "; delete the file to leave out none"
            );
        }
    }
}
