using System;
using Attune.Data;
using Attune.Memory;
using Attune.Model;

namespace Attune.Training
{
    /// <summary>
    /// A whole adaptation as a sequence of small units: accuracy before, input filter, alignment, accuracy, trial of each block,
    /// training, accuracy after. A caller runs unit after unit, may stop between any two, and can save and restore the
    /// session there; the result is the same to the last bit.
    /// </summary>
    public sealed class TrainingSession
    {
        /// <summary>Stages in their order; some are skipped, as the job says.</summary>
        public const int EvaluateBefore = 0;

        /// <summary>Tuning the input filter.</summary>
        public const int Filter = 1;

        /// <summary>Measuring and correcting channel statistics.</summary>
        public const int Align = 2;

        /// <summary>Accuracy of the aligned network.</summary>
        public const int EvaluateAligned = 3;

        /// <summary>One epoch of one block.</summary>
        public const int TrialTrain = 4;

        /// <summary>Accuracy after a block's trial.</summary>
        public const int TrialEvaluate = 5;

        /// <summary>Training of the chosen layers.</summary>
        public const int Train = 6;

        /// <summary>Accuracy of the result.</summary>
        public const int EvaluateAfter = 7;

        /// <summary>Nothing is left to do.</summary>
        public const int Done = 8;

        /// <summary>Samples of one unit of an evaluation.</summary>
        private const int EvaluationPart = 20;

        /// <summary>First of the session's words that <see cref="FilterTuner.Save"/> fills.</summary>
        private const int TunerWords = 16;
        private const int Words = 22;
        private readonly Arena arena;
        private readonly QuantizedModel model;
        private readonly TrainingJob job;
        private readonly ISampleSource training;
        private readonly ISampleSource validation;
        private Network network;
        private FilterTuner tuner;
        private Aligner aligner;
        private ZeroOrderTrainer trainer;
        private int correct;
        private int bestCorrect = -1;
        private int measuredPeak;

        /// <summary>Starts a session. The arena holds the model.</summary>
        /// <param name="arena">Of at least the job's arena size.</param>
        /// <param name="job">What to do.</param>
        /// <param name="training">Samples to adapt to; labels are needed only for training.</param>
        /// <param name="validation">Held-out labelled samples, or null: then accuracy is not measured.</param>
        /// <exception cref="JobException">The job, the model and the samples do not go together.</exception>
        /// <exception cref="PlanException">The plan needs more than the job's arena size.</exception>
        public TrainingSession(Arena arena, TrainingJob job, ISampleSource training, ISampleSource validation)
        {
            this.arena = arena;
            this.job = job;
            this.training = training;
            this.validation = validation;
            model = new QuantizedModel(arena);
            Block = job.Block;
            ChosenBlock = job.Block;
            JobCheck.Check(job, model, training, validation);
            CheckPlans();
            Enter(EvaluateBefore);
            SkipEmptyStages();
        }

        /// <summary>The current stage.</summary>
        public int Stage { get; private set; }

        /// <summary>Next unit of the stage, 0..<see cref="UnitCount"/>-1.</summary>
        public int Unit { get; private set; }

        /// <summary>Units of the stage.</summary>
        public int UnitCount { get; private set; }

        /// <summary>The block of the current trial or training, or one of the constants of <see cref="TrainingJob"/>.</summary>
        public int Block { get; private set; }

        /// <summary>The block that the trials chose.</summary>
        public int ChosenBlock { get; private set; }

        /// <summary>Correct validation samples before anything, -1: not measured.</summary>
        public int CorrectBefore { get; private set; } = -1;

        /// <summary>Correct validation samples after alignment, -1: not measured.</summary>
        public int CorrectAligned { get; private set; } = -1;

        /// <summary>Correct validation samples at the end, -1: not measured.</summary>
        public int CorrectAfter { get; private set; } = -1;

        /// <summary>What the input filter does, one of <see cref="FilterChoice"/>; -1: not (yet) tuned.</summary>
        public int FilterInForce { get; private set; } = -1;

        /// <summary>Mean entropies of the input filter's candidates, in millionths of a nat, -1: not tried; null outside of
        /// the stage and right behind it.</summary>
        public int[] FilterEntropies { get; private set; }

        /// <summary>Whether training left no more validation samples correct than there were before it, and was undone.</summary>
        public bool RolledBack { get; private set; }

        /// <summary>Whether even the aligned network had fewer validation samples correct than the model as it came, which
        /// is what stays then.</summary>
        public bool AlignmentUndone { get; private set; }

        /// <summary>Correct validation samples of the trial that just ended.</summary>
        public int CorrectOfTrial { get; private set; } = -1;

