using System;
using System.Text;
using Attune.Kernels;
using Attune.Storage;
using Attune.Training;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>
    /// Cards that cannot be run: each has its fault and its line, and stays as it was but for the line in events.txt.
    /// </summary>
    [TestClass]
    public class BadCardTest
    {
        [TestMethod]
        public void A_good_card_runs()
        {
            MemoryCard card = TinyCard.Make();
            TinyCard.Run(card);
            Assert.IsTrue(card.Exists(CardRun.AdaptedFile), "adapted.atm");
            Assert.IsFalse(card.Exists(EventFile.Name), "events.txt");
        }

        [TestMethod]
        public void No_card()
        {
            MemoryCard card = new MemoryCard();
            card.Available = false;
            AssertBad(card, CardFault.NoCard, "there is no card with a folder of Attune; insert one");
        }

        [TestMethod]
        public void No_job()
        {
            MemoryCard card = TinyCard.Make();
            card.Delete(CardRun.JobFile);
            AssertBad(card, CardFault.NoJob, "job.txt: there is no such file; write the card again");
        }

        [TestMethod]
        public void A_value_of_the_job_out_of_range()
        {
            MemoryCard card = TinyCard.Make();
            card.Put(CardRun.JobFile, Encoding.UTF8.GetBytes(TinyCard.Job("epochs = 0\n")));
            AssertBad(card, CardFault.BadJob, "job.txt line 10: epochs = '0': takes 1..100000");
        }

        [TestMethod]
        public void A_key_that_this_version_does_not_know()
        {
            MemoryCard card = TinyCard.Make();
            card.Put(CardRun.JobFile, Encoding.UTF8.GetBytes(TinyCard.Job("momentum = 0.9\n")));
            AssertBad(card, CardFault.BadJob, "job.txt line 10: there is no key 'momentum'");
        }

        [TestMethod]
        public void No_model()
        {
            MemoryCard card = TinyCard.Make();
            card.Delete(CardRun.ModelFile);
            AssertBad(card, CardFault.BadModel, "model.atm: there is no such file");
        }

        [TestMethod]
        public void A_model_of_another_version()
        {
            MemoryCard card = TinyCard.Make();
            TinyCard.Put(card.Get(CardRun.ModelFile), 4, 2);
            TinyCard.SealModel(card.Get(CardRun.ModelFile));
            AssertBad(
                card,
                CardFault.BadModel,
                "model.atm: byte 4: model version 2, this program reads 1; import it again"
            );
        }

        [TestMethod]
        public void A_model_with_a_flipped_bit()
        {
            byte[] good = TinyCard.Model(TinyCard.Values);
            for (int at = 0; at < good.Length; at++)
            {
                MemoryCard card = TinyCard.Make();
                card.Get(CardRun.ModelFile)[at] ^= (byte)(1 << (at % 8));
                AssertBad(card, CardFault.BadModel, "model.atm: byte ");
            }
        }

        [TestMethod]
        public void A_model_cut_short()
        {
            for (int length = 0; length < TinyCard.Model(TinyCard.Values).Length; length += 19)
            {
                MemoryCard card = TinyCard.Make();
                card.Put(CardRun.ModelFile, MemoryCard.Resized(TinyCard.Model(TinyCard.Values), length));
                AssertBad(card, CardFault.BadModel, "model.atm: ");
            }
        }

        [TestMethod]
        public void A_plan_larger_than_the_arena()
        {
            MemoryCard card = TinyCard.Make();
            card.Put(CardRun.ModelFile, TinyCard.Model(2048));
            card.Put(CardRun.TrainingFile, TinyCard.Samples(6, 2048));
            card.Put(CardRun.ValidationFile, TinyCard.Samples(4, 2048));
            AssertBad(card, CardFault.TooLarge, "the plan needs ");
        }

        [TestMethod]
        public void A_job_for_a_larger_board()
        {
            MemoryCard card = TinyCard.Make();
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
            MemoryCard card = TinyCard.Make();
            card.Delete(CardRun.TrainingFile);
            AssertBad(card, CardFault.BadSamples, "train.ats: there is no such file");
        }

        [TestMethod]
        public void Samples_cut_short()
        {
            byte[] good = TinyCard.Samples(6, TinyCard.Values);
            for (int length = 0; length < good.Length; length += 13)
            {
                MemoryCard card = TinyCard.Make();
                card.Put(CardRun.TrainingFile, MemoryCard.Resized(good, length));
                AssertBad(card, CardFault.BadSamples, "train.ats byte ");
            }
        }

        [TestMethod]
        public void Samples_of_another_version()
        {
            MemoryCard card = TinyCard.Make();
            byte[] file = card.Get(CardRun.TrainingFile);
            TinyCard.Put(file, 4, 2);
            TinyCard.Put(file, 508, (int)Native.Crc32(file, 0, 508, 0));
            AssertBad(card, CardFault.BadSamples, "train.ats byte 4: version 2, this program reads 1");
        }

        [TestMethod]
        public void Samples_of_another_shape()
        {
            MemoryCard card = TinyCard.Make();
            card.Put(CardRun.TrainingFile, TinyCard.Samples(6, 12));
            AssertBad(
                card,
                CardFault.SampleShape,
                "train.ats: samples of 12 values, the model's input is 8; pack them"
            );
            card = TinyCard.Make();
            card.Put(CardRun.ValidationFile, TinyCard.Samples(6, 12));
            AssertBad(
                card,
                CardFault.SampleShape,
                "valid.ats: samples of 12 values, the model's input is 8; pack them"
            );
        }

        [TestMethod]
        public void A_label_that_is_no_class()
        {
            MemoryCard card = TinyCard.Make();
            TinyCard.PutLabel(card.Get(CardRun.TrainingFile), 5, TinyCard.Values, 4);
            AssertEnds(card, CardFault.BadSamples, "train.ats byte 592: sample 5 has label 4, the file has 4 classes");
        }

        [TestMethod]
        public void A_sample_with_a_flipped_bit()
        {
            MemoryCard card = TinyCard.Make();
            card.Get(CardRun.TrainingFile)[600] ^= 1;
            AssertEnds(card, CardFault.BadSamples, "train.ats byte 592: checksum of sample 5 differs");
        }

        [TestMethod]
        public void A_checkpoint_of_another_version()
        {
            MemoryCard card = TinyCard.Make();
            TinyCard.Run(card);
            byte[] state = card.Get("state-a.atc");
            TinyCard.Put(state, 4, 2);
            TinyCard.Put(state, 508, (int)Native.Crc32(state, 0, 508, 0));
            AssertBad(
                card,
                CardFault.BadCheckpoint,
                "state-a.atc: version 2, this program reads 1; delete it to start again"
            );
        }

        [TestMethod]
        public void A_locked_card()
        {
            MemoryCard card = TinyCard.Make();
            MemoryCard before = card.Copy();
            FaultStorage locked = new FaultStorage(card, 1);
            locked.ReadOnly = true;
            AssertFault(locked, 0, CardFault.ReadOnlyCard, "log.csv: cannot be written: the card is locked");
            AssertUnchanged(before, card, false);
        }

        [TestMethod]
        public void A_card_that_is_full_at_a_checkpoint_goes_on_when_there_is_space()
        {
            MemoryCard undisturbed = TinyCard.Make();
            TinyCard.Run(undisturbed);
            MemoryCard card = TinyCard.Make();
            FaultStorage full = new FaultStorage(card, 1);
            full.Free = 700;
            AssertFault(
                full,
                0,
                CardFault.CardFull,
                "state-b.atc: cannot be written: the card is full; free some space"
            );
            full.Free = -1;
            TinyCard.Run(full);
            AssertSameResults(undisturbed, card);
        }

        [TestMethod]
        public void A_card_that_is_pulled_goes_on_when_it_is_back()
        {
            MemoryCard undisturbed = TinyCard.Make();
            TinyCard.Run(undisturbed);
            for (int step = 1; step < 40; step += 3)
            {
                MemoryCard card = TinyCard.Make();
                FaultStorage pulled = new FaultStorage(card, (uint)step);
                pulled.Arm(FaultStorage.Removal, step);
                AssertFault(pulled, 0, CardFault.CardError, "card pulled ");
                AssertFault(pulled, 0, CardFault.NoCard, "there is no card with a folder of Attune; insert one");
                pulled.Restart();
                TinyCard.Run(pulled);
                AssertSameResults(undisturbed, card);
            }
        }

        [TestMethod]
        public void Power_lost_at_any_step_ends_in_the_same_bytes()
        {
            MemoryCard undisturbed = TinyCard.Make();
            FaultStorage counter = new FaultStorage(undisturbed, 1);
            TinyCard.Run(counter);
            for (int step = 1; step <= counter.WriteSteps; step++)
            {
                MemoryCard card = TinyCard.Make();
                FaultStorage storage = new FaultStorage(card, (uint)step);
                storage.Arm(FaultStorage.PowerLoss, step);
                bool lost = false;
                try
                {
                    TinyCard.Run(storage);
                }
                catch (PowerLossException)
                {
                    lost = true;
                }
                Assert.IsTrue(lost, "step " + step);
                storage.Restart();
                TinyCard.Run(storage);
                AssertSameResults(undisturbed, card);
            }
        }

        private static void AssertBad(MemoryCard card, int fault, string line)
        {
            AssertBad(card, 0, fault, line);
        }

        private static void AssertBad(MemoryCard card, int arena, int fault, string line)
        {
            MemoryCard before = card.Copy();
            AssertFault(card, arena, fault, line);
            AssertUnchanged(before, card, true);
        }

        /// <summary>A fault that comes up in the run: what the card held stays, results of the run may be there.</summary>
        private static void AssertEnds(MemoryCard card, int fault, string line)
        {
            MemoryCard before = card.Copy();
            AssertFault(card, 0, fault, line);
            for (int i = 0; i < before.Count; i++)
            {
                string name = before.NameAt(i);
                Assert.IsTrue(MemoryCard.AreEqual(before.Get(name), card.Get(name)), name);
            }
            Assert.IsFalse(card.Exists(CardRun.AdaptedFile), "adapted.atm");
        }

        /// <summary>Opening or running ends with a fault whose line begins so.</summary>
        private static void AssertFault(IStorage storage, int arena, int fault, string line)
        {
            int seen = CardFault.None;
            string message = "";
            try
            {
                using (Card card = new Card(storage, arena))
                {
                    card.Run.Run(new QuietMonitor());
                }
            }
            catch (Exception error)
            {
                seen = CardFault.Of(error);
                message = error.Message;
            }
            Assert.IsTrue(seen == fault, "fault " + seen + " instead of " + fault + ": " + message);
            Assert.IsTrue(message.IndexOf(line) == 0, "line: " + message);
            Assert.IsTrue(message.IndexOf('\n') < 0, "one line: " + message);
        }

        private static void AssertUnchanged(MemoryCard before, MemoryCard after, bool told)
        {
            for (int i = 0; i < before.Count; i++)
            {
                string name = before.NameAt(i);
                Assert.IsTrue(MemoryCard.AreEqual(before.Get(name), after.Get(name)), name);
            }
            int more = told ? 1 : 0;
            Assert.IsTrue(after.Count == before.Count + more, "files");
            Assert.IsTrue(after.Exists(EventFile.Name) == told, "events.txt");
        }

        private static void AssertSameResults(MemoryCard expected, MemoryCard actual)
        {
            string[] names = new string[] { "adapted.atm", "log.csv", "state-a.atc", "state-b.atc" };
            foreach (string name in names)
            {
                Assert.IsTrue(expected.Exists(name), name);
                Assert.IsTrue(MemoryCard.AreEqual(expected.Get(name), actual.Get(name)), name);
            }
        }
    }
}
