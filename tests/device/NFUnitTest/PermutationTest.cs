using Attune.Numbers;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>The seeded order of samples.</summary>
    [TestClass]
    public class PermutationTest
    {
        [TestMethod]
        public void Every_number_appears_once()
        {
            foreach (int count in new int[] { 1, 2, 3, 4, 5, 63, 64, 65, 300 })
            {
                Permutation order = new Permutation(count, 7);
                bool[] seen = new bool[count];
                for (int position = 0; position < count; position++)
                {
                    int number = order.At(position);
                    Assert.IsFalse(seen[number], number + " of " + count + " twice");
                    seen[number] = true;
                }
            }
        }

        [TestMethod]
        public void The_order_is_the_same_on_every_runtime()
        {
            Assert.AreEqual("3,4,11,5,6,7,10,0,9,8,1,2", Order(12, 1));
            Assert.AreEqual("4,6,7,11,3,9,2,5,0,1,8,10", Order(12, 0xFFFFFFFF));
        }

        private static string Order(int count, uint seed)
        {
            Permutation order = new Permutation(count, seed);
            string text = "";
            for (int position = 0; position < count; position++)
            {
                text += (position > 0 ? "," : "") + order.At(position);
            }
            return text;
        }
    }
}
