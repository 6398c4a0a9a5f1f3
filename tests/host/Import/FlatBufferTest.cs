using Attune.Host.Import;

namespace Attune.Tests.Import;

/// <summary>Reading of single tables, right and damaged. Positions are those of <see cref="FlatBufferWriter"/>.</summary>
[TestClass]
public sealed class FlatBufferTest
{
    private const int Number = 0;
    private const int Missing = 1;
    private const int List = 2;
    private const int Text = 3;
    private const int Child = 4;

    [TestMethod]
    public void Fields_have_their_value_or_their_default()
    {
        FlatTable root = new FlatBuffer(Sample()).Root();
        Assert.AreEqual(-5, root.Int32(Number));
        Assert.AreEqual(9, root.Int32(Missing, 9));
        Assert.AreEqual(9, root.Int32(1000, 9));
        Assert.AreEqual(30, root.Vector(List, 4, "list").Int32(2));
        Assert.AreEqual("a?b", root.Text(Text));
        Assert.AreEqual(7, root.Table(Child, "child")!.Value.UInt8(0));
        Assert.IsNull(root.Table(Missing, "child"));
        Assert.AreEqual(0, root.Vector(Missing, 4, "list").Length);
    }

    [TestMethod]
    public void A_long_text_is_shortened()
    {
        var table = new FlatTableNode { [Text] = FlatScalars.Of(new string('x', 500)) };
        FlatTable root = new FlatBuffer(FlatBufferWriter.Write(table, "TEST")).Root();
        Assert.AreEqual(new string('x', 80) + "...", root.Text(Text));
    }

    [TestMethod]
    public void A_vector_that_claims_more_than_the_file_holds_is_refused()
    {
        byte[] file = Sample();
        int length = Find(file, BitConverter.GetBytes(10)) - 4;
        BitConverter.TryWriteBytes(file.AsSpan(length), 0x7FFFFFFF);
        AssertDamaged(length, "2147483647 elements of the list", () => _ = Root(file).Vector(List, 4, "list"));
        BitConverter.TryWriteBytes(file.AsSpan(length), (file.Length - length - 4) / 4 + 1);
        AssertDamaged(length, "elements of the list", () => _ = Root(file).Vector(List, 4, "list"));
    }

    [TestMethod]
    public void A_field_outside_of_its_table_is_refused()
    {
        byte[] file = Sample();
        int root = BitConverter.ToInt32(file);
        int layout = root - BitConverter.ToInt32(file, root);
        ushort size = BitConverter.ToUInt16(file, layout + 2);
        foreach (ushort entry in new ushort[] { 2, (ushort)(size - 3), size, 0xFFFF })
        {
            BitConverter.TryWriteBytes(file.AsSpan(layout + 4 + 2 * Number), entry);
            AssertDamaged(root, "field 0", () => _ = Root(file).Int32(Number));
        }
    }

    [TestMethod]
    public void A_field_list_outside_of_the_file_or_without_size_is_refused()
    {
        byte[] file = Sample();
        int root = BitConverter.ToInt32(file);
        int distance = BitConverter.ToInt32(file, root);
        BitConverter.TryWriteBytes(file.AsSpan(root), root + 1);
        AssertDamaged(root, "field list at byte -1", () => _ = Root(file));
        BitConverter.TryWriteBytes(file.AsSpan(root), distance);
        BitConverter.TryWriteBytes(file.AsSpan(root - distance), (ushort)3);
        AssertDamaged(root - distance, "a field list of 3 bytes", () => _ = Root(file));
    }

    [TestMethod]
    public void An_offset_to_nowhere_or_to_itself_is_refused()
    {
        byte[] file = Sample();
        int root = BitConverter.ToInt32(file);
        int layout = root - BitConverter.ToInt32(file, root);
        int at = root + BitConverter.ToUInt16(file, layout + 4 + 2 * Child);
        foreach (uint offset in new uint[] { 0, (uint)(file.Length - at), uint.MaxValue })
        {
            BitConverter.TryWriteBytes(file.AsSpan(at), offset);
            AssertDamaged(at, "the offset of the child", () => _ = Root(file).Table(Child, "child"));
        }
    }

    private static FlatTable Root(byte[] file) => new FlatBuffer(file).Root();

    private static void AssertDamaged(int at, string reason, Action read)
    {
        ImportException thrown = Assert.ThrowsExactly<ImportException>(read);
        Assert.StartsWith($"byte {at}: ", thrown.Message);
        Assert.Contains(reason, thrown.Message);
    }

    private static int Find(byte[] file, byte[] part) => file.AsSpan().IndexOf(part);

    private static byte[] Sample() =>
        FlatBufferWriter.Write(
            new FlatTableNode
            {
                [Number] = -5,
                [List] = FlatScalars.Of(10, 20, 30),
                [Text] = FlatScalars.Of("a\nb"),
                [Child] = new FlatTableNode { [0] = (byte)7 },
            },
            "TEST"
        );
}
