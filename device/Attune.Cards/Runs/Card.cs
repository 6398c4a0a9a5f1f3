using System;
using Attune.Data;
using Attune.Execution;
using Attune.Memory;
using Attune.Model;
using Attune.Storage;

namespace Attune.Runs
{
    /// <summary>
    /// A whole card folder (docs/FORMATS.md), opened and checked: job, model, samples, and the run over them. The same on
    /// the device and on the desktop. Whatever is wrong is named by an exception whose <see cref="CardFault.Of"/> is the
    /// fault; then nothing stays open.
    /// </summary>
    public sealed class Card : IDisposable
    {
        private SampleFile training;
        private SampleFile validation;

        /// <summary>Opens a folder as its files say, its skip list included.</summary>
        /// <param name="storage">The folder.</param>
        /// <param name="arenaLimit">Bytes of arena that the board has; 0: as many as the job asks for.</param>
        public Card(IStorage storage, int arenaLimit)
            : this(storage, arenaLimit, null, null) { }

        /// <summary>Opens a folder; the run goes on from its checkpoint if there is one.</summary>
        /// <param name="storage">The folder.</param>
        /// <param name="arenaLimit">Bytes of arena that the board has; 0: as many as the job asks for.</param>
        /// <param name="skips">Samples to leave out; null: those of the folder's list.</param>
        /// <param name="mark">Is told each sample before it is loaded, or null.</param>
        /// <exception cref="StorageException">A file is missing or damaged, or the card fails.</exception>
        /// <exception cref="JobException">The job is wrong, or does not go with model, samples and board.</exception>
        /// <exception cref="ModelException">The model is damaged.</exception>
        /// <exception cref="PlanException">The plan needs more than the job's arena size.</exception>
        /// <exception cref="KernelException">There is no memory for arena or model.</exception>
        public Card(IStorage storage, int arenaLimit, SkipList skips, ISampleMark mark)
        {
            try
            {
                Job = CardRun.ReadJob(storage);
                if (arenaLimit > 0 && Job.ArenaBytes > arenaLimit)
                {
                    throw new JobException(
                        CardFault.TooLarge,
                        "job.txt: arena = "
                            + Job.ArenaBytes
                            + ", this board has "
                            + arenaLimit
                            + " bytes; write the card for this board"
                    );
                }
                Arena = new Arena(Job.ArenaBytes);
                QuantizedModel model = OpenModel(storage);
                training = new SampleFile(storage, CardFiles.Training);
                CheckSamples(model, training, CardFiles.Training);
                if (storage.Exists(CardFiles.Validation))
                {
                    validation = new SampleFile(storage, CardFiles.Validation);
                    CheckSamples(model, validation, CardFiles.Validation);
                }
                skips = skips == null ? SkipList.Read(storage) : skips;
                ISampleSource held =
                    validation == null ? null : new GuardedSamples(validation, SkipList.Validation, skips, mark);
                ISampleSource guarded = new GuardedSamples(training, SkipList.Training, skips, mark);
                Run = new CardRun(storage, Arena, Job, guarded, held);
            }
            catch (ModelException error)
            {
                throw Close(storage, new ModelException(CardFiles.Model + ": " + error.Message));
            }
            catch (Exception error)
            {
                throw Close(storage, error);
            }
        }

        /// <summary>What to do.</summary>
        public TrainingJob Job { get; private set; }

        /// <summary>Holds the model and the run's memory.</summary>
        public Arena Arena { get; private set; }

        /// <summary>The samples to adapt to.</summary>
        public SampleFile Training
        {
            get { return training; }
        }

        /// <summary>The held-out samples, or null.</summary>
        public SampleFile Validation
        {
            get { return validation; }
        }

        /// <summary>The run.</summary>
        public CardRun Run { get; private set; }

