using Attune.Storage;
using Attune.Supervision;

namespace Attune.Tests.Supervision;

/// <summary>What the light shows; docs/DEVICE.md has the same table.</summary>
[TestClass]
public sealed class LightPatternTest
{
    [TestMethod]
    [DataRow(LightPattern.Starting, "#")]
    [DataRow(LightPattern.Asleep, ".")]
    [DataRow(LightPattern.WaitingForHost, "#.")]
    [DataRow(LightPattern.Training, "#####.....")]
    [DataRow(LightPattern.Done, "#########.")]
    [DataRow(CardFault.NoCard, "#...........")]
    [DataRow(CardFault.BadJob, "#.#.#...........")]
    [DataRow(CardFault.BadCheckpoint, "#.#.#.#.#.#.#.#.#.#.#.#...........")]
    public void A_pattern_is_so_many_slots_on_and_off(int pattern, string slots) =>
        Assert.AreEqual(slots, Slots(pattern));

    [TestMethod]
    public void No_two_patterns_look_alike()
    {
        int[] all =
        [
            .. Enumerable
                .Range(LightPattern.Asleep, CardFault.BadCheckpoint - LightPattern.Asleep + 1)
                .Where(pattern => pattern != 0),
        ];
        // As seen over a minute, from any moment on.
        string[] seen = [.. all.Select(pattern => string.Concat(Enumerable.Repeat(Slots(pattern), 300))[..300])];
        for (int one = 0; one < seen.Length; one++)
        {
            for (int other = 0; other < one; other++)
            {
                bool alike = Enumerable
                    .Range(0, Slots(all[other]).Length)
                    .Any(shift => seen[one][..200] == seen[other].Substring(shift, 200));
                Assert.IsFalse(alike, $"{all[one]} and {all[other]}");
            }
        }
    }

    private static string Slots(int pattern) =>
        string.Concat(
            Enumerable.Range(0, LightPattern.Length(pattern)).Select(slot => LightPattern.On(pattern, slot) ? '#' : '.')
        );
}
