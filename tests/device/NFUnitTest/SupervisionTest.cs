using Attune.Data;
using Attune.Runs;
using Attune.Storage;
using Attune.Supervision;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>What a boot knows of the one before, hours of the night, what the light shows.</summary>
    [TestClass]
    public class SupervisionTest
    {
        [TestMethod]
        public void Deaths_at_the_same_sample_are_counted_and_an_orderly_end_is_none()
        {
            Registers memory = new Registers(80);
            for (int boot = 1; boot <= 4; boot++)
            {
                BootRecord record = new BootRecord(memory);
                Assert.AreEqual(boot, record.Boots);
                Assert.AreEqual(boot - 1, record.Deaths);
                record.At(StageKind.Train, 300);
                record.Loading(SkipList.Training, 70000);
            }
            BootRecord last = new BootRecord(memory);
            Assert.IsTrue(last.Died);
            Assert.AreEqual(StageKind.Train, last.DiedStage);
            Assert.AreEqual(300, last.DiedUnit);
            Assert.AreEqual(SkipList.Training, last.DiedFile);
            Assert.AreEqual(70000, last.DiedSample);
            last.Finish();
            Assert.IsFalse(new BootRecord(memory).Died);
        }

        [TestMethod]
        public void Resets_at_other_steps_or_in_a_pause_are_no_deaths_in_a_row()
        {
            Registers memory = new Registers(80);
            for (int boot = 1; boot <= 3; boot++)
            {
                BootRecord record = new BootRecord(memory);
                record.At(StageKind.Train, 300);
                record.Loading(SkipList.Training, 7);
                for (int step = 0; step < boot; step++)
                {
                    record.Step();
                }
            }
            BootRecord last = new BootRecord(memory);
            Assert.AreEqual(1, last.Deaths);
            last.Pause();
            BootRecord next = new BootRecord(memory);
            Assert.IsFalse(next.Died);
            Assert.IsTrue(next.DiedInPause);
            Assert.AreEqual(0, next.Deaths);
        }

        [TestMethod]
        public void A_damaged_copy_is_passed_over_for_the_older_one()
        {
            Registers memory = new Registers(80);
            BootRecord record = new BootRecord(memory);
            record.Loading(SkipList.Training, 10);
            record.Loading(SkipList.Training, 11);
            for (int at = 0; at < BootRecord.Bytes; at++)
            {
                Registers damaged = new Registers(memory);
                damaged.Bytes[at] ^= 4;
                BootRecord next = new BootRecord(damaged);
                Assert.AreEqual(2, next.Boots);
                Assert.IsTrue(next.DiedSample == 10 || next.DiedSample == 11);
            }
        }

        [TestMethod]
        public void A_sample_that_was_added_is_on_the_list_that_is_read_again()
        {
            MemoryStorage card = new MemoryStorage();
            SkipList.Read(card).Add(card, SkipList.Training, 2);
            SkipList list = SkipList.Read(card);
            list.Add(card, SkipList.Validation, 0);
            Assert.AreEqual(2, SkipList.Read(card).Count);
            Assert.IsTrue(list.Contains(SkipList.Training, 2));
            Assert.IsFalse(list.Contains(SkipList.Validation, 2));
        }

        [TestMethod]
        public void Hours_over_midnight_are_inside_or_so_far_away()
        {
            NightWindow night = new NightWindow();
            Assert.IsTrue(night.Contains(0));
            night.From = NightWindow.Parse("22:00");
            night.To = NightWindow.Parse("6:00");
            Assert.IsTrue(night.Contains(0));
            Assert.IsTrue(night.Contains(NightWindow.Parse("05:59")));
            Assert.IsFalse(night.Contains(NightWindow.Parse("06:00")));
            Assert.IsFalse(night.Contains(NightWindow.Parse("21:59")));
            Assert.AreEqual(1, night.Until(NightWindow.Parse("21:59")));
            Assert.AreEqual(960, night.Until(NightWindow.Parse("06:00")));
            Assert.AreEqual("22:00", NightWindow.Format(night.From));
            Assert.AreEqual(-1, NightWindow.Parse("24:00"));
        }

        [TestMethod]
        public void A_fault_is_so_many_flashes()
        {
            int on = 0;
            int length = LightPattern.Length(CardFault.BadSamples);
            for (int slot = 0; slot < length; slot++)
            {
                on += LightPattern.On(CardFault.BadSamples, slot) ? 1 : 0;
            }
            Assert.AreEqual(CardFault.BadSamples, on);
            Assert.IsTrue(LightPattern.On(LightPattern.Starting, 0));
            Assert.IsFalse(LightPattern.On(LightPattern.Asleep, 0));
        }

        /// <summary>Backup registers of a board that is none.</summary>
        private sealed class Registers : IBackupMemory
        {
            public readonly byte[] Bytes;

            public Registers(int size)
            {
                Bytes = new byte[size];
            }

            public Registers(Registers other)
                : this(other.Size)
            {
                other.Read(0, Bytes);
            }

            public int Size
            {
                get { return Bytes.Length; }
            }

            public void Read(int position, byte[] data)
            {
                System.Array.Copy(Bytes, position, data, 0, data.Length);
            }

            public void Write(int position, byte[] data)
            {
                System.Array.Copy(data, 0, Bytes, position, data.Length);
            }
        }
    }
}
