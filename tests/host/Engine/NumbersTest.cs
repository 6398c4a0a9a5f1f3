using System.Globalization;
using Attune.Numbers;

namespace Attune.Tests.Engine;

/// <summary>Decay of the learning rate, decimal numbers and seeds: the same bits on every runtime.</summary>
[TestClass]
public sealed class NumbersTest
{
    [TestMethod]
    public void The_decay_is_half_a_cosine_within_1e_8()
    {
        foreach (int steps in (int[])[1, 2, 3, 7, 100, 1023, 99991])
        {
            for (int step = 0; step <= steps; step++)
            {
                double exact = (1 + Math.Cos(Math.PI * step / steps)) / 2;
                Assert.AreEqual(exact, CosineDecay.Factor(step, steps) / 1073741824.0, 1e-8, $"{step} of {steps}");
            }
        }
        Assert.AreEqual(1 << 30, CosineDecay.Factor(0, 5));
        Assert.AreEqual(0, CosineDecay.Factor(5, 5));
        Assert.AreEqual(0.5, CosineDecay.Factor(1 << 29, 1 << 30) / 1073741824.0, 1e-8);
    }

    [TestMethod]
    public void Decimal_numbers_are_read_to_the_last_bit()
    {
        var random = new Random(1);
        for (int i = 0; i < 20000; i++)
        {
            string digits = random
                .NextInt64((long)Math.Pow(10, random.Next(1, 16)))
                .ToString(CultureInfo.InvariantCulture);
            int point = random.Next(digits.Length + 1);
            string text = digits[..point] + (random.Next(3) > 0 ? "." : "") + digits[point..];
            text = (random.Next(2) == 0 ? "-" : "") + text;
            text += random.Next(2) == 0 ? "" : (random.Next(2) == 0 ? "e" : "E+") + random.Next(0, 7);
            double expected = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.AreEqual(expected, DecimalNumber.Parse(text), text);
        }
        Assert.AreEqual(1.5e-3, DecimalNumber.Parse("1.5e-3"));
        Assert.AreEqual(1e22, DecimalNumber.Parse("1e22"));
        Assert.AreEqual(123456789012345e-22, DecimalNumber.Parse("123456789012345e-22"));
        Assert.AreEqual(0.25, DecimalNumber.Parse("00000000000000000000.25"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("-")]
    [DataRow("+1")]
    [DataRow(".")]
    [DataRow("e5")]
    [DataRow("1e")]
    [DataRow("1e+")]
    [DataRow("1e1234")]
    [DataRow("1e23")]
    [DataRow("1e-23")]
    [DataRow("1.2.3")]
    [DataRow("1,5")]
    [DataRow(" 1")]
    [DataRow("--1")]
    [DataRow("0x10")]
    [DataRow("NaN")]
    [DataRow("1234567890123456")]
    [DataRow("١")]
    public void What_is_no_decimal_number_is_none(string text) =>
        Assert.IsTrue(double.IsNaN(DecimalNumber.Parse(text)));

    [TestMethod]
    public void Numbers_are_written_with_six_decimals_rounded_to_nearest()
    {
        var random = new Random(2);
        for (int i = 0; i < 20000; i++)
        {
            double value = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 12));
            string text = DecimalNumber.Format(value);
            StringAssert.Matches(text, new System.Text.RegularExpressions.Regex(@"^-?\d+\.\d{6}$"));
            double error = Math.Abs(double.Parse(text, CultureInfo.InvariantCulture) - value);
            Assert.IsLessThanOrEqualTo(0.500001e-6 + Math.Abs(value) * 1e-15, error, text);
        }
        Assert.AreEqual("0.000000", DecimalNumber.Format(0));
        Assert.AreEqual("0.000000", DecimalNumber.Format(-1e-9));
        Assert.AreEqual("-1.000000", DecimalNumber.Format(-0.9999999));
        Assert.AreEqual("1099511627776.000000", DecimalNumber.Format(1e300));
        Assert.AreEqual("1099511627776.000000", DecimalNumber.Format(double.NaN));
    }

    [TestMethod]
    public void Seeds_depend_on_every_coordinate_and_on_nothing_else()
    {
        var seeds = new SeedSequence(7);
        var seen = new HashSet<(uint, uint)>();
        (uint, uint) Next(int purpose, int a, int b, int c)
        {
            seeds.Next(purpose, a, b, c);
            return (seeds.Low, seeds.High);
        }
        for (int purpose = 0; purpose < 3; purpose++)
        {
            for (int i = 0; i < 8000; i++)
            {
                Assert.IsTrue(seen.Add(Next(purpose, i / 400, i / 20 % 20, i % 20)));
            }
        }
        Assert.IsTrue(seen.Contains(Next(1, 2, 3, 4)));
        var again = new SeedSequence(7);
        again.Next(1, 2, 3, 4);
        Assert.AreEqual(Next(1, 2, 3, 4), (again.Low, again.High));
        var other = new SeedSequence(8);
        other.Next(1, 2, 3, 4);
        Assert.IsFalse(seen.Contains((other.Low, other.High)));
    }
}
