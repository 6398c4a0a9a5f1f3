using Attune.Memory;
using Attune.Model;

namespace Attune.Execution
{
    /// <summary>What every memory plan is made for: a model, the arena that holds it, and how much of the arena may be used.</summary>
    public sealed class PlanRequest
    {
        /// <summary>A request without a limit, for a model as it is.</summary>
        public PlanRequest(QuantizedModel model, Arena arena)
        {
            Model = model;
            Arena = arena;
        }

        /// <summary>The model.</summary>
        public QuantizedModel Model { get; private set; }

        /// <summary>The arena that holds it.</summary>
        public Arena Arena { get; private set; }

        /// <summary>
        /// Bytes of the arena that the plan should stay within. A plan that needs more is made all the same; its
        /// <see cref="MemoryPlan.Peak"/> says so.
        /// </summary>
        public int Limit { get; set; } = int.MaxValue;

        /// <summary>Per layer: whether the plan has tables for corrected multipliers and biases; null: for no layer.</summary>
        public bool[] Aligned { get; set; }

        /// <summary>Whether the plan has tables for the parameters of the input filter.</summary>
        public bool InputFilter { get; set; }

        /// <summary>Whether whole inferences run within the plan, too, to measure accuracy.</summary>
        public bool Evaluates { get; set; } = true;
    }
}
