using Attune.Host.Data;

namespace Attune.Tests.Data;

/// <summary>Damages files in many ways; reading must end well or with a <see cref="DataException"/>.</summary>
internal static class Mutations
{
    /// <summary>The number of damaged versions tried of each file.</summary>
    private const int Count = 400;

    /// <summary>
    /// Cuts, flips bits, overwrites and inserts bytes, with every other damage near the front, where headers are. Returns how
    /// many versions were refused.
    /// </summary>
    public static int Check(byte[] good, Action<byte[]> read)
    {
        read(good);
        var random = new RandomSequence(2024, good.Length);
        int refused = 0;
        for (int version = 0; version < Count; version++)
        {
            byte[] bad = Damage(good, random, version);
            try
            {
                read(bad);
            }
            catch (DataException error)
            {
                Assert.IsFalse(string.IsNullOrWhiteSpace(error.Message));
                refused++;
            }
            catch (Exception error)
            {
                throw new AssertFailedException($"version {version} of {good.Length} bytes: {error}", error);
            }
        }
        return refused;
    }

    private static byte[] Damage(byte[] good, RandomSequence random, int version)
    {
        int Place(int length) => random.Below(version % 2 == 0 ? Math.Min(length, 64) : length);
        switch (version % 5)
        {
            case 0:
                return good[..random.Below(good.Length)];
            case 1:
                return [.. good[..Place(good.Length)], (byte)random.Below(256), .. good[Place(good.Length)..]];
            default:
                var bad = (byte[])good.Clone();
                for (int i = random.Below(4); i >= 0; i--)
                {
                    int at = Place(bad.Length);
                    bad[at] = version % 5 == 2 ? (byte)random.Below(256) : (byte)(bad[at] ^ (1 << random.Below(8)));
                }
                return bad;
        }
    }
}
