using Attune.Model;

namespace Attune.Execution
{
    /// <summary>
    /// Finds a place for every entry of <see cref="Lifetimes"/>: two share bytes only if they are never needed at the same
    /// time. Greedy, once by size and once by time; the smaller result counts.
    /// </summary>
    internal sealed class Placement
    {
        /// <summary>No arena is larger.</summary>
        private const int LargestRegion = 1 << 30;
        private readonly int[] root;
        private readonly int[] bytes;
        private readonly int[] begin;
        private readonly int[] end;
        private readonly int[] offset;
        private readonly int[] order;
        private readonly int placed; // entries of the order

        private Placement(Lifetimes lifetimes, bool bySize)
        {
            root = lifetimes.Root;
            bytes = lifetimes.Bytes;
            begin = lifetimes.Begin;
            end = lifetimes.End;
            int count = lifetimes.Count;
            offset = new int[count];
            order = new int[count];
            int waiting = Sort(bySize);
            placed = waiting;
            // The first so many of the order are placed; those are kept sorted by offset.
            for (int next = 0; next < waiting; next++)
            {
                int entry = order[next];
                offset[entry] = LowestGap(entry, next);
                int at = next;
                while (at > 0 && offset[order[at - 1]] > offset[entry])
                {
                    order[at] = order[at - 1];
                    at--;
                }
                order[at] = entry;
                int after = offset[entry] + bytes[entry];
                Size = after > Size ? after : Size;
            }
            for (int entry = 0; entry < count; entry++)
            {
                offset[entry] = root[entry] >= 0 ? offset[root[entry]] : -1;
            }
        }

        /// <summary>Bytes up to the last one that is used.</summary>
        public int Size { get; private set; }

        /// <summary>The better of both orders.</summary>
        public static Placement Of(Lifetimes lifetimes)
        {
            Placement bySize = new Placement(lifetimes, true);
            Placement byTime = new Placement(lifetimes, false);
            return byTime.Size < bySize.Size ? byTime : bySize;
        }

        /// <summary>Offset of an entry, a multiple of 4; -1: it is not needed.</summary>
        public int Offset(int entry)
        {
            return offset[entry];
        }

        /// <summary>The largest part below <see cref="Size"/> that nothing needs at a time, but for some entries.</summary>
        public RegionPart LargestFree(int time, int[] without)
        {
            RegionPart largest = new RegionPart(0, 0);
            int at = 0;
            for (int i = 0; i <= placed; i++)
            {
                int other = i < placed ? order[i] : -1;
                int start = i < placed ? offset[other] : Size;
                if (other >= 0 && (begin[other] > time || end[other] < time || Contains(without, other)))
                {
                    continue;
                }
                largest = start - at > largest.Bytes ? new RegionPart(at, start - at) : largest;
                int after = other >= 0 ? (start + bytes[other] + 3) & ~3 : at;
                at = after > at ? after : at;
            }
            return largest;
        }

        private static bool Contains(int[] entries, int entry)
        {
            for (int i = 0; i < entries.Length; i++)
            {
                if (entries[i] == entry)
                {
                    return true;
                }
            }
            return false;
        }

        /// <summary>Fills the order in which entries are placed: largest first, or as they come. Returns their number.</summary>
        private int Sort(bool bySize)
        {
            int waiting = 0;
            for (int entry = 0; entry < root.Length; entry++)
            {
                if (root[entry] == entry)
                {
                    int at = waiting++;
                    while (bySize && at > 0 && bytes[order[at - 1]] < bytes[entry])
                    {
                        order[at] = order[at - 1];
                        at--;
                    }
                    order[at] = entry;
                }
            }
            return waiting;
        }

        /// <summary>The lowest offset at which nothing conflicts with an entry.</summary>
        private int LowestGap(int entry, int count)
        {
            int at = 0;
            int size = bytes[entry];
            int from = begin[entry];
            int until = end[entry];
            for (int i = 0; i < count; i++)
            {
                int other = order[i];
                int start = offset[other];
                if (start - at >= size)
                {
                    break;
                }
                if (begin[other] <= until && from <= end[other] && at < start + bytes[other])
                {
                    at = (start + bytes[other] + 3) & ~3;
                }
            }
            if (at > LargestRegion - size)
            {
                throw new ModelException(
                    "the tensors that are needed at the same time as tensor "
                        + entry
                        + " have more than "
                        + LargestRegion
                        + " bytes; use a smaller model"
                );
            }
            return at;
        }
    }
}
