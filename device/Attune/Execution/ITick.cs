namespace Attune.Execution
{
    /// <summary>Called often during long work: a place to feed a watchdog or to ask for an early end.</summary>
    public interface ITick
    {
        /// <summary>Returns false if the work should stop as soon as nothing is lost by it.</summary>
        bool Tick();
    }
}
