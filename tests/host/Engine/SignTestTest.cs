using System.Numerics;
using Attune.Numbers;

namespace Attune.Tests.Engine;

/// <summary>The sign test against exact fractions.</summary>
[TestClass]
public sealed class SignTestTest
{
    [TestMethod]
    public void The_probability_is_the_tail_of_the_binomial_distribution()
    {
        foreach (int tosses in (int[])[0, 1, 2, 7, 20, 61, 200, 1500, 6000])
        {
            BigInteger tail = 0;
            BigInteger choose = 1;
            for (int gained = tosses; gained >= 0; gained--)
            {
                tail += choose;
                choose = choose * gained / (tosses - gained + 1);
                // Below the smallest double's order of magnitude nothing is compared.
                if (gained % Math.Max(1, tosses / 40) == 0)
                {
                    double expected = Math.Exp(BigInteger.Log(tail) - tosses * Math.Log(2));
                    double actual = SignTest.Probability(gained, tosses - gained);
                    Assert.AreEqual(expected, actual, 1e-9 * expected + 1e-300, $"{gained} of {tosses}");
                }
            }
        }
    }

    [TestMethod]
    [DataRow(0, 0, 1, false)]
    [DataRow(1, 0, 1, false)]
    [DataRow(4, 0, 1, false)]
    [DataRow(5, 0, 1, true)]
    [DataRow(5, 0, 2, false)]
    [DataRow(6, 0, 2, true)]
    [DataRow(20, 10, 1, true)]
    [DataRow(19, 11, 1, false)]
    [DataRow(10, 20, 1, false)]
    [DataRow(5000, 4700, 1, true)]
    public void More_than_chance_shares_its_level_among_the_tries(int gained, int lost, int tries, bool more) =>
        Assert.AreEqual(more, SignTest.IsMore(gained, lost, tries));
}
