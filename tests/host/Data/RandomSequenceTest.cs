using Attune.Host.Data;

namespace Attune.Tests.Data;

[TestClass]
public sealed class RandomSequenceTest
{
    private const int Draws = 200_000;

    [TestMethod]
    public void Seed_and_index_alone_decide()
    {
        Assert.AreEqual(new RandomSequence(3, 4).Next(), new RandomSequence(3, 4).Next());
        var seen = new HashSet<ulong>();
        for (ulong seed = 0; seed < 50; seed++)
        {
            for (int index = 0; index < 50; index++)
            {
                Assert.IsTrue(seen.Add(new RandomSequence(seed, index).Next()), $"{seed}, {index}");
            }
        }
    }

    [TestMethod]
    public void Uniform_numbers_have_the_moments_of_the_distribution()
    {
        var random = new RandomSequence(1, 0);
        var (mean, variance) = Moments(() => random.Uniform(2, 5));

        // 5 standard errors: 5 * sqrt(0.75 / 200000).
        Assert.AreEqual(3.5, mean, 0.0097);
        Assert.AreEqual(0.75, variance, 0.01);
    }

    [TestMethod]
    public void Normal_numbers_have_the_moments_of_the_distribution()
    {
        var random = new RandomSequence(2, 0);
        int beyond = 0;
        var (mean, variance) = Moments(() =>
        {
            double value = random.Normal();
            beyond += Math.Abs(value) > 1.959964 ? 1 : 0;
            return value;
        });

        Assert.AreEqual(0, mean, 0.0112);
        Assert.AreEqual(1, variance, 0.0158);
        Assert.AreEqual(0.05, beyond / (double)Draws, 0.0025);
    }

    /// <summary>Mean and variance are both the parameter; tolerances are 5 standard errors.</summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(3.0)]
    [DataRow(50.0)]
    [DataRow(510.0)]
    public void Poisson_numbers_have_the_moments_of_the_distribution(double parameter)
    {
        var random = new RandomSequence(3, 0);
        var (mean, variance) = Moments(() => random.Poisson(parameter));

        Assert.AreEqual(parameter, mean, 5 * Math.Sqrt(parameter / Draws));
        Assert.AreEqual(parameter, variance, 5 * Math.Sqrt((parameter + 2 * parameter * parameter) / Draws));
    }

    [TestMethod]
    public void Small_poisson_numbers_have_the_right_frequencies()
    {
        var random = new RandomSequence(4, 0);
        var counts = new int[40];
        for (int i = 0; i < Draws; i++)
        {
            counts[random.Poisson(2)]++;
        }
        double expected = Math.Exp(-2) * Draws;
        for (int k = 0; k < 8; k++)
        {
            Assert.AreEqual(expected, counts[k], 5 * Math.Sqrt(expected), $"{k}");
            expected *= 2.0 / (k + 1);
        }
    }

    [TestMethod]
    public void Integers_below_a_bound_are_equally_frequent()
    {
        var random = new RandomSequence(5, 0);
        var counts = new int[7];
        for (int i = 0; i < Draws; i++)
        {
            counts[random.Below(7)]++;
        }
        foreach (int count in counts)
        {
            Assert.AreEqual(Draws / 7.0, count, 5 * Math.Sqrt(Draws / 7.0));
        }
    }

    [TestMethod]
    public void Means_beyond_the_range_are_refused()
    {
        var random = new RandomSequence(1, 0);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => random.Poisson(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => random.Poisson(701));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => random.Below(0));
    }

    private static (double Mean, double Variance) Moments(Func<double> draw)
    {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < Draws; i++)
        {
            double value = draw();
            sum += value;
            squares += value * value;
        }
        double mean = sum / Draws;
        return (mean, squares / Draws - mean * mean);
    }
}
