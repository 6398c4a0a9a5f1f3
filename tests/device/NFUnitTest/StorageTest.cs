using System.Text;
using Attune.Kernels;
using Attune.Memory;
using Attune.Runs;
using Attune.Storage;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>Checkpoints and the log on a card in memory.</summary>
    [TestClass]
    public class StorageTest
    {
        private const uint Identity = 42;
        private const int StateBytes = 700;
        private const string Header = "stage,loss";

        [TestMethod]
        public void The_newest_checkpoint_is_found_and_a_damaged_one_passed_over()
        {
            MemoryStorage card = new MemoryStorage();
            using (Arena arena = new Arena(1024))
            {
                CheckpointStore store = new CheckpointStore(card);
                Save(store, arena, 1);
                Save(store, arena, 2);
                Assert.AreEqual(2, Found(card, arena));
                card.Damage(store.NewestName, 600);
                Assert.AreEqual(1, Found(card, arena));
                card.Damage(store.NewestName, 600);
                Assert.AreEqual(2, Found(card, arena));
                Assert.IsNull(new CheckpointStore(card).Find(Identity + 1, new EventFile(card)), "of another job");
            }
        }

        [TestMethod]
        public void The_log_is_cut_back_to_what_a_checkpoint_knows()
        {
            MemoryStorage card = new MemoryStorage();
            LogFile log = new LogFile(card, "log.csv", Header);
            log.Begin();
            log.Line("a,1");
            log.Flush();
            int length = log.Length;
            uint checksum = log.Checksum;
            log.Line("b,2222");
            log.Flush();
            log = new LogFile(card, "log.csv", Header);
            Assert.IsNotNull(log.Resume(length, checksum), "a line was cut off");
            log.Line("c,3");
            log.Flush();
            Assert.AreEqual(Header + "\na,1\nc,3\n", Text(card, "log.csv"));
            Assert.AreEqual(log.Checksum, Native.Crc32(card.Bytes("log.csv"), 0, log.Length, 0));
        }

        [TestMethod]
        public void Events_are_appended_whatever_a_torn_line_left()
        {
            MemoryStorage card = new MemoryStorage();
            card.Put(CardFiles.Events, Encoding.UTF8.GetBytes("torn"));
            new EventFile(card).Add("started");
            Assert.AreEqual("torn\nstarted\n", Text(card, CardFiles.Events));
        }

        private static void Save(CheckpointStore store, Arena arena, int number)
        {
            arena.Fill(0, StateBytes, number);
            Checkpoint checkpoint = new Checkpoint();
            checkpoint.Identity = Identity;
            checkpoint.StateBytes = StateBytes;
            checkpoint.Words[0] = number;
            store.Save(checkpoint, arena, 0, true);
        }

        /// <summary>The number in the checkpoint that is found, after its state has been read.</summary>
        private static int Found(MemoryStorage card, Arena arena)
        {
            CheckpointStore store = new CheckpointStore(card);
            int[] words = store.Find(Identity, new EventFile(card)).Words;
            arena.Fill(0, StateBytes, 0);
            store.ReadState(arena, 0, StateBytes);
            byte[] state = new byte[StateBytes];
            arena.Read(0, state, 0, StateBytes);
            Assert.AreEqual(words[0], (int)state[0], "first byte of the state");
            Assert.AreEqual(words[0], (int)state[StateBytes - 1], "last byte of the state");
            return words[0];
        }

        private static string Text(MemoryStorage card, string name)
        {
            byte[] bytes = card.Bytes(name);
            return Encoding.UTF8.GetString(bytes, 0, bytes.Length);
        }
    }
}
