using Attune.Host.Reference;

namespace Attune.Host.Baselines;

/// <summary>Signs +1 and -1 of equal probability, 64 a generator word, lowest bit first; a set bit is -1.</summary>
internal sealed class SignSequence(SeededRandom random)
{
    private ulong bits;
    private int left;

    /// <summary>The next sign.</summary>
    public int Next()
    {
        if (left == 0)
        {
            bits = random.NextBits();
            left = 64;
        }
        int sign = (bits & 1) == 0 ? 1 : -1;
        bits >>= 1;
        left--;
        return sign;
    }
}