        /// <summary>Largest planned peak of the stages so far, bytes.</summary>
        public int PlannedPeak { get; private set; }

        /// <summary>Highest byte of the arena that was touched so far, bytes; across interruptions.</summary>
        public int MeasuredPeak
        {
            get
            {
                int mark = arena.HighWater;
                return mark > measuredPeak ? mark : measuredPeak;
            }
        }

        /// <summary>The network in its current state.</summary>
        public Network Network
        {
            get { return network; }
        }

        /// <summary>Mean loss of the last training step.</summary>
        public double Loss { get; private set; }

        /// <summary>Learning rate of the last training step.</summary>
        public float Rate { get; private set; }

        /// <summary>Steps of one epoch.</summary>
        public int StepsPerEpoch
        {
            get { return (training.Count + job.Batch - 1) / job.Batch; }
        }

        /// <summary>Multiply-accumulates of all forward passes so far, evaluation left out.</summary>
        public long AdaptationMacs { get; private set; }

        /// <summary>Full-forward equivalents of <see cref="AdaptationMacs"/>.</summary>
        public double Forwards
        {
            get
            {
                long all = 0;
                for (int layer = 0; layer < model.LayerCount; layer++)
                {
                    all += model.Macs(layer);
                }
                return all == 0 ? 0 : (double)AdaptationMacs / all;
            }
        }

        /// <summary>The layers that a block number or constant stands for.</summary>
        public static bool[] LayersOf(QuantizedModel model, TrainingJob job, int block)
        {
            bool[] trained = new bool[model.LayerCount];
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                trained[layer] =
                    model.CanTrain(layer)
                    && (
                        block == TrainingJob.BlockAll
                        || (block == TrainingJob.BlockHead && layer == model.Head)
                        || model.Word(layer, RecordField.Block) == block
                    );
            }
            for (int i = 0; block == TrainingJob.BlockNone && i < job.Layers.Length; i++)
            {
                int layer = job.Layers[i];
                if (layer < 0 || layer >= model.LayerCount || !model.CanTrain(layer))
                {
                    throw new JobException("layers: layer " + layer + " of the model has no weights to train");
                }
                trained[layer] = true;
            }
            return trained;
        }

        /// <summary>The plan for training a block (or what a constant of <see cref="TrainingJob"/> stands for).</summary>
        public MemoryPlan PlanOf(int block)
        {
            return MemoryPlan.ForTraining(model, arena, job, LayersOf(model, job, block), EvaluationUnits() > 0);
        }

        /// <summary>Largest peak of all stages that the job will run through; blocks that do not fit are left out.</summary>
        public int LargestPlan()
        {
            int largest =
                job.Align ? MemoryPlan.ForAlignment(model, arena, job).Peak
                : EvaluationUnits() > 0 ? MemoryPlan.ForInference(model, arena, job.ArenaBytes).Peak
                : 0;
            int filter = FilterTuner.Tunes(model, job) ? MemoryPlan.ForFilter(model, arena, job).Peak : 0;
            largest = filter > largest ? filter : largest;
            bool automatic = job.Block == TrainingJob.BlockAutomatic;
            int end = automatic ? model.BlockCount : job.Block + 1;
            for (int block = automatic ? 0 : job.Block; job.Train && block < end; block++)
            {
                int peak = PlanOf(block).Peak;
                largest = peak <= job.ArenaBytes && peak > largest ? peak : largest;
            }
            return largest;
        }

        /// <summary>Runs the next unit.</summary>
        /// <param name="tick">Called often meanwhile, or null. When it asks to stop, the unit either completes or leaves
        /// the session as it was before.</param>
        /// <returns>False when nothing is left to do, or the tick stopped a unit.</returns>
        public bool Advance(ITick tick)
        {
            if (Stage == Done)
            {
                return false;
            }
            long macsBefore = network.MacsRun;
            int next = Unit + 1;
            switch (Stage)
            {
                case Filter:
                    next = tuner.Advance(Unit, tick);
                    break;
                case Align:
                    aligner.Advance(Unit);
                    break;
                case TrialTrain:
                case Train:
                    if (!trainer.Step(Unit, UnitCount, tick))
                    {
                        return false;
                    }
                    Loss = trainer.Loss;
                    Rate = trainer.Rate;
                    break;
                default:
                    Evaluate();
                    break;
            }
            if (Stage == Filter || Stage == Align || Stage == TrialTrain || Stage == Train)
            {
                AdaptationMacs += network.MacsRun - macsBefore;
            }
            Unit = next;
            if (Unit == UnitCount)
            {
                Finish();
                SkipEmptyStages();
            }
            return true;
        }

