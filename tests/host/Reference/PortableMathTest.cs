using Attune.Host.Reference;

namespace Attune.Tests.Reference;

[TestClass]
public sealed class PortableMathTest
{
    [TestMethod]
    public void Functions_agree_with_the_platforms_library()
    {
        var random = new SeededRandom(1);
        for (int i = 0; i < 20000; i++)
        {
            double x = random.Between(-690, 690);
            Assert.AreEqual(1, PortableMath.Exp(x) / Math.Exp(x), 1e-13, $"exp {x}");
            double small = random.Between(-2, 2);
            Assert.AreEqual(Math.Exp(small), PortableMath.Exp(small), 1e-14 * Math.Exp(small), $"exp {small}");
            double positive = Math.Exp(small * 100);
            Assert.AreEqual(Math.Log(positive), PortableMath.Log(positive), 1e-14 * Math.Max(1, Math.Abs(100 * small)));
            double angle = random.Between(-1000, 1000);
            Assert.AreEqual(Math.Sin(angle), PortableMath.Sin(angle), 1e-12, $"sin {angle}");
            Assert.AreEqual(Math.Cos(angle), PortableMath.Cos(angle), 1e-12, $"cos {angle}");
        }
    }

    [TestMethod]
    public void Limits_are_zero_and_infinity()
    {
        Assert.AreEqual(0, PortableMath.Exp(-701));
        Assert.AreEqual(double.PositiveInfinity, PortableMath.Exp(701));
        Assert.AreEqual(0, PortableMath.Log(1));
        Assert.AreEqual(1, PortableMath.Exp(0));
    }

    [TestMethod]
    public void Random_numbers_have_the_moments_of_their_distribution()
    {
        var random = new SeededRandom(3, 4);
        const int Count = 200_000;
        double sum = 0;
        double squares = 0;
        double uniform = 0;
        var counts = new int[7];
        for (int i = 0; i < Count; i++)
        {
            double value = random.NextNormal();
            sum += value;
            squares += value * value;
            uniform += random.NextDouble();
            counts[random.Below(7)]++;
        }
        // Five standard errors each.
        Assert.AreEqual(0, sum / Count, 5 / Math.Sqrt(Count));
        Assert.AreEqual(1, squares / Count, 5 * Math.Sqrt(2.0 / Count));
        Assert.AreEqual(0.5, uniform / Count, 5 * Math.Sqrt(1.0 / 12 / Count));
        foreach (int count in counts)
        {
            Assert.AreEqual(1.0 / 7, (double)count / Count, 5 * Math.Sqrt(6.0 / 49 / Count));
        }
    }
}
