using Attune.Execution;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>
    /// A part of a session: some units of work over one memory plan. A session enters it, advances it unit by unit, and lets it
    /// finish. Between any two units it can be saved and, in another process, entered and restored.
    /// </summary>
    public interface IStage
    {
        /// <summary>What it is, one of <see cref="StageKind"/>.</summary>
        int Kind { get; }

        /// <summary>The layers that are trained, or whose training is evaluated.</summary>
        LayerChoice Layers { get; }

        /// <summary>Number of units, once entered; 0: there is nothing to do.</summary>
        int Units { get; }

        /// <summary>Whether its forward passes count as the cost of adaptation.</summary>
        bool Adapts { get; }

        /// <summary>Makes the plan that its network needs.</summary>
        MemoryPlan Plan();

        /// <summary>Takes a network with its plan; the arena's state stays as it is.</summary>
        void Enter(Network network);

        /// <summary>Prepares the arena's state for the first unit; not called when the stage is restored.</summary>
        void Begin();

        /// <summary>Runs a unit.</summary>
        /// <param name="unit">Its number, 0..<see cref="Units"/>-1.</param>
        /// <param name="tick">Called often meanwhile, or null.</param>
        /// <returns>The number of the next unit; the same one: the tick asked to stop, and nothing has happened.</returns>
        int Advance(int unit, ITick tick);

        /// <summary>Takes the result, after the last unit.</summary>
        void Finish();

        /// <summary>Writes what a checkpoint keeps beside the arena's state.</summary>
        /// <param name="words">At most <see cref="SessionWord.StageWords"/> from <paramref name="at"/> on.</param>
        /// <param name="at">Index of the first.</param>
        void Save(int[] words, int at);

        /// <summary>Goes on before a unit, with the words of <see cref="Save"/>.</summary>
        void Restore(int unit, int[] words, int at);

        /// <summary>Lines of the log, from the unit's column on: after a unit, or, with a unit of -1, after the last one. May be
        /// empty.</summary>
        string[] LogCells(int unit);
    }
}