        /// <summary>Everything beside the arena's state, as words.</summary>
        public int[] SaveWords()
        {
            int[] session = new int[]
            {
                Stage,
                Unit,
                correct,
                Block,
                ChosenBlock,
                bestCorrect,
                CorrectBefore,
                CorrectAligned,
                CorrectAfter,
                CorrectOfTrial,
                PlannedPeak,
                MeasuredPeak,
                (int)AdaptationMacs,
                (int)(AdaptationMacs >> 32),
                (RolledBack ? 1 : 0) | (AlignmentUndone ? 2 : 0),
                FilterInForce,
            };
            int[] words = new int[Words];
            Array.Copy(session, 0, words, 0, session.Length);
            if (tuner != null)
            {
                tuner.Save(words, TunerWords);
            }
            return words;
        }

        /// <summary>Goes on where <see cref="SaveWords"/> was called; the arena's state is restored afterwards, by the
        /// caller, from <see cref="MemoryPlan.StateAt"/> to <see cref="MemoryPlan.StateEnd"/>.</summary>
        public void RestoreWords(int[] words)
        {
            Block = words[3];
            ChosenBlock = words[4];
            FilterInForce = words[15];
            RolledBack = (words[14] & 1) != 0;
            AlignmentUndone = (words[14] & 2) != 0;
            Enter(words[0]);
            Unit = words[1];
            correct = words[2];
            bestCorrect = words[5];
            CorrectBefore = words[6];
            CorrectAligned = words[7];
            CorrectAfter = words[8];
            CorrectOfTrial = words[9];
            PlannedPeak = words[10] > PlannedPeak ? words[10] : PlannedPeak;
            measuredPeak = words[11];
            AdaptationMacs = (uint)words[12] | ((long)words[13] << 32);
            if (tuner != null)
            {
                tuner.Resume(Unit, words, TunerWords);
            }
            if (Stage == Align)
            {
                aligner.Resume(Unit);
            }
        }

        /// <summary>Refuses, before any work, a job that cannot be finished within its arena size.</summary>
        private void CheckPlans()
        {
            if (FilterTuner.Tunes(model, job))
            {
                Require(MemoryPlan.ForFilter(model, arena, job));
            }
            if (job.Align)
            {
                Require(MemoryPlan.ForAlignment(model, arena, job));
            }
            if (job.Train && job.Block == TrainingJob.BlockAutomatic)
            {
                Require(SmallestPlan());
            }
            else if (job.Train)
            {
                MemoryPlan plan = PlanOf(job.Block);
                CheckTrained(plan);
                Require(plan);
            }
        }

