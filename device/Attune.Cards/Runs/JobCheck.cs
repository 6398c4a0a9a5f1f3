using Attune.Adaptation;
using Attune.Data;
using Attune.Model;
using Attune.Storage;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>Whether a job, a model and samples go together.</summary>
    public static class JobCheck
    {
        /// <summary>Checks a job against what it is about.</summary>
        /// <param name="job">The job.</param>
        /// <param name="model">The model.</param>
        /// <param name="training">Samples to adapt to.</param>
        /// <param name="validation">Held-out samples, or null.</param>
        /// <exception cref="JobException">They do not go together; says which key or file, and what to do.</exception>
        public static void Check(
            TrainingJob job,
            QuantizedModel model,
            ISampleSource training,
            ISampleSource validation
        )
        {
            Require(training, "training", model);
            if (validation != null)
            {
                Require(validation, "validation", model);
            }
            Check(job, model);
            if (!job.Trains)
            {
                return;
            }
            if (training.Classes == 0 && job.Training.Objective == Objective.Labels)
            {
                throw new JobException(
                    "method: the training samples have no labels; use method = align or objective = pseudo-labels"
                );
            }
            if (job.Training.Layers.IsAutomatic && (validation == null || validation.Classes == 0))
            {
                throw new JobException(
                    "layers: choosing a block needs labelled validation samples (valid.ats); name layers, as in layers = head"
                );
            }
        }

        /// <summary>Checks a job against a model alone.</summary>
        /// <exception cref="JobException">They do not go together; says which key, and what to do.</exception>
        public static void Check(TrainingJob job, QuantizedModel model)
        {
            if (job.Align && model.CalibrationSamples == 0)
            {
                string alone = job.Trains ? job.Method.Name : TrainingMethods.At(0).Name;
                throw new JobException(
                    "method: the model has no source statistics to align to; import it with --calibrate, or use method = "
                        + alone
                );
            }
            int filter = job.Alignment.InputFilter;
            if (filter > InputFilterChoice.Off && filter < InputFilterChoice.Automatic)
            {
                CheckInputFilter(job, model);
            }
            if (job.Trains)
            {
                CheckTraining(job, model);
            }
        }

        private static void CheckInputFilter(TrainingJob job, QuantizedModel model)
        {
            if (model.InputFilter < 0)
            {
                throw new JobException(
                    "input-filter: the model has none; import it with --input-filter, or use input-filter = off"
                );
            }
            if (!job.Align)
            {
                string name = job.MethodName;
                throw new JobException(
                    "input-filter: method = "
                        + name
                        + " tunes none; use method = align or align+"
                        + name
                        + ", or input-filter = off"
                );
            }
        }

        private static void CheckTraining(TrainingJob job, QuantizedModel model)
        {
            LayerChoice layers = job.Training.Layers;
            if (model.LogitsTensor < 0)
            {
                throw new JobException(
                    "method: the model gives no class scores, so there is no loss to train with; use method = align"
                );
            }
            if (layers.Block >= model.BlockCount)
            {
                throw new JobException("layers: the model has blocks 0.." + (model.BlockCount - 1));
            }
            if (layers.FirstUnfit(model) >= 0)
            {
                throw new JobException(
                    "layers: layer " + layers.FirstUnfit(model) + " of the model has no weights to train"
                );
            }
            CheckParts(job, model);
            CheckOptimizer(job.Training, job.Method);
            CheckBackward(job, model);
            CheckRounding(job);
            CheckAugmentation(job.Training, model.Dimension(0, 1), model.Dimension(0, 2));
        }

        private static void CheckParts(TrainingJob job, QuantizedModel model)
        {
            for (int layer = 0; job.Training.MovesMultipliers && layer < model.LayerCount; layer++)
            {
                bool trains = model.CanTrain(layer) && layer <= model.LossLayer;
                if (trains && job.Method.SourceOf(model, job.Training, layer) == GradientSource.BackPropagation)
                {
                    throw new JobException(
                        "parts: method = "
                            + job.Method.Name
                            + " moves no output multipliers; use parts = both, weights or biases, or method = zo"
                    );
                }
            }
        }

        /// <summary>Keys that only methods have a use for that pass errors back.</summary>
        private static void CheckBackward(TrainingJob job, QuantizedModel model)
        {
            TrainingOptions options = job.Training;
            if (options.LambdaMin > options.LambdaMax)
            {
                throw new JobException(
                    "lambda-min: is above lambda-max; use lambda-min <= lambda-max, or leave lambda-max out, which is 1"
                );
            }
            string key =
                options.UpdatesPartly ? "lambda-min"
                : options.FullRateLoss > 0 ? "full-rate-loss"
                : null;
            if (key != null && job.Method.SourceOf(model, options, model.LossLayer) != GradientSource.BackPropagation)
            {
                throw new JobException(
                    key
                        + ": method = "
                        + job.Method.Name
                        + " passes no errors back; use method = learn, or leave "
                        + key
                        + " out"
                );
            }
        }

        private static void CheckOptimizer(TrainingOptions options, ITrainingMethod method)
        {
            if (options.Moments > 0 && options.MovesMultipliers)
            {
                throw new JobException(
                    "optimizer: output multipliers move by sgd alone; use optimizer = sgd or parts = both"
                );
            }
            if (options.Moments > 0 && method is IStandardizedMethod)
            {
                throw new JobException(
                    "optimizer: method = "
                        + method.Name
                        + " standardises gradients instead; use optimizer = sgd or method = learn"
                );
            }
            if (options.Moments == 0 && options.Momentum != new TrainingOptions().Momentum)
            {
                throw new JobException("momentum: sgd has none; use optimizer = momentum or adam, or leave it out");
            }
        }

        private static void CheckRounding(TrainingJob job)
        {
            if (!job.Training.Carries)
            {
                return;
            }
            if (!(job.Method is LearnMethod))
            {
                throw new JobException(
                    "rounding: method = "
                        + job.Method.Name
                        + " carries nothing to the next step; use rounding = stochastic or method = learn"
                );
            }
            if (job.Training.Moments > 0)
            {
                throw new JobException(
                    "rounding: carried goes with optimizer = sgd alone; use that, or rounding = stochastic"
                );
            }
        }

        /// <summary>Refuses amounts of augmentation that the input's height and width have no room for.</summary>
        private static void CheckAugmentation(TrainingOptions options, int height, int width)
        {
            string input = "the model's input of " + height + " x " + width;
            int shorter = height < width ? height : width;
            int longer = height < width ? width : height;
            if (options.Flip && width == 1)
            {
                throw new JobException("augment-flip: " + input + " has nothing to mirror; use augment-flip = off");
            }
            if (options.Shift > 0 && shorter == 1)
            {
                throw new JobException("augment-shift: " + input + " is no picture; use augment-shift = 0");
            }
            if (options.Shift >= shorter)
            {
                throw new JobException(
                    "augment-shift: " + input + " moves by at most " + (shorter - 1) + " pixels, not " + options.Shift
                );
            }
            if (options.TimeShift > 0 && shorter > 1)
            {
                throw new JobException("augment-time-shift: " + input + " is no series; use augment-time-shift = 0");
            }
            if (options.TimeShift > 0 && longer == 1)
            {
                throw new JobException(
                    "augment-time-shift: " + input + " has nothing to move along; use augment-time-shift = 0"
                );
            }
            if (options.TimeShift >= longer)
            {
                throw new JobException(
                    "augment-time-shift: "
                        + input
                        + " moves by at most "
                        + (longer - 1)
                        + " values, not "
                        + options.TimeShift
                );
            }
        }

        /// <summary>Refuses samples of another size than the model's input, or with another number of classes.</summary>
        private static void Require(ISampleSource samples, string name, QuantizedModel model)
        {
            if (samples.SampleBytes != model.TensorBytes(0))
            {
                throw new JobException(
                    CardFault.SampleShape,
                    "the "
                        + name
                        + " samples have "
                        + samples.SampleBytes
                        + " values, the model's input has "
                        + model.TensorBytes(0)
                        + "; pack them for this model"
                );
            }
            if (samples.Classes > 0 && model.ClassCount > 0 && samples.Classes != model.ClassCount)
            {
                throw new JobException(
                    CardFault.BadSamples,
                    "the "
                        + name
                        + " samples have "
                        + samples.Classes
                        + " classes, the model "
                        + model.ClassCount
                        + "; pack them with --classes, the names of the model's classes in its order"
                );
            }
        }
    }
}
