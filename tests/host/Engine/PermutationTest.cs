using Attune.Numbers;

namespace Attune.Tests.Engine;

[TestClass]
public sealed class PermutationTest
{
    [TestMethod]
    public void Every_number_appears_once_whatever_the_count_and_seed()
    {
        foreach (int count in Enumerable.Range(1, 300).Concat([1023, 1024, 1025, 4095, 4096, 4097, 10000, 65537]))
        {
            foreach (uint seed in (uint[])[0, 1, 0xFFFFFFFF])
            {
                var order = new Permutation(count, seed);
                var seen = new bool[count];
                for (int position = 0; position < count; position++)
                {
                    int number = order.At(position);
                    Assert.IsFalse(seen[number], $"{number} of {count} twice with seed {seed}");
                    seen[number] = true;
                }
            }
        }
    }

    [TestMethod]
    public void Numbers_stay_in_range_up_to_the_largest_count()
    {
        const int count = 1 << 30;
        var order = new Permutation(count, 5);
        int[] numbers = [.. Enumerable.Range(0, 10000).Select(i => order.At(count - 1 - i))];
        Assert.IsTrue(numbers.All(number => number is >= 0 and < count));
        Assert.HasCount(numbers.Length, numbers.Distinct());
    }

    [TestMethod]
    public void Every_number_is_about_as_often_at_every_position()
    {
        const int count = 10;
        const int orders = 20000;
        var hits = new int[count, count];
        for (uint seed = 0; seed < orders; seed++)
        {
            var order = new Permutation(count, seed);
            for (int position = 0; position < count; position++)
            {
                hits[position, order.At(position)]++;
            }
        }
        // Exact uniformity is not needed to visit samples, and four rounds over 16 values do not give it.
        foreach (int hit in hits)
        {
            Assert.AreEqual(1, hit * (double)count / orders, 0.3);
        }
    }

    [TestMethod]
    public void Orders_of_different_seeds_differ()
    {
        string Order(uint seed)
        {
            var order = new Permutation(50, seed);
            return string.Join(",", Enumerable.Range(0, 50).Select(order.At));
        }
        Assert.HasCount(100, Enumerable.Range(0, 100).Select(seed => Order((uint)seed)).Distinct());
    }
}
