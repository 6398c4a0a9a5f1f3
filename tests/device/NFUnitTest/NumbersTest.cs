using Attune.Kernels;
using Attune.Numbers;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>Checksums, seeds and decimal numbers: the same bits on every runtime.</summary>
    [TestClass]
    public class NumbersTest
    {
        [TestMethod]
        public void The_checksum_is_the_one_of_zlib()
        {
            byte[] digits = new byte[] { 49, 50, 51, 52, 53, 54, 55, 56, 57 };
            Assert.AreEqual(0xCBF43926u, Native.Crc32(digits, 0, 9, 0), "the catalogued check value of CRC-32");
            uint part = Native.Crc32(digits, 0, 4, 0);
            Assert.AreEqual(0xCBF43926u, Native.Crc32(digits, 4, 5, part), "in two parts");
            Assert.AreEqual(7u, Native.Crc32(digits, 3, 0, 7), "of nothing");
        }

        [TestMethod]
        public void The_mixing_function_is_the_one_of_the_kernels()
        {
            Assert.AreEqual(0x0u, SeedSequence.Mix(0));
            Assert.AreEqual(0x86D2FA73u, SeedSequence.Mix(1));
            Assert.AreEqual(0x99B5E683u, SeedSequence.Mix(0xFFFFFFFF));
        }

        [TestMethod]
        public void Seeds_depend_on_every_coordinate()
        {
            SeedSequence seeds = new SeedSequence(7);
            seeds.Next(1, 2, 3, 4);
            uint low = seeds.Low;
            uint high = seeds.High;
            Assert.AreEqual(0xD521EC8Bu, low);
            Assert.AreEqual(0xBAAA814Fu, high);
            for (int i = 0; i < 4; i++)
            {
                seeds.Next(i == 0 ? 0 : 1, i == 1 ? 0 : 2, i == 2 ? 0 : 3, i == 3 ? 0 : 4);
                Assert.IsTrue(seeds.Low != low && seeds.High != high, "coordinate " + i);
            }
        }

        [TestMethod]
        public void Decimal_numbers_are_read_to_the_last_bit()
        {
            Assert.AreEqual(12.0, DecimalNumber.Parse("12"));
            Assert.AreEqual(-0.05, DecimalNumber.Parse("-0.05"));
            Assert.AreEqual(1.5e-3, DecimalNumber.Parse("1.5e-3"));
            Assert.AreEqual(1e22, DecimalNumber.Parse("1e22"));
            Assert.AreEqual(123456789012345e-22, DecimalNumber.Parse("123456789012345e-22"));
            foreach (string text in new string[] { "", "-", ".", "1e", "1e23", "1.2.3", " 1", "1234567890123456" })
            {
                Assert.IsTrue(double.IsNaN(DecimalNumber.Parse(text)), "'" + text + "' is no number");
            }
        }

        [TestMethod]
        public void Numbers_are_written_with_six_decimals()
        {
            Assert.AreEqual("0.000000", DecimalNumber.Format(-1e-9));
            Assert.AreEqual("-1.000000", DecimalNumber.Format(-0.9999999));
            Assert.AreEqual("0.000001", DecimalNumber.Format(0.00000051));
            Assert.AreEqual("3.141593", DecimalNumber.Format(3.14159265));
            Assert.AreEqual("1099511627776.000000", DecimalNumber.Format(1e300));
        }

        [TestMethod]
        public void The_learning_rate_decays_along_half_a_cosine()
        {
            Assert.AreEqual(1 << 30, CosineDecay.Factor(0, 5));
            Assert.AreEqual(0, CosineDecay.Factor(5, 5));
            // (1 + cos(pi / 2)) / 2 times 2^30 is 2^29, (1 + cos(pi / 5)) / 2 times 2^30 is 971208603.59; the series is
            // within 10^-8.
            Assert.AreEqual((1 << 29) - 3, CosineDecay.Factor(1, 2));
            Assert.AreEqual(971208604, CosineDecay.Factor(1, 5));
        }
    }
}
