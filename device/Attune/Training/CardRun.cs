using System;
using System.Text;
using Attune.Data;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Storage;

namespace Attune.Training
{
    /// <summary>
    /// A run over a card folder: model, samples and job in; checkpoints, log.csv and adapted.atm out. Interrupted
    /// anywhere, it goes on from the last checkpoint to the same bytes.
    /// </summary>
    public sealed class CardRun
    {
        /// <summary>The job's file name.</summary>
        public const string JobFile = "job.txt";

        /// <summary>The model's file name.</summary>
        public const string ModelFile = "model.atm";

        /// <summary>The training samples' file name.</summary>
        public const string TrainingFile = "train.ats";

        /// <summary>The validation samples' file name.</summary>
        public const string ValidationFile = "valid.ats";

        /// <summary>The result's file name.</summary>
        public const string AdaptedFile = "adapted.atm";

        /// <summary>File name of the network between alignment and training.</summary>
        public const string AlignedFile = "aligned.atm";

        /// <summary>The log's file name.</summary>
        public const string LogName = "log.csv";

        private const int LogLengthWord = CheckpointStore.WordCount - 1;
        private const int LogChecksumWord = CheckpointStore.WordCount - 2;
        private const int UnsavedWord = CheckpointStore.WordCount - 3;
        private readonly IStorage storage;
        private readonly Arena arena;
        private readonly TrainingJob job;
        private readonly CheckpointStore checkpoints;
        private readonly LogFile log;
        private readonly EventFile events;
        private readonly uint identity;
        private int unsaved;

        /// <summary>Prepares a run, from its checkpoint if there is one.</summary>
        /// <param name="storage">The card folder.</param>
        /// <param name="arena">Holds the folder's model.</param>
        /// <param name="job">The folder's job.</param>
        /// <param name="training">The folder's training samples.</param>
        /// <param name="validation">The folder's validation samples, or null.</param>
        public CardRun(IStorage storage, Arena arena, TrainingJob job, ISampleSource training, ISampleSource validation)
        {
            this.storage = storage;
            this.arena = arena;
            this.job = job;
            checkpoints = new CheckpointStore(storage);
            log = new LogFile(storage, LogName, "stage,block,unit,loss,rate,correct,forwards");
            events = new EventFile(storage);
            Session = new TrainingSession(arena, job, training, validation);
            identity = Identity(training, validation);
            int[] words = checkpoints.Find(identity, events);
            Resumed = words != null;
            Note(AdaptedModel.Recover(storage, AlignedFile, Resumed));
            Note(AdaptedModel.Recover(storage, AdaptedFile, Resumed));
            if (words == null)
            {
                // Checkpoints of another job would not match the log that begins now.
                checkpoints.Delete();
                log.Begin();
                return;
            }
            Session.RestoreWords(words);
            MemoryPlan plan = Session.Network.Plan;
            checkpoints.ReadState(arena, plan.StateAt, plan.StateEnd - plan.StateAt);
            unsaved = words[UnsavedWord];
            Note(log.Resume(words[LogLengthWord], (uint)words[LogChecksumWord]));
            Note(
                "going on from " + checkpoints.NewestName + ": " + StageName(Session.Stage) + ", unit " + Session.Unit
            );
        }

        /// <summary>The session.</summary>
        public TrainingSession Session { get; private set; }

        /// <summary>Whether the run goes on from a checkpoint.</summary>
        public bool Resumed { get; private set; }

        /// <summary>Reads a folder's job file.</summary>
        public static TrainingJob ReadJob(IStorage storage)
        {
            if (!storage.Available)
            {
                throw new StorageException(CardFault.NoCard, "there is no card with a folder of Attune; insert one");
            }
            if (!storage.Exists(JobFile))
            {
                throw new StorageException(CardFault.NoJob, JobFile + ": there is no such file; write the card again");
            }
            byte[] bytes = ReadText(storage);
            byte[] again = ReadText(storage);
            // The text has no checksum, and a wrong value would pass for another job.
            if (Native.Crc32(bytes, 0, bytes.Length, 0) != Native.Crc32(again, 0, again.Length, 0))
            {
                throw new StorageException(CardFault.CardError, JobFile + ": reads differently twice; check the card");
            }
            return TrainingJob.Parse(Encoding.UTF8.GetString(bytes, 0, bytes.Length));
        }

        /// <summary>
        /// Runs to the end and writes the adapted model, or saves a checkpoint when the monitor asks to stop.
        /// </summary>
        /// <returns>Whether the run is complete.</returns>
        public bool Run(ICardMonitor monitor)
        {
            string[] notes = events.Lines;
            for (int i = 0; i < notes.Length; i++)
            {
                monitor.Message(notes[i]);
            }
            ReportSkippedBlocks(monitor);
            monitor.Progress(Session);
            try
            {
                return RunUnits(monitor);
            }
            catch (Exception error)
            {
                events.AddFault(error);
                throw error;
            }
        }

        /// <summary>Name of a stage in logs.</summary>
        public static string StageName(int stage)
        {
            switch (stage)
            {
                case TrainingSession.EvaluateBefore:
                    return "before";
                case TrainingSession.Filter:
                    return "filter";
                case TrainingSession.Align:
                    return "align";
                case TrainingSession.EvaluateAligned:
                    return "aligned";
                case TrainingSession.TrialTrain:
                    return "trial";
                case TrainingSession.TrialEvaluate:
                    return "trial-result";
                case TrainingSession.Train:
                    return "train";
                case TrainingSession.EvaluateAfter:
                    return "after";
                default:
                    return "done";
            }
        }

