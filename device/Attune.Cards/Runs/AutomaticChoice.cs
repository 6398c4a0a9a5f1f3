using Attune.Memory;
using Attune.Model;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>
    /// method = auto: of several ways to learn from labels, that with the largest gain among those whose plan fits the job's
    /// arena. The choice follows from model, job and arena alone, so that an interrupted run makes it again.
    /// </summary>
    public static class AutomaticChoice
    {
        private const string Propagated = "method=learn;batch=1;learning-rate=0.001;";
        private const string Probed = "method=zo;batch=10;queries=1;learning-rate=0.001;";

        /// <summary>The ways, that of the largest gain first: name, gain in hundredths of a point or "", keys.</summary>
        private static readonly string[][] Ways =
        {
            new string[]
            {
                "back-propagation: biases of all layers, weights of the head",
                "148",
                Propagated + "layers=all;parts=both;weight-layers=head",
            },
            new string[]
            {
                "back-propagation: biases of the last layers that fit, weights of the head",
                "",
                Propagated + "layers=deep;parts=both;weight-layers=head",
            },
            new string[]
            {
                "the head alone, exact gradient",
                "56",
                "method=zo;batch=10;learning-rate=0.01;layers=head;parts=both;head=exact",
            },
            new string[] { "probes: biases of all layers", "", Probed + "layers=all;parts=biases" },
        };

        private static readonly string[] Keys =
        {
            "batch",
            "full-rate-loss",
            "head",
            "layer-queries",
            "layers",
            "learning-rate",
            "parts",
            "queries",
            "weight-layers",
        };

        /// <summary>Number of ways.</summary>
        public static int Count
        {
            get { return Ways.Length; }
        }

        /// <summary>What a way trains, and how.</summary>
        public static string NameOf(int way)
        {
            return Ways[way][0];
        }

        /// <summary>Gain that trials of a way had: hundredths of a percentage point after alignment, mean of the 12 corruptions
        /// (docs/results/table7.md); -1: not measured.</summary>
        public static int GainOf(int way)
        {
            string gain = Ways[way][1];
            return gain.Length == 0 ? -1 : int.Parse(gain);
        }

        /// <summary>Whether a key's value is part of the choice.</summary>
        public static bool Decides(string key)
        {
            for (int i = 0; i < Keys.Length; i++)
            {
                if (Keys[i] == key)
                {
                    return true;
                }
            }
            return false;
        }

        /// <summary>A job with a way in place of its method = auto.</summary>
        public static TrainingJob JobOf(TrainingJob job, int way)
        {
            TrainingJob made = TrainingJob.Parse(job.Write());
            bool align = made.Align;
            foreach (string one in Ways[way][2].Split(';'))
            {
                int equals = one.IndexOf('=');
                made.Set(one.Substring(0, equals), one.Substring(equals + 1));
            }
            made.Align = align;
            return made;
        }

        /// <summary>The number of the way that is chosen: the first that fits, or if none does the last one.</summary>
        /// <param name="model">The model.</param>
        /// <param name="arena">The arena that holds it, of any size.</param>
        /// <param name="job">A job with method = auto.</param>
        /// <param name="evaluates">Whether accuracy is measured.</param>
        public static int WayOf(QuantizedModel model, Arena arena, TrainingJob job, bool evaluates)
        {
            int way = 0;
            while (way < Count - 1 && !Fits(model, arena, JobOf(job, way), evaluates))
            {
                way++;
            }
            return way;
        }

        /// <summary>The job itself, or with the chosen way if it has method = auto.</summary>
        /// <param name="model">The model.</param>
        /// <param name="arena">The arena that holds it, of any size.</param>
        /// <param name="job">The job.</param>
        /// <param name="evaluates">Whether accuracy is measured.</param>
        public static TrainingJob Resolve(QuantizedModel model, Arena arena, TrainingJob job, bool evaluates)
        {
            if (!job.Automatic)
            {
                return job;
            }
            TrainingJob made = JobOf(job, WayOf(model, arena, job, evaluates));
            JobKeys.Forget();
            return made;
        }

        private static bool Fits(QuantizedModel model, Arena arena, TrainingJob job, bool evaluates)
        {
            if (model.LogitsTensor < 0)
            {
                return false;
            }
            try
            {
                TrainingPlan plan = JobPlans.ForTraining(model, arena, job, job.Training.Layers, evaluates);
                return plan.TrainsAny() && plan.Peak <= job.ArenaBytes;
            }
            catch (ModelException)
            {
                // An operator on the way has no backward rule.
                return false;
            }
        }
    }
}
