using Attune.Adaptation;
using Attune.Execution;
using Attune.Memory;
using Attune.Model;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>The memory plans that a job needs; sessions, estimates and reports all take them from here.</summary>
    public static class JobPlans
    {
        /// <summary>All plans of a job, in the order of its stages. Of blocks to be tried, those that do not fit are there, too.</summary>
        /// <param name="model">The model.</param>
        /// <param name="arena">The arena that holds it, of any size.</param>
        /// <param name="job">The job.</param>
        /// <param name="evaluates">Whether accuracy is measured.</param>
        public static StagePlan[] Of(QuantizedModel model, Arena arena, TrainingJob job, bool evaluates)
        {
            bool tunes = TunesInputFilter(model, job);
            LayerChoice[] candidates = job.Trains ? job.Training.Layers.Candidates(model) : new LayerChoice[0];
            StagePlan[] plans = new StagePlan[1 + (tunes ? 1 : 0) + (job.Align ? 1 : 0) + candidates.Length];
            int count = 0;
            plans[count++] = new StagePlan("inference", ForInference(model, arena, job), null, false);
            if (tunes)
            {
                plans[count++] = new StagePlan("input filter", ForInputFilter(model, arena, job), null, false);
            }
            if (job.Align)
            {
                plans[count++] = new StagePlan("alignment", ForAlignment(model, arena, job), null, false);
            }
            for (int i = 0; i < candidates.Length; i++)
            {
                TrainingPlan plan = ForTraining(model, arena, job, candidates[i], evaluates);
                string name = "training " + candidates[i].Describe();
                plans[count++] = new StagePlan(name, plan, candidates[i], job.Training.Layers.IsAutomatic);
            }
            return plans;
        }

        /// <summary>Whether a job tunes an input filter: alignment follows it.</summary>
        public static bool TunesInputFilter(QuantizedModel model, TrainingJob job)
        {
            return job.Align && job.Alignment.TunesInputFilter(model);
        }

        /// <summary>Plain inference within the job's limit.</summary>
        public static MemoryPlan ForInference(QuantizedModel model, Arena arena, TrainingJob job)
        {
            return MemoryPlan.ForInference(new PlanRequest(model, arena) { Limit = job.ArenaBytes });
        }

        /// <summary>Alignment of a job's part of the layers.</summary>
        public static AlignmentPlan ForAlignment(QuantizedModel model, Arena arena, TrainingJob job)
        {
            return AlignmentPlan.ForAlignment(Request(model, arena, job, true));
        }

        /// <summary>Tuning of the input filter; the model has one, and the job tunes it.</summary>
        public static AlignmentPlan ForInputFilter(QuantizedModel model, Arena arena, TrainingJob job)
        {
            return AlignmentPlan.ForInputFilter(Request(model, arena, job, true), job.Alignment.InputFilter);
        }

        /// <summary>Training of the job's layers, and evaluation within the same plan.</summary>
        public static TrainingPlan ForTraining(QuantizedModel model, Arena arena, TrainingJob job)
        {
            return ForTraining(model, arena, job, job.Training.Layers, true);
        }

        /// <summary>Training of some layers, whatever the job's layers are.</summary>
        /// <param name="model">The model.</param>
        /// <param name="arena">The arena that holds it.</param>
        /// <param name="job">A job that trains.</param>
        /// <param name="layers">The layers.</param>
        /// <param name="evaluates">Whether the trained network's accuracy is measured within the same plan.</param>
        public static TrainingPlan ForTraining(
            QuantizedModel model,
            Arena arena,
            TrainingJob job,
            LayerChoice layers,
            bool evaluates
        )
        {
            PlanRequest request = Request(model, arena, job, job.Align);
            request.Evaluates = evaluates;
            return TrainingPlan.Of(request, job.Method, job.Training, layers.Resolve(model));
        }

        private static PlanRequest Request(QuantizedModel model, Arena arena, TrainingJob job, bool aligns)
        {
            PlanRequest request = new PlanRequest(model, arena);
            request.Limit = job.ArenaBytes;
            request.Aligned = aligns ? job.Alignment.Layers(model) : null;
            request.InputFilter = TunesInputFilter(model, job);
            return request;
        }
    }
}