        private static byte[] ReadText(IStorage storage)
        {
            using (IStorageFile file = storage.OpenRead(JobFile))
            {
                if (file.Length > 65536)
                {
                    throw new JobException("job.txt: has " + file.Length + " bytes, a job has at most 65536");
                }
                byte[] bytes = new byte[(int)file.Length];
                file.Read(bytes, 0, bytes.Length);
                return bytes;
            }
        }

        private bool RunUnits(ICardMonitor monitor)
        {
            bool stopping = false;
            while (Session.Stage != TrainingSession.Done && !stopping)
            {
                int stage = Session.Stage;
                int block = Session.Block;
                int unit = Session.Unit;
                int[] entropies = Session.FilterEntropies;
                bool ended = Session.Advance(monitor);
                stopping = !ended || !monitor.Tick();
                if (ended)
                {
                    LogUnit(stage, block, unit);
                    unsaved++;
                }
                if (Session.Stage != stage)
                {
                    LogFilter(entropies);
                    LogStage(stage, block);
                    if (stage == TrainingSession.Align && job.Train)
                    {
                        WriteModel(AlignedFile);
                    }
                }
                bool regular = unsaved >= job.CheckpointSteps || Session.Stage != stage;
                if (regular || stopping)
                {
                    Save(regular);
                }
                monitor.Progress(Session);
            }
            if (Session.Stage != TrainingSession.Done)
            {
                return false;
            }
            log.Flush();
            WriteModel(AdaptedFile);
            return true;
        }

        private void WriteModel(string name)
        {
            if (job.VerifyModel)
            {
                Session.Network.Model.CheckUnchanged();
            }
            AdaptedModel.Write(Session.Network, storage, name);
        }

        private void Note(string line)
        {
            if (line != null)
            {
                events.Add(line);
            }
        }

        private void ReportSkippedBlocks(ICardMonitor monitor)
        {
            int blocks = job.Train && job.Block == TrainingJob.BlockAutomatic ? Session.Network.Model.BlockCount : 0;
            for (int block = 0; block < blocks; block++)
            {
                int bytes = Session.PlanOf(block).Peak;
                if (bytes > job.ArenaBytes)
                {
                    monitor.Message(
                        "block "
                            + block
                            + " needs "
                            + bytes
                            + " bytes of arena, the limit is "
                            + job.ArenaBytes
                            + ": not tried"
                    );
                }
            }
        }

        private void LogUnit(int stage, int block, int unit)
        {
            if (stage == TrainingSession.TrialTrain || stage == TrainingSession.Train)
            {
                string values = DecimalNumber.Format(Session.Loss) + "," + DecimalNumber.Format(Session.Rate);
                log.Line(Prefix(stage, block) + unit + "," + values + ",,");
            }
        }

        /// <summary>The mean entropies of the input filter's candidates that were tried.</summary>
        private void LogFilter(int[] entropies)
        {
            for (int candidate = 0; entropies != null && candidate < entropies.Length; candidate++)
            {
                if (entropies[candidate] >= 0)
                {
                    string entropy = DecimalNumber.Format(entropies[candidate] / 1e6);
                    log.Line(Prefix(TrainingSession.Filter, -1) + FilterChoice.Name(candidate) + "," + entropy + ",,,");
                }
            }
        }

        private void LogStage(int stage, int block)
        {
            int correct =
                stage == TrainingSession.EvaluateBefore ? Session.CorrectBefore
                : stage == TrainingSession.EvaluateAligned ? Session.CorrectAligned
                : stage == TrainingSession.TrialEvaluate ? Session.CorrectOfTrial
                : stage == TrainingSession.EvaluateAfter ? Session.CorrectAfter
                : -1;
            string result = correct >= 0 ? "" + correct : "";
            string chosen = stage == TrainingSession.Filter ? FilterChoice.Name(Session.FilterInForce) : "";
            log.Line(Prefix(stage, block) + chosen + ",,," + result + "," + DecimalNumber.Format(Session.Forwards));
        }

        private static string Prefix(int stage, int block)
        {
            bool trains = stage >= TrainingSession.TrialTrain;
            string name = block >= 0 && trains ? "" + block : "";
            return StageName(stage) + "," + name + ",";
        }

        private void Save(bool regular)
        {
            unsaved = regular ? 0 : unsaved;
            log.Flush();
            int[] session = Session.SaveWords();
            int[] words = new int[CheckpointStore.WordCount];
            for (int i = 0; i < session.Length; i++)
            {
                words[i] = session[i];
            }
            words[LogLengthWord] = log.Length;
            words[LogChecksumWord] = (int)log.Checksum;
            words[UnsavedWord] = unsaved;
            MemoryPlan plan = Session.Network.Plan;
            checkpoints.Save(identity, words, arena, plan.StateAt, plan.StateEnd - plan.StateAt, regular);
        }

        /// <summary>Checksum of everything that decides the result.</summary>
        private uint Identity(ISampleSource training, ISampleSource validation)
        {
            byte[] text = Encoding.UTF8.GetBytes(
                job.Canonical() + training.Count + "/" + (validation == null ? 0 : validation.Count)
            );
            uint crc = Native.Crc32(text, 0, text.Length, 0);
            byte[] header = new byte[QuantizedModel.HeaderBytes];
            arena.ReadModel(0, header, 0, header.Length);
            return Native.Crc32(header, 0, header.Length, crc);
        }
    }
}
