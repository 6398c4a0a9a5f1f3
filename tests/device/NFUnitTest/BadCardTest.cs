using System;
using System.Text;
using Attune.Kernels;
using Attune.Runs;
using Attune.Storage;
using Attune.Testing;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>
    /// Cards that cannot be run: each has its fault and its line, and stays as it was but for the line in events.txt.
    /// </summary>
    [TestClass]
    public class BadCardTest
    {
        private const string Job =
            "arena = 8192\nlayers = all\nepochs = 1\nbatch = 4\nqueries = 2\ncheckpoint-steps = 2\n";
        private const int RecordBytes = 4 + TinyCard.Side * TinyCard.Side + 4;
        private const int Never = 0x7FFFFFFF;

        [TestMethod]
        public void A_good_card_runs()
        {
            MemoryStorage card = TinyCard.Create(Job);
            Run(card, 0);
            Assert.IsTrue(card.Exists(CardFiles.Adapted), "adapted.atm");
            Assert.IsFalse(card.Exists(CardFiles.Events), "events.txt");
        }

        [TestMethod]
        public void No_job()
        {
            MemoryStorage card = TinyCard.Create(Job);
            card.Delete(CardFiles.Job);
            AssertBad(card, CardFault.NoJob, "job.txt: there is no such file; write the card again");
        }

        [TestMethod]
        public void A_value_of_the_job_out_of_range()
        {
            MemoryStorage card = TinyCard.Create(Job);
            card.Put(CardFiles.Job, Encoding.UTF8.GetBytes(Job + "epochs = 0\n"));
            AssertBad(card, CardFault.BadJob, "job.txt line 7: epochs = '0': takes 1..100000");
        }

        [TestMethod]
        public void A_key_that_this_version_does_not_know()
        {
            MemoryStorage card = TinyCard.Create(Job);
            card.Put(CardFiles.Job, Encoding.UTF8.GetBytes(Job + "dropout = 0.9\n"));
            AssertBad(card, CardFault.BadJob, "job.txt line 7: there is no key 'dropout'");
        }

        [TestMethod]
        public void Augmentation_that_the_input_has_no_room_for()
        {
            MemoryStorage card = TinyCard.Create(Job);
            card.Put(CardFiles.Job, Encoding.UTF8.GetBytes(Job + "augment-shift = 8\n"));
            string line = "augment-shift: the model's input of 8 x 8 moves by at most 7 pixels, not 8";
            AssertBad(card, CardFault.BadJob, line);
        }

        [TestMethod]
        public void An_optimizer_of_output_multipliers()
        {
            MemoryStorage card = TinyCard.Create(Job);
            card.Put(CardFiles.Job, Encoding.UTF8.GetBytes(Job + "parts = scales\noptimizer = momentum\n"));
            string line = "optimizer: output multipliers move by sgd alone; use optimizer = sgd or parts = both";
            AssertBad(card, CardFault.BadJob, line);
        }

        [TestMethod]
        public void No_model()
        {
            MemoryStorage card = TinyCard.Create(Job);
            card.Delete(CardFiles.Model);
            AssertBad(card, CardFault.BadModel, "model.atm: there is no such file");
        }

        [TestMethod]
        public void A_model_of_another_version()
        {
            MemoryStorage card = TinyCard.Create(Job);
            byte[] model = TinyCard.Model();
            TinyCard.Put(model, 4, 2);
            TinyCard.Seal(model);
            card.Put(CardFiles.Model, model);
            AssertBad(
                card,
                CardFault.BadModel,
                "model.atm: byte 4: model version 2, this program reads 1; import it again"
            );
        }

        [TestMethod]
        public void A_model_with_a_flipped_bit()
        {
            for (int at = 0; at < TinyCard.Model().Length; at += 5)
            {
                MemoryStorage card = TinyCard.Create(Job);
                card.Damage(CardFiles.Model, at);
                AssertBad(card, CardFault.BadModel, "model.atm: byte ");
            }
        }

        [TestMethod]
        public void A_model_cut_short()
        {
            for (int length = 0; length < TinyCard.Model().Length; length += 97)
            {
                MemoryStorage card = TinyCard.Create(Job);
                card.Put(CardFiles.Model, Cut(TinyCard.Model(), length));
                AssertBad(card, CardFault.BadModel, "model.atm: ");
            }
        }

        [TestMethod]
        public void A_plan_larger_than_the_arena()
        {
            AssertBad(TinyCard.Create(Job + "arena = 1024\n"), CardFault.TooLarge, "the plan needs ");
        }

        [TestMethod]
        public void A_job_for_a_larger_board()
        {
            MemoryStorage card = TinyCard.Create(Job);
            AssertBad(
                card,
                8191,
                CardFault.TooLarge,
                "job.txt: arena = 8192, this board has 8191 bytes; write the card for this board"
            );
        }

        [TestMethod]
        public void No_training_samples()
        {
            MemoryStorage card = TinyCard.Create(Job);
            card.Delete(CardFiles.Training);
            AssertBad(card, CardFault.BadSamples, "train.ats: there is no such file");
        }

        [TestMethod]
        public void Samples_cut_short()
        {
            byte[] good = TinyCard.Samples(6, 100);
            for (int length = 0; length < good.Length; length += 13)
            {
                MemoryStorage card = TinyCard.Create(Job);
                card.Put(CardFiles.Training, Cut(good, length));
                AssertBad(card, CardFault.BadSamples, "train.ats byte ");
            }
        }

        [TestMethod]
        public void Samples_of_another_version()
        {
            MemoryStorage card = TinyCard.Create(Job);
            byte[] file = card.Bytes(CardFiles.Training);
            TinyCard.Put(file, 4, 2);
            TinyCard.Put(file, 508, (int)Native.Crc32(file, 0, 508, 0));
            card.Put(CardFiles.Training, file);
            AssertBad(card, CardFault.BadSamples, "train.ats byte 4: version 2, this program reads 1");
        }

        [TestMethod]
        public void Samples_of_another_shape()
        {
            foreach (string name in new string[] { CardFiles.Training, CardFiles.Validation })
            {
                MemoryStorage card = TinyCard.Create(Job);
                byte[] file = card.Bytes(name);
                TinyCard.Put(file, 12, TinyCard.Side / 2);
                TinyCard.Put(file, 16, TinyCard.Side * 2);
                TinyCard.Put(file, 508, (int)Native.Crc32(file, 0, 508, 0));
                card.Put(name, file);
                AssertBad(
                    card,
                    CardFault.SampleShape,
                    name + ": samples of 4x16 values, the model's input is 8x8; pack them for this model"
                );
            }
        }

        [TestMethod]
        public void A_label_that_is_no_class()
        {
            MemoryStorage card = TinyCard.Create(Job);
            byte[] file = card.Bytes(CardFiles.Training);
            int at = 512 + 5 * RecordBytes;
            TinyCard.Put(file, at, TinyCard.Classes);
            TinyCard.Put(file, at + RecordBytes - 4, (int)Native.Crc32(file, at, RecordBytes - 4, 0));
            card.Put(CardFiles.Training, file);
            AssertEnds(card, "train.ats byte " + at + ": sample 5 has label 3, the file has 3 classes");
        }

        [TestMethod]
        public void A_sample_with_a_flipped_bit()
        {
            MemoryStorage card = TinyCard.Create(Job);
            int at = 512 + 5 * RecordBytes;
            card.Damage(CardFiles.Training, at + 20);
            AssertEnds(card, "train.ats byte " + at + ": checksum of sample 5 differs");
        }

        [TestMethod]
        public void A_checkpoint_of_another_version()
        {
            MemoryStorage card = TinyCard.Create(Job);
            Run(card, 0);
            byte[] state = card.Bytes("state-a.atc");
            TinyCard.Put(state, 4, 1);
            TinyCard.Put(state, 508, (int)Native.Crc32(state, 0, 508, 0));
            card.Put("state-a.atc", state);
            AssertBad(
                card,
                CardFault.BadCheckpoint,
                "state-a.atc: version 1, this program reads 4; delete it to start again"
            );
        }

        [TestMethod]
        public void A_locked_card()
        {
            MemoryStorage card = TinyCard.Create(Job);
            MemoryStorage before = TinyCard.Create(Job);
            FaultStorage locked = new FaultStorage(card, 1);
            locked.ReadOnly = true;
            AssertFault(locked, 0, CardFault.ReadOnlyCard, "log.csv: cannot be written: the card is locked");
            AssertKept(before, card);
            Assert.AreEqual(before.Names.Length, card.Names.Length, "files");
        }

        [TestMethod]
        public void A_card_that_is_full_at_a_checkpoint_goes_on_when_there_is_space()
        {
            MemoryStorage undisturbed = TinyCard.Create(Job);
            Run(undisturbed, 0);
            MemoryStorage card = TinyCard.Create(Job);
            FaultStorage full = new FaultStorage(card, 1);
            full.Free = 700;
            AssertFault(
                full,
                0,
                CardFault.CardFull,
                "state-b.atc: cannot be written: the card is full; free some space"
            );
            full.Free = -1;
            Run(full, 0);
            AssertSameResults(undisturbed, card);
        }

        [TestMethod]
        public void A_card_that_is_pulled_goes_on_when_it_is_back()
        {
            MemoryStorage undisturbed = TinyCard.Create(Job);
            Run(undisturbed, 0);
            for (int step = 1; step < 40; step += 3)
            {
                MemoryStorage card = TinyCard.Create(Job);
                FaultStorage pulled = new FaultStorage(card, (uint)step);
                pulled.Arm(FaultStorage.Removal, step);
                AssertFault(pulled, 0, CardFault.CardError, "card pulled ");
                AssertFault(pulled, 0, CardFault.NoCard, "there is no card with a folder of Attune; insert one");
                pulled.Restart();
                Run(pulled, 0);
                AssertSameResults(undisturbed, card);
            }
        }

        private static void AssertBad(MemoryStorage card, int fault, string line)
        {
            AssertBad(card, 0, fault, line);
        }

        private static void AssertBad(MemoryStorage card, int arena, int fault, string line)
        {
            MemoryStorage before = new MemoryStorage();
            foreach (string name in card.Names)
            {
                before.Put(name, card.Bytes(name));
            }
            AssertFault(card, arena, fault, line);
            AssertKept(before, card);
            Assert.AreEqual(before.Names.Length + 1, card.Names.Length, "files");
            byte[] events = card.Bytes(CardFiles.Events);
            string text = Encoding.UTF8.GetString(events, 0, events.Length);
            Assert.IsTrue(text.IndexOf("fault " + fault + ", " + CardFault.Name(fault) + ": " + line) == 0, text);
        }

        /// <summary>Bad samples that come up in the run: what the card held stays, results of the run may be there.</summary>
        private static void AssertEnds(MemoryStorage card, string line)
        {
            MemoryStorage before = new MemoryStorage();
            foreach (string name in card.Names)
            {
                before.Put(name, card.Bytes(name));
            }
            AssertFault(card, 0, CardFault.BadSamples, line);
            AssertKept(before, card);
            Assert.IsFalse(card.Exists(CardFiles.Adapted), "adapted.atm");
        }

        /// <summary>Opening or running ends with a fault whose line begins so.</summary>
        private static void AssertFault(IStorage storage, int arena, int fault, string line)
        {
            int seen = CardFault.None;
            string message = "";
            try
            {
                Run(storage, arena);
            }
            catch (Exception error)
            {
                seen = CardFault.Of(error);
                message = error.Message;
            }
            Assert.AreEqual(fault, seen, message);
            Assert.IsTrue(message.IndexOf(line) == 0, message);
            Assert.IsTrue(message.IndexOf('\n') < 0, message);
        }

        private static void Run(IStorage storage, int arena)
        {
            using (Card card = new Card(storage, arena))
            {
                card.Run.Run(new Countdown(Never));
            }
        }

        private static void AssertKept(MemoryStorage before, MemoryStorage after)
        {
            foreach (string name in before.Names)
            {
                Assert.AreEqual(before.Checksum(name), after.Checksum(name), name);
            }
        }

        private static void AssertSameResults(MemoryStorage expected, MemoryStorage actual)
        {
            string[] names = new string[] { "adapted.atm", "aligned.atm", "log.csv", "state-a.atc", "state-b.atc" };
            foreach (string name in names)
            {
                Assert.AreEqual(expected.Checksum(name), actual.Checksum(name), name);
            }
        }

        private static byte[] Cut(byte[] bytes, int length)
        {
            byte[] result = new byte[length];
            Array.Copy(bytes, result, length);
            return result;
        }
    }
}
