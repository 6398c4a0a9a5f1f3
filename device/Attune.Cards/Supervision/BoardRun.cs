using System;
using Attune.Data;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Supervision
{
    /// <summary>
    /// A whole run on a board, from a card folder that has been found to the last line: what the boot before left behind,
    /// resume or start, training within the night's hours, the report. No exception leaves it.
    /// </summary>
    public sealed class BoardRun
    {
        /// <summary>Outcome: not complete; the board should sleep for <see cref="SleepMinutes"/>.</summary>
        public const int Asleep = -1;

        /// <summary>Boots in a row that died at the same step after which every further one begins with a pause.</summary>
        public const int DeathsToPause = 3;

        /// <summary>Boots in a row that must have died at the same step before its sample is left out. Those behind
        /// <see cref="DeathsToPause"/> had a pause in which nobody pressed reset.</summary>
        public const int DeathsToSkip = 6;

        /// <summary>Milliseconds of a pause: who presses reset again and again presses it here.</summary>
        public const int PauseTime = 10000;

        private readonly IBoard board;
        private readonly BootRecord boot;

        /// <summary>A run on a board.</summary>
        public BoardRun(IBoard board, BootRecord boot)
        {
            this.board = board;
            this.boot = boot;
        }

        /// <summary>The one line to end with.</summary>
        public string LastLine { get; private set; } = "";

        /// <summary>Minutes until the night begins.</summary>
        public int SleepMinutes { get; private set; }

        /// <summary>Runs a folder's job as far as the night allows.</summary>
        /// <returns>A number of <see cref="CardFault"/>, <see cref="CardFault.None"/> if the result is written; or
        /// <see cref="Asleep"/>.</returns>
        public int Run(IStorage storage)
        {
            int outcome;
            try
            {
                outcome = Work(storage);
            }
            catch (Exception error)
            {
                outcome = CardFault.Of(error);
                LastLine = ErrorLine(outcome, error.Message);
            }
            // What failed with an exception was no death; the next boot tries again.
            boot.Finish();
            board.Light(
                outcome == Asleep ? LightPattern.Asleep
                : outcome == CardFault.None ? LightPattern.Done
                : outcome
            );
            return outcome;
        }

        /// <summary>The last line for a fault.</summary>
        public static string ErrorLine(int fault, string message)
        {
            // A device's exceptions often have no text.
            string reason = message == null || message.Length == 0 ? "an exception without text" : message;
            return "attune: error " + fault + " (" + CardFault.Name(fault) + "): " + reason;
        }

        private int Work(IStorage storage)
        {
            long begin = board.Milliseconds;
            int heap = board.FreeHeap();
            SkipList skips;
            NightWindow night;
            try
            {
                skips = SkipList.Read(storage);
                HandleDeath(storage, skips);
                night = CardRun.ReadJob(storage).Night;
            }
            catch (Exception error)
            {
                // From here on the card and its run leave the line.
                new EventFile(storage).AddFault(error);
                throw error;
            }
            RunMonitor monitor = new RunMonitor(board, boot, night);
            if (night.Set && !board.ClockSet)
            {
                monitor.Message("the clock is not set: night-from and night-to are not followed");
            }
            if (monitor.MustRest)
            {
                return Sleep(night, "");
            }
            board.Light(LightPattern.Training);
            using (Card card = new Card(storage, 0, skips, boot))
            {
                ShowStart(card, skips, heap);
                if (!card.Run.Run(monitor))
                {
                    return Sleep(night, "; " + Place(card.Run.Session));
                }
                int left = board.FreeHeap();
                string used = heap < 0 ? "" : ", " + (heap - left) + " bytes of managed heap";
                long seconds = (board.Milliseconds - begin) / 1000;
                LastLine = "attune: done: " + Report(card) + used + ", " + seconds + " s in this boot";
                return CardFault.None;
            }
        }

        private int Sleep(NightWindow night, string place)
        {
            SleepMinutes = night.Until(board.MinuteOfDay);
            string time = NightWindow.Format(night.From);
            LastLine = "attune: asleep until " + time + ", " + SleepMinutes + " minutes" + place;
            return Asleep;
        }

        /// <summary>Says how the boot before ended, and leaves out a sample at which several have died.</summary>
        private void HandleDeath(IStorage storage, SkipList skips)
        {
            string here = "boot " + boot.Boots + " of " + board.Name;
            if (boot.DiedInPause)
            {
                Note(storage, here + "; reset during the pause: resets come from outside, no sample is left out");
                return;
            }
            if (!boot.Died)
            {
                Note(storage, here);
                return;
            }
            if (boot.DiedFile == 0)
            {
                Note(storage, here + "; the boot before ended before its first sample");
                return;
            }
            string sample = "sample " + boot.DiedSample + " of " + SkipList.FileName(boot.DiedFile);
            Note(
                storage,
                here
                    + "; the boot before ended at "
                    + StageKind.Name(boot.DiedStage)
                    + ", unit "
                    + boot.DiedUnit
                    + ", "
                    + sample
                    + ", "
                    + boot.Deaths
                    + " times in a row"
            );
            if (boot.Deaths >= DeathsToSkip)
            {
                skips.Add(storage, boot.DiedFile, boot.DiedSample);
                boot.Forgive();
                Note(storage, sample + " is left out from now on (" + CardFiles.Skips + ")");
            }
            else if (boot.Deaths >= DeathsToPause)
            {
                board.Line("attune: a pause of " + PauseTime / 1000 + " s, to tell a crash from resets");
                boot.Pause();
                board.Wait(PauseTime);
                boot.Resume();
            }
        }

        private void Note(IStorage storage, string line)
        {
            board.Line("attune: " + line);
            new EventFile(storage).Add(line);
        }

        private void ShowStart(Card card, SkipList skips, int heap)
        {
            TrainingJob job = card.Job;
            string held = card.Validation == null ? "no" : "" + card.Validation.Count;
            string free = heap < 0 ? "" : ", " + heap + " bytes of managed heap free";
            board.Line(
                "attune: "
                    + job.MethodName
                    + ", seed "
                    + job.Training.Seed
                    + ", "
                    + card.Training.Count
                    + " samples and "
                    + held
                    + " held out, arena "
                    + job.ArenaBytes
                    + free
            );
            if (skips.Count > 0)
            {
                board.Line("attune: " + skips.Count + " samples are left out (" + CardFiles.Skips + ")");
            }
            if (card.Run.Resumed)
            {
                board.Line("attune: going on at " + Place(card.Run.Session));
            }
        }

        private static string Place(TrainingSession session)
        {
            return StageKind.Name(session.Stage) + ", unit " + session.Unit + " of " + session.UnitCount;
        }

        private static string Report(Card card)
        {
            TrainingSession session = card.Run.Session;
            SessionState state = session.State;
            int held = card.Validation == null ? 0 : card.Validation.Count;
            string text = "";
            if (state.CorrectBefore >= 0)
            {
                text = Percent(state.CorrectBefore, held) + " before";
                text += state.CorrectAligned >= 0 ? ", " + Percent(state.CorrectAligned, held) + " aligned" : "";
                text += ", " + Percent(state.CorrectAfter, held) + " after";
                text +=
                    (
                        state.AlignmentUndone ? " (undone)"
                        : state.RolledBack ? " (training undone)"
                        : ""
                    ) + "; ";
            }
            return text
                + (long)(session.Forwards + 0.5)
                + " forwards, "
                + session.MeasuredPeak
                + " bytes of arena of "
                + session.PlannedPeak
                + " planned";
        }

        /// <summary>A share with one decimal.</summary>
        private static string Percent(int part, int whole)
        {
            long tenths = (2000L * part + whole) / (2L * whole);
            return tenths / 10 + "." + tenths % 10 + " %";
        }
    }
}
