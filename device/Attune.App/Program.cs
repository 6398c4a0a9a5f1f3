using System;
using System.Threading;
using Attune.Remote;
using Attune.Storage;
using Attune.Supervision;

namespace Attune.App
{
    /// <summary>
    /// Trains from a card, or from a host on a serial line, and survives what happens meanwhile: docs/DEVICE.md. Ends with
    /// one line, "attune: done ...", "attune: error ..." or "attune: asleep ...".
    /// </summary>
    public static class Program
    {
        private const int LookAgain = 500;
        private static StatusLight light;
        private static DeviceBoard board;
        private static RemoteLink host;

        /// <summary>The program.</summary>
        public static void Main()
        {
            int outcome = BoardRun.Asleep;
            while (outcome == BoardRun.Asleep)
            {
                string last;
                int sleep = 0;
                try
                {
                    IStorage storage = Find();
                    BoardRun run = new BoardRun(board, new BootRecord(board.Backup));
                    outcome = run.Run(storage);
                    last = run.LastLine;
                    sleep = run.SleepMinutes;
                }
                catch (Exception error)
                {
                    outcome = CardFault.Of(error);
                    last = BoardRun.ErrorLine(outcome, error.Message);
                }
                End(outcome, last);
                if (outcome == BoardRun.Asleep)
                {
                    Clock.Sleep(sleep);
                }
            }
            if (light != null && light.Lit)
            {
                // The light goes on showing how it ended.
                light.Pattern = outcome == CardFault.None ? LightPattern.Done : outcome;
                Thread.Sleep(Timeout.Infinite);
            }
        }

        /// <summary>Waits until there is a card with a folder of Attune, or a host that serves one.</summary>
        private static IStorage Find()
        {
            if (host != null)
            {
                return new RemoteStorage(host);
            }
            BoardSettings settings = BoardSettings.Find();
            light = light == null ? new StatusLight(settings.LightPin) : light;
            board = new DeviceBoard(settings, light);
            CardSlot slot = new CardSlot(settings.Drive, board);
            IStorage card = slot.Find();
            SerialLine line = card == null ? OpenLine(settings) : null;
            RemoteLink link = line == null ? null : new RemoteLink(line, line);
            if (card == null && !slot.Usable && line == null)
            {
                throw new StorageException(
                    CardFault.NoCard,
                    "this board reads no card and has no serial line to a host"
                );
            }
            while (card == null)
            {
                board.Light(slot.Usable ? CardFault.NoCard : LightPattern.WaitingForHost);
                if (link != null && Greet(link))
                {
                    line.Impatient = false;
                    return new RemoteStorage(link);
                }
                Thread.Sleep(LookAgain);
                card = slot.Find();
            }
            if (line != null)
            {
                line.Dispose();
            }
            return card;
        }

        private static SerialLine OpenLine(BoardSettings settings)
        {
            if (settings.Port == null)
            {
                return null;
            }
            try
            {
                return new SerialLine(settings.Port, settings.Speed, light);
            }
            catch (Exception error)
            {
                board.Line("attune: no serial line on " + settings.Port + ": " + error.Message);
                return null;
            }
        }

        /// <summary>Whether a host answers; its clock then sets one that was not.</summary>
        private static bool Greet(RemoteLink link)
        {
            try
            {
                DateTime time = link.Greet(board.Name);
                if (!board.ClockSet && Clock.Set(time))
                {
                    board.Line("attune: clock set by the host");
                }
                host = link;
                board.ShowOn(link);
                return true;
            }
            catch (StorageException)
            {
                return false;
            }
        }

        /// <summary>Shows the last line, on the console and on the host.</summary>
        private static void End(int outcome, string last)
        {
            Console.WriteLine(last);
            if (host == null)
            {
                return;
            }
            try
            {
                if (outcome == BoardRun.Asleep)
                {
                    host.Line(last);
                }
                else
                {
                    host.End(outcome, last);
                }
            }
            catch (StorageException)
            {
                // The console has it.
            }
        }
    }
}
