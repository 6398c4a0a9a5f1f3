using Attune.Storage;
using Attune.Supervision;
using Attune.Tests.Remote;

namespace Attune.Tests.Supervision;

/// <summary>The wait for a card: what is mounted, and what is said.</summary>
[TestClass]
public sealed class CardFinderTest
{
    private readonly FakeBoard board = new();
    private readonly FakeDrive drive = new();

    [TestMethod]
    public void A_card_without_the_folder_is_not_mounted_again()
    {
        drive.Mounted = true;
        Look(100);
        Assert.AreEqual(0, drive.Mounts);
        CollectionAssert.AreEqual(
            (string[])["attune: the card in D: has no folder attune; write it with 'attune card'"],
            board.Lines
        );
    }

    [TestMethod]
    public void While_there_is_no_card_each_look_mounts()
    {
        Look(3);
        Assert.AreEqual(3, drive.Mounts);
        CollectionAssert.AreEqual(
            (string[])["attune: no card in D:; insert one that 'attune card' has written"],
            board.Lines
        );
    }

    [TestMethod]
    public void A_card_that_is_inserted_is_mounted_once_and_found()
    {
        var finder = new CardFinder(drive, board);
        drive.Inserted = FedCards.Create();
        Assert.IsNotNull(finder.Find());
        Assert.AreEqual(1, drive.Mounts);
        Assert.IsNotNull(finder.Find());
        Assert.AreEqual(1, drive.Mounts);
        Assert.IsEmpty(board.Lines);
    }

    [TestMethod]
    public void A_firmware_that_cannot_mount_says_so_and_is_asked_again()
    {
        drive.Broken = true;
        var finder = new CardFinder(drive, board);
        Assert.IsNull(finder.Find());
        Assert.IsNull(finder.Find());
        Assert.AreEqual(2, drive.Mounts);
        CollectionAssert.AreEqual((string[])["attune: mounting the card failed: no driver"], board.Lines);
    }

    private void Look(int times)
    {
        var finder = new CardFinder(drive, board);
        for (int i = 0; i < times; i++)
        {
            Assert.IsNull(finder.Find());
        }
    }

    private sealed class FakeDrive : ICardDrive
    {
        public string Name => "D:";

        public bool Mounted { get; set; }

        public bool Broken { get; set; }

        public int Mounts { get; private set; }

        public IStorage? Inserted { get; set; }

        public void Mount()
        {
            Mounts++;
            if (Broken)
            {
                throw new InvalidOperationException("no driver");
            }
            Mounted = Inserted is not null;
        }

        public IStorage Open() => Mounted && Inserted is not null ? Inserted : new FolderStorage("/nowhere/attune");
    }
}
