using Attune.Storage;

namespace Attune.Execution
{
    /// <summary>A plan needs more memory than there is. The message names the need, the limit and the largest part.</summary>
    public sealed class PlanException : AttuneException
    {
        /// <summary>Creates the exception.</summary>
        public PlanException(MemoryPlan plan, int limit)
            : base(CardFault.TooLarge, Describe(plan, limit))
        {
            Plan = plan;
            Limit = limit;
        }

        /// <summary>What was needed, itemised.</summary>
        public MemoryPlan Plan { get; private set; }

        /// <summary>Bytes that there are.</summary>
        public int Limit { get; private set; }

        private static string Describe(MemoryPlan plan, int limit)
        {
            int largest = 0;
            for (int item = 1; item < plan.ItemCount; item++)
            {
                largest = plan.ItemBytes(item) > plan.ItemBytes(largest) ? item : largest;
            }
            return "the plan needs "
                + plan.Peak
                + " bytes of arena, the limit is "
                + limit
                + "; the largest part is '"
                + plan.ItemName(largest)
                + "' with "
                + plan.ItemBytes(largest)
                + " bytes";
        }
    }
}
