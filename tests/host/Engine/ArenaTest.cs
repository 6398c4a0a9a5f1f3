using Attune.Memory;

namespace Attune.Tests.Engine;

/// <summary>Opening memory, where it cannot be had.</summary>
[TestClass]
public sealed class ArenaTest
{
    [TestMethod]
    public void A_build_without_a_flash_region_keeps_its_model()
    {
        using var arena = new Arena(16);
        arena.LoadModel(new byte[200]);
        Assert.IsFalse(arena.MapModel());
        Assert.AreEqual(200, arena.ModelSize);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow((1 << 30) + 1)]
    public void Sizes_outside_the_range_are_refused(int bytes)
    {
        KernelException exception = Assert.ThrowsExactly<KernelException>(() => new Arena(bytes).Dispose());
        Assert.AreEqual($"opening an arena of {bytes} bytes: an argument is out of range", exception.Message);
    }
}
