using System;
using System.Text;
using Attune.Runs;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>Reading of job.txt.</summary>
    [TestClass]
    public class TrainingJobTest
    {
        [TestMethod]
        public void Keys_set_what_they_name_and_the_rest_keeps_its_defaults()
        {
            TrainingJob job = TrainingJob.Parse(
                "# a job\r\nmethod = zo\nseed = 4294967295\n\nlearning-rate = 2.5e-3 # fast\nlayers = 3,5-7\nupdate=sequential"
            );
            Assert.IsFalse(job.Align);
            Assert.IsTrue(job.Trains);
            Assert.AreEqual(0xFFFFFFFFu, job.Training.Seed);
            Assert.AreEqual(0.0025f, job.Training.LearningRate);
            Assert.AreEqual(4, job.Training.Layers.Numbers.Length);
            Assert.AreEqual(7, job.Training.Layers.Numbers[3]);
            Assert.IsTrue(job.Training.Sequential);
            Assert.AreEqual(10, job.Training.Batch);
        }

        [TestMethod]
        public void A_job_is_written_as_it_is_read()
        {
            string text = TrainingJob
                .Parse("layers = block 2\nqueries = 7\nlayer-queries = 1,5\nrollback = off")
                .Write();
            Assert.AreEqual(text, TrainingJob.Parse(text).Write());
            Assert.IsTrue(text.Contains("block 2"), text);
            Assert.IsTrue(text != new TrainingJob().Write(), text);
        }

        [TestMethod]
        public void What_cannot_be_taken_is_refused_with_its_line()
        {
            AssertRefused("seed", "line 1");
            AssertRefused("seed = 1\nspeed = 2", "line 2: there is no key 'speed'");
            AssertRefused("\n\nepochs = 0", "line 3: epochs = '0'");
            AssertRefused("learning-rate = fast", "line 1: learning-rate = 'fast'");
            AssertRefused("layers = 9-5", "line 1: layers = '9-5'");
        }

        [TestMethod]
        public void A_byte_order_mark_is_read_over_and_UTF_16_is_refused()
        {
            byte[] marked = new byte[]
            {
                0xEF,
                0xBB,
                0xBF,
                (byte)'s',
                (byte)'e',
                (byte)'e',
                (byte)'d',
                (byte)'=',
                (byte)'7',
            };
            Assert.AreEqual(7u, TrainingJob.Parse(marked).Training.Seed);
            AssertRefused(new byte[] { 0xFF, 0xFE, (byte)'s', 0 }, "UTF-16");
            AssertRefused(new byte[] { 0xFE, 0xFF, 0, (byte)'s' }, "UTF-16");
            AssertRefused(new byte[] { (byte)'s', 0, (byte)'e', 0 }, "save it again as UTF-8");
        }

        [TestMethod]
        public void Lines_may_end_with_carriage_returns_alone()
        {
            Assert.AreEqual(7u, TrainingJob.Parse("# a job\rseed = 7\repochs = 2").Training.Seed);
        }

        private static void AssertRefused(string text, string reason)
        {
            AssertRefused(Encoding.UTF8.GetBytes(text), reason);
        }

        private static void AssertRefused(byte[] text, string reason)
        {
            try
            {
                TrainingJob.Parse(text);
            }
            catch (JobException error)
            {
                Assert.IsTrue(error.Message.Contains(reason), error.Message);
                return;
            }
            Assert.IsTrue(false, "a bad job was taken; expected: " + reason);
        }
    }
}