        /// <summary>
        /// Refuses samples that have another shape than a model's input, that were quantized for another input, or whose
        /// classes are others than the model's.
        /// </summary>
        /// <remarks>Dimensions of 1 may stand anywhere, and a row of values may stand for any shape.</remarks>
        /// <exception cref="JobException">Names the file and what differs.</exception>
        public static void CheckSamples(QuantizedModel model, SampleFile samples, string name)
        {
            CheckShape(model, samples, name);
            if (samples.Classes > 0 && model.ClassCount > 0 && samples.Classes != model.ClassCount)
            {
                throw new JobException(
                    CardFault.BadSamples,
                    name
                        + ": "
                        + samples.Classes
                        + " classes, "
                        + CardFiles.Model
                        + " has "
                        + model.ClassCount
                        + "; pack the samples again with --model"
                );
            }
            bool declared = samples.InputScale > 0;
            if (declared && (samples.InputScale != model.InputScale || samples.InputZero != model.InputZero))
            {
                throw new JobException(
                    CardFault.BadSamples,
                    name
                        + ": quantized for another input than that of "
                        + CardFiles.Model
                        + "; pack the samples again with --model"
                );
            }
            bool named = samples.ClassNamesChecksum != 0 && model.ClassNamesChecksum != 0;
            if (named && samples.Classes > 0 && samples.ClassNamesChecksum != model.ClassNamesChecksum)
            {
                throw new JobException(
                    CardFault.BadSamples,
                    name + ": other class names than " + CardFiles.Model + " has; pack the samples again with --model"
                );
            }
        }

        private static void CheckShape(QuantizedModel model, SampleFile samples, string name)
        {
            string input = Shape(model.Dimension(0, 1), model.Dimension(0, 2), model.Dimension(0, 3));
            string sample = Shape(samples.Height, samples.Width, samples.Channels);
            bool flat = input.IndexOf('x') < 0 || sample.IndexOf('x') < 0;
            if (samples.SampleBytes != model.TensorBytes(0) || (!flat && sample != input))
            {
                throw new JobException(
                    CardFault.SampleShape,
                    name
                        + ": samples of "
                        + sample
                        + " values, the model's input is "
                        + input
                        + "; pack them for this model"
                );
            }
        }

        /// <summary>Closes everything.</summary>
        public void Dispose()
        {
            if (training != null)
            {
                training.Dispose();
            }
            if (validation != null)
            {
                validation.Dispose();
            }
            if (Arena != null)
            {
                Arena.Dispose();
            }
        }

        /// <summary>The model in flash, if it is the card's or the card has none; else the card's, copied.</summary>
        private QuantizedModel OpenModel(IStorage storage)
        {
            bool mapped = Arena.MapModel();
            if (!storage.Exists(CardFiles.Model))
            {
                if (!mapped)
                {
                    throw new ModelException("there is no such file, and no model in flash; write the card again");
                }
                return new QuantizedModel(Arena);
            }
            using (IStorageFile file = storage.OpenRead(CardFiles.Model))
            {
                if (mapped && IsMapped(file))
                {
                    try
                    {
                        return new QuantizedModel(Arena);
                    }
                    catch (ModelException)
                    {
                        // Damaged in flash: the card's is whole, or says what is wrong with it.
                    }
                }
                file.Seek(0);
                ModelFile.Load(Arena, file);
            }
            return new QuantizedModel(Arena);
        }

        /// <summary>Whether a model file has the header, checksum included, of the model that the arena has mapped.</summary>
        private bool IsMapped(IStorageFile file)
        {
            if (file.Length != Arena.ModelSize)
            {
                return false;
            }
            byte[] card = new byte[QuantizedModel.HeaderBytes];
            byte[] flash = new byte[QuantizedModel.HeaderBytes];
            file.Read(card, 0, card.Length);
            Arena.ReadModel(0, flash, 0, flash.Length);
            bool equal = true;
            for (int i = 0; i < card.Length; i++)
            {
                equal = equal && card[i] == flash[i];
            }
            return equal;
        }

        /// <summary>Closes everything and leaves a line for who finds the card. Returns the exception.</summary>
        private Exception Close(IStorage storage, Exception error)
        {
            Dispose();
            new EventFile(storage).AddFault(error);
            return error;
        }

        /// <summary>A shape without its dimensions of 1, as in 32x32x3.</summary>
        private static string Shape(int height, int width, int channels)
        {
            string text = height != 1 ? "" + height : "";
            text += width != 1 ? (text.Length > 0 ? "x" : "") + width : "";
            text += channels != 1 ? (text.Length > 0 ? "x" : "") + channels : "";
            return text.Length > 0 ? text : "1";
        }
    }
}
