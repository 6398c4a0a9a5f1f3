using System;
using Attune.Data;
using Attune.Execution;
using Attune.Kernels;
using Attune.Memory;
using Attune.Model;
using Attune.Numbers;
using Attune.Storage;

namespace Attune.Runs
{
    /// <summary>
    /// A run over a card folder: model, samples and job in; checkpoints, log.csv and adapted.atm out. Interrupted
    /// anywhere, it goes on from the last checkpoint to the same bytes.
    /// </summary>
    public sealed class CardRun
    {
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
            log = new LogFile(storage, CardFiles.Log, "stage,block,unit,loss,rate,correct,forwards");
            events = new EventFile(storage);
            identity = Identity(training, validation);
            JobKeys.Forget();
            Session = new TrainingSession(arena, job, training, validation);
            Checkpoint checkpoint = checkpoints.Find(identity, events);
            Resumed = checkpoint != null;
            Note(AdaptedModel.Recover(storage, CardFiles.Aligned, Resumed));
            Note(AdaptedModel.Recover(storage, CardFiles.Adapted, Resumed));
            if (checkpoint == null)
            {
                // Checkpoints of another job would not match the log that begins now.
                checkpoints.Delete();
                log.Begin();
                NoteChoice();
                return;
            }
            int[] words = checkpoint.Words;
            Session.Restore(words);
            MemoryPlan plan = Session.Network.Plan;
            checkpoints.ReadState(arena, plan.StateAt, plan.StateEnd - plan.StateAt);
            unsaved = words[SessionWord.Unsaved];
            Note(log.Resume(words[SessionWord.LogLength], (uint)words[SessionWord.LogChecksum]));
            string stage = StageKind.Name(Session.Stage);
            Note("going on from " + checkpoints.NewestName + ": " + stage + ", unit " + Session.Unit);
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
            if (!storage.Exists(CardFiles.Job))
            {
                throw new StorageException(
                    CardFault.NoJob,
                    CardFiles.Job + ": there is no such file; write the card again"
                );
            }
            byte[] bytes = ReadText(storage);
            byte[] again = ReadText(storage);
            // The text has no checksum, and a wrong value would pass for another job.
            if (Native.Crc32(bytes, 0, bytes.Length, 0) != Native.Crc32(again, 0, again.Length, 0))
            {
                throw new StorageException(
                    CardFault.CardError,
                    CardFiles.Job + ": reads differently twice; check the card"
                );
            }
            return TrainingJob.Parse(bytes);
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

        private static byte[] ReadText(IStorage storage)
        {
            using (IStorageFile file = storage.OpenRead(CardFiles.Job))
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
            while (Session.Stage != StageKind.Done && !stopping)
            {
                IStage stage = Session.Current;
                string prefix = Prefix(stage);
                int unit = Session.Unit;
                bool ran = Session.Advance(monitor);
                stopping = !ran || !monitor.Tick();
                if (ran)
                {
                    LogLines(prefix, stage.LogCells(unit), "");
                    unsaved++;
                }
                bool ended = Session.Current != stage;
                if (ended)
                {
                    LogLines(prefix, stage.LogCells(-1), "," + DecimalNumber.Format(Session.Forwards));
                    if (stage.Kind == StageKind.Align && job.Trains)
                    {
                        WriteModel(CardFiles.Aligned);
                    }
                }
                bool regular = unsaved >= job.CheckpointSteps || ended;
                if (regular || stopping)
                {
                    Save(regular);
                }
                monitor.Progress(Session);
            }
            if (Session.Stage != StageKind.Done)
            {
                return false;
            }
            log.Flush();
            WriteModel(CardFiles.Adapted);
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

        private void NoteChoice()
        {
            if (job.Automatic)
            {
                bool evaluates = Session.State.ValidationSamples != null;
                int way = AutomaticChoice.WayOf(Session.State.Model, arena, job, evaluates);
                Note("method = " + job.MethodName + " chose " + AutomaticChoice.NameOf(way));
                JobKeys.Forget();
            }
        }

        private void ReportSkippedBlocks(ICardMonitor monitor)
        {
            StagePlan[] skipped = Session.SkippedTrials;
            for (int i = 0; i < skipped.Length; i++)
            {
                monitor.Message(
                    skipped[i].Layers
                        + " needs "
                        + skipped[i].Plan.Peak
                        + " bytes of arena, the limit is "
                        + job.ArenaBytes
                        + ": not tried"
                );
            }
        }

        /// <summary>Writes lines of a stage; the last one ends with more.</summary>
        private void LogLines(string prefix, string[] cells, string end)
        {
            for (int i = 0; i < cells.Length; i++)
            {
                log.Line(prefix + cells[i] + (i == cells.Length - 1 ? end : ""));
            }
        }

        /// <summary>The first two cells of a stage's lines: its name, and the block from the first trial on.</summary>
        private static string Prefix(IStage stage)
        {
            int block = stage.Layers.Block;
            bool trains = stage.Kind >= StageKind.TrialTrain;
            return StageKind.Name(stage.Kind) + "," + (block >= 0 && trains ? "" + block : "") + ",";
        }

        private void Save(bool regular)
        {
            unsaved = regular ? 0 : unsaved;
            log.Flush();
            MemoryPlan plan = Session.Network.Plan;
            Checkpoint checkpoint = new Checkpoint();
            checkpoint.Identity = identity;
            checkpoint.StateBytes = plan.StateEnd - plan.StateAt;
            Session.Save(checkpoint.Words);
            checkpoint.Words[SessionWord.LogLength] = log.Length;
            checkpoint.Words[SessionWord.LogChecksum] = (int)log.Checksum;
            checkpoint.Words[SessionWord.Unsaved] = unsaved;
            checkpoints.Save(checkpoint, arena, plan.StateAt, regular);
        }

        /// <summary>Checksum of everything that decides the result.</summary>
        private uint Identity(ISampleSource training, ISampleSource validation)
        {
            byte[] header = new byte[QuantizedModel.HeaderBytes];
            arena.ReadModel(0, header, 0, header.Length);
            return RunIdentity.Of(job, training.Count, validation == null ? 0 : validation.Count, header);
        }
    }
}
