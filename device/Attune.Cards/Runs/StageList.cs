using System.Collections;
using Attune.Execution;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>The stages of a session, from its job, model and samples: the same for the same three.</summary>
    internal sealed class StageList
    {
        private readonly SessionState state;
        private readonly ArrayList stages = new ArrayList();
        private readonly ArrayList skipped = new ArrayList();

        /// <summary>Makes the list. What the job leaves no choice of is chosen in the state.</summary>
        /// <exception cref="JobException">The job's layers have nothing to train.</exception>
        /// <exception cref="PlanException">A plan needs more than the job's arena size.</exception>
        public StageList(SessionState state)
        {
            this.state = state;
            Add();
        }

        /// <summary>Trials that the job's arena is too small for, with their plans.</summary>
        public StagePlan[] SkippedTrials
        {
            get { return (StagePlan[])skipped.ToArray(typeof(StagePlan)); }
        }

        /// <summary>Largest peak of all stages that the session will run through, bytes.</summary>
        public int LargestPlan { get; private set; }

        private int Limit
        {
            get { return state.Job.ArenaBytes < state.Arena.Size ? state.Job.ArenaBytes : state.Arena.Size; }
        }

        /// <summary>A stage by number; the last one is <see cref="StageKind.Done"/>.</summary>
        public IStage At(int number)
        {
            return (IStage)stages[number];
        }

        /// <summary>Makes the list, and refuses, before any work, a job that cannot be finished within its arena size.</summary>
        private void Add()
        {
            TrainingJob job = state.Job;
            bool evaluates = state.ValidationSamples != null;
            StagePlan[] plans = JobPlans.Of(state.Model, state.Arena, job, evaluates);
            ArrayList trials = FittingTrials(plans);
            if (evaluates)
            {
                stages.Add(new EvaluationStage(state, StageKind.EvaluateBefore));
            }
            if (JobPlans.TunesInputFilter(state.Model, job))
            {
                stages.Add(new InputFilterStage(state));
            }
            if (job.Align)
            {
                stages.Add(new AlignmentStage(state));
            }
            if (job.Align && job.Trains && evaluates)
            {
                stages.Add(new EvaluationStage(state, StageKind.EvaluateAligned));
            }
            for (int i = 0; i < trials.Count && trials.Count > 1; i++)
            {
                LayerChoice block = (LayerChoice)trials[i];
                stages.Add(TrainingStage.OfTrial(state, block));
                stages.Add(new ComparisonStage(state, block));
            }
            if (trials.Count == 1)
            {
                // The only block that fits needs no trial.
                state.ChosenLayers = (LayerChoice)trials[0];
            }
            if (job.Trains)
            {
                AddTraining(evaluates && job.Rollback);
            }
            if (evaluates)
            {
                stages.Add(new EvaluationStage(state, StageKind.EvaluateAfter));
            }
            stages.Add(new ResultStage(state));
        }

        /// <summary>The training: whole, or in parts that are each evaluated, then again as far as it was best.</summary>
        private void AddTraining(bool compares)
        {
            int units = TrainingStage.UnitsOfAll(state);
            int parts =
                !compares ? 1
                : units < SessionState.MaximumParts ? units
                : SessionState.MaximumParts;
            for (int part = 0; part < parts; part++)
            {
                stages.Add(TrainingStage.OfPart(state, part, parts));
                if (compares)
                {
                    stages.Add(new ComparisonStage(state, part, parts));
                }
            }
            if (compares)
            {
                stages.Add(TrainingStage.OfRepeat(state, parts));
            }
        }

        /// <summary>The blocks to be tried that fit; every other plan must.</summary>
        private ArrayList FittingTrials(StagePlan[] plans)
        {
            ArrayList fitting = new ArrayList();
            MemoryPlan smallest = null;
            for (int i = 1; i < plans.Length; i++)
            {
                MemoryPlan plan = plans[i].Plan;
                if (!plans[i].IsTrial)
                {
                    CheckTrained(plans[i]);
                    Require(plan);
                    Take(plan);
                    continue;
                }
                smallest = smallest == null || plan.Peak < smallest.Peak ? plan : smallest;
                if (plan.Peak <= Limit)
                {
                    Take(plan);
                    fitting.Add(plans[i].Layers);
                }
                else
                {
                    skipped.Add(plans[i]);
                }
            }
            if (smallest != null)
            {
                Require(smallest);
            }
            Require(plans[0].Plan);
            if (!state.Job.Align && state.ValidationSamples != null)
            {
                Take(plans[0].Plan);
            }
            return fitting;
        }

        private static void CheckTrained(StagePlan plan)
        {
            if (plan.Training != null && !plan.Training.TrainsAny())
            {
                throw new JobException(
                    "layers: these layers have nothing to train; name others, or other parts than weights or biases alone"
                );
            }
        }

        private void Take(MemoryPlan plan)
        {
            LargestPlan = plan.Peak > LargestPlan ? plan.Peak : LargestPlan;
        }

        private void Require(MemoryPlan plan)
        {
            if (plan.Peak > Limit)
            {
                throw new PlanException(plan, Limit);
            }
        }
    }
}