        private void CheckTrained(MemoryPlan plan)
        {
            bool any = false;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                any = any || plan.Trained[layer];
            }
            if (!any)
            {
                throw new JobException(
                    "layers: these layers have nothing to train; name others, or other parts than weights or biases alone"
                );
            }
        }

        private void Require(MemoryPlan plan)
        {
            int limit = job.ArenaBytes < arena.Size ? job.ArenaBytes : arena.Size;
            if (plan.Peak > limit)
            {
                throw new PlanException(plan, limit);
            }
        }

        /// <summary>Prepares a stage; the arena's tables and trained copies stay as they are.</summary>
        private void Enter(int stage)
        {
            MemoryPlan plan =
                job.Train && stage >= TrialTrain ? PlanOf(Block)
                : stage == Filter && FilterTuner.Tunes(model, job) ? MemoryPlan.ForFilter(model, arena, job)
                : job.Align ? MemoryPlan.ForAlignment(model, arena, job)
                : MemoryPlan.ForInference(model, arena, job.ArenaBytes);
            Require(plan);
            network = new Network(arena, model, plan);
            Stage = stage;
            Unit = 0;
            correct = 0;
            tuner = stage == Filter && FilterTuner.Tunes(model, job) ? new FilterTuner(network, job, training) : null;
            FilterEntropies = tuner != null ? tuner.Entropies : null;
            aligner = job.Align && stage == Align ? new Aligner(network, job, training) : null;
            bool trains = job.Train && (stage == TrialTrain || stage == Train);
            trainer = trains ? new ZeroOrderTrainer(network, job, training) : null;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                network.Aligned[layer] = stage > Align && !AlignmentUndone && plan.RescaleAt[layer] >= 0;
            }
            if (stage > Filter && FilterInForce >= 0)
            {
                FilterTuner.Apply(network, FilterInForce, (FilterInForce & FilterChoice.Denoise) != 0);
            }
            UnitCount = CountUnits();
            PlannedPeak = UnitCount > 0 && plan.Peak > PlannedPeak ? plan.Peak : PlannedPeak;
        }

        /// <summary>Puts the model's own parameters in force again.</summary>
        private void UndoAlignment()
        {
            AlignmentUndone = true;
            for (int layer = 0; layer < model.LayerCount; layer++)
            {
                network.Aligned[layer] = false;
            }
            if (FilterInForce >= 0)
            {
                FilterInForce = FilterChoice.Off;
                FilterTuner.Apply(network, FilterChoice.Off, false);
            }
            network.ResetParameters();
        }

        private int CountUnits()
        {
            switch (Stage)
            {
                case Filter:
                    return tuner != null ? tuner.Length : 0;
                case Align:
                    return job.Align ? aligner.Length : 0;
                case TrialTrain:
                    return job.Steps > 0 && job.Steps < StepsPerEpoch ? job.Steps : StepsPerEpoch;
                case Train:
                    return !job.Train ? 0
                        : job.Steps > 0 ? job.Steps
                        : StepsPerEpoch * job.Epochs;
                case Done:
                    return 0;
                case EvaluateAligned:
                    return job.Align && job.Train ? EvaluationUnits() : 0;
                default:
                    return EvaluationUnits();
            }
        }

        private int EvaluationUnits()
        {
            bool possible = validation != null && validation.Classes > 0 && model.LogitsTensor >= 0;
            return possible ? (validation.Count + EvaluationPart - 1) / EvaluationPart : 0;
        }

        private void Evaluate()
        {
            int first = Unit * EvaluationPart;
            int count = validation.Count - first < EvaluationPart ? validation.Count - first : EvaluationPart;
            correct += network.CountCorrect(validation, first, count);
        }

        /// <summary>Enters following stages until one has something to do.</summary>
        private void SkipEmptyStages()
        {
            while (Stage != Done && (UnitCount == 0 || Unit == UnitCount))
            {
                int next = Following();
                Begin(next);
            }
        }

        private int Following()
        {
            switch (Stage)
            {
                case EvaluateAligned:
                    return !job.Train ? EvaluateAfter
                        : job.Block == TrainingJob.BlockAutomatic ? TrialTrain
                        : Train;
                case TrialEvaluate:
                    return TrialTrain;
                default:
                    return Stage + 1;
            }
        }

        private void Begin(int stage)
        {
            if (stage == TrialTrain)
            {
                bool first = Stage != TrialEvaluate;
                Block = NextFitting(first ? 0 : Block + 1);
                if (first && NextFitting(Block + 1) < 0)
                {
                    // The only block that fits needs no trial.
                    ChosenBlock = Block;
                    Block = -1;
                }
                stage = Block < 0 ? Train : TrialTrain;
            }
            if (stage == Train && job.Train)
            {
                Block = ChosenBlock;
            }
            Enter(stage);
            if (stage == Align && job.Align)
            {
                aligner.Reset();
            }
            if (trainer != null && job.Train)
            {
                network.ResetParameters();
            }
        }

        private int NextFitting(int block)
        {
            while (block < model.BlockCount && PlanOf(block).Peak > job.ArenaBytes)
            {
                block++;
            }
            return block < model.BlockCount ? block : -1;
        }

        private MemoryPlan SmallestPlan()
        {
            MemoryPlan smallest = null;
            for (int block = 0; block < model.BlockCount; block++)
            {
                MemoryPlan plan = PlanOf(block);
                smallest = smallest == null || plan.Peak < smallest.Peak ? plan : smallest;
            }
            return smallest;
        }

        /// <summary>Takes the result of a stage that has just run its last unit.</summary>
        private void Finish()
        {
            switch (Stage)
            {
                case EvaluateBefore:
                    CorrectBefore = correct;
                    break;
                case Filter:
                    FilterInForce = tuner.Choice;
                    break;
                case EvaluateAligned:
                    CorrectAligned = correct;
                    break;
                case TrialEvaluate:
                    CorrectOfTrial = correct;
                    if (correct > bestCorrect)
                    {
                        bestCorrect = correct;
                        ChosenBlock = Block;
                    }
                    break;
                case EvaluateAfter:
                    CorrectAfter = correct;
                    if (job.Train && job.Rollback && correct <= (job.Align ? CorrectAligned : CorrectBefore))
                    {
                        network.ResetParameters();
                        CorrectAfter = job.Align ? CorrectAligned : CorrectBefore;
                        RolledBack = true;
                    }
                    if (job.Align && job.Rollback && CorrectAfter < CorrectBefore)
                    {
                        UndoAlignment();
                        CorrectAfter = CorrectBefore;
                    }
                    break;
                default:
                    break;
            }
        }
    }
}
