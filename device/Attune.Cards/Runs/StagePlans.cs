using Attune.Execution;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>The plans of stages that run no work of their own: the network as the stages before have left it.</summary>
    internal static class StagePlans
    {
        /// <summary>A plan that holds the state of what has been done before a stage of a kind.</summary>
        public static MemoryPlan OfResult(SessionState state, int kind, LayerChoice layers)
        {
            TrainingJob job = state.Job;
            if (job.Trains && kind >= StageKind.TrialTrain)
            {
                return JobPlans.ForTraining(state.Model, state.Arena, job, layers, state.ValidationSamples != null);
            }
            return job.Align
                ? JobPlans.ForAlignment(state.Model, state.Arena, job)
                : JobPlans.ForInference(state.Model, state.Arena, job);
        }
    }
}
