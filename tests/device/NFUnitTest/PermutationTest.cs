using Attune.Data;
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
    }
}
