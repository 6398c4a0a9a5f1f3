using Attune.Adaptation;
using Attune.Data;
using Attune.Execution;
using Attune.Memory;
using Attune.Model;
using Attune.Numbers;
using Attune.Training;

namespace Attune.Runs
{
    /// <summary>What the stages of a session work on and what they have found so far.</summary>
    public sealed class SessionState
    {
        /// <summary>Value of a count of correct samples: not measured.</summary>
        public const int NotMeasured = -1;

        /// <summary>Most parts of a training that is evaluated on the way.</summary>
        public const int MaximumParts = 4;

        internal SessionState(Arena arena, TrainingJob job, ISampleSource training, ISampleSource validation)
        {
            Arena = arena;
            TrainingSamples = training;
            Model = new QuantizedModel(arena);
            bool evaluates = validation != null && validation.Classes > 0 && Model.LogitsTensor >= 0;
            Job = AutomaticChoice.Resolve(Model, arena, job, evaluates);
            ValidationSamples = evaluates ? validation : null;
            ChosenLayers = Job.Training.Layers;
            CorrectUntrained = new CorrectSamples(evaluates ? validation.Count : 0);
        }

        /// <summary>The arena.</summary>
        public Arena Arena { get; private set; }

        /// <summary>The model that it holds.</summary>
        public QuantizedModel Model { get; private set; }

        /// <summary>What to do.</summary>
        public TrainingJob Job { get; private set; }

        /// <summary>Samples to adapt to.</summary>
        public ISampleSource TrainingSamples { get; private set; }

        /// <summary>Held-out labelled samples, or null: accuracy is not measured.</summary>
        public ISampleSource ValidationSamples { get; private set; }

        /// <summary>The layers that are trained: the job's, or what the trials chose.</summary>
        public LayerChoice ChosenLayers { get; internal set; }

        /// <summary>The trained state with the most correct validation samples so far, a trial or a part of the training.</summary>
        public HeldOutResult Best { get; private set; } = new HeldOutResult();

        /// <summary>Trained states that were evaluated so far.</summary>
        public int Tries { get; private set; }

        /// <summary>Whether training ended early, since it made the network worse or had gained nothing at half time.</summary>
        public bool TrainingStopped { get; private set; }

        /// <summary>Part of the training that the trained copies come from; -1: none yet.</summary>
        internal int LastPart { get; private set; } = -1;

        /// <summary>The validation samples that are correct without training, as far as they are known.</summary>
        internal CorrectSamples CorrectUntrained { get; set; }

        /// <summary>Correct validation samples before anything, or <see cref="NotMeasured"/>.</summary>
        public int CorrectBefore { get; internal set; } = NotMeasured;

        /// <summary>Correct validation samples after alignment, or <see cref="NotMeasured"/>.</summary>
        public int CorrectAligned { get; internal set; } = NotMeasured;

        /// <summary>Correct validation samples of the network that training starts from, or <see cref="NotMeasured"/>.</summary>
        public int CorrectBeforeTraining
        {
            get { return Job.Align ? CorrectAligned : CorrectBefore; }
        }

        /// <summary>Whether the best trained state is better than none by more than chance
        /// (<see cref="Numbers.SignTest"/>).</summary>
        public bool TrainingHelps
        {
            get { return Best.IsBetter(Tries); }
        }

        /// <summary>Whether the trained copies have to be made again, since an earlier state was the best.</summary>
        internal bool Repeats
        {
            get { return Job.Rollback && Best.Part != LastPart && TrainingHelps; }
        }

        /// <summary>Correct validation samples at the end, or <see cref="NotMeasured"/>.</summary>
        public int CorrectAfter { get; internal set; } = NotMeasured;

        /// <summary>Correct validation samples of the trained state that was evaluated last.</summary>
        public int CorrectTrained { get; private set; } = NotMeasured;

        /// <summary>What the input filter does, one of <see cref="InputFilterChoice"/>; -1: not (yet) tuned.</summary>
        public int InputFilter { get; internal set; } = -1;

        /// <summary>Mean entropies of the input filter's candidates in millionths of a nat, -1: not tried; null after a resume
        /// past the tuning, and where none is tuned.</summary>
        public int[] InputFilterEntropies { get; internal set; }

        /// <summary>Whether training left no more validation samples correct than chance alone does, and was undone.</summary>
        public bool RolledBack { get; internal set; }

        /// <summary>Whether even the aligned network had fewer validation samples correct than the model as it came, which
        /// is kept then.</summary>
        public bool AlignmentUndone { get; internal set; }

        /// <summary>Mean loss of the last training step.</summary>
        public double Loss { get; internal set; }

        /// <summary>Learning rate of the last training step.</summary>
        public float Rate { get; internal set; }

        /// <summary>The result of evaluations of a kind, or <see cref="NotMeasured"/>.</summary>
        public int CorrectOf(int kind)
        {
            return kind == StageKind.EvaluateBefore ? CorrectBefore
                : kind == StageKind.EvaluateAligned ? CorrectAligned
                : kind == StageKind.TrialEvaluate || kind == StageKind.TrainEvaluate ? CorrectTrained
                : kind == StageKind.EvaluateAfter ? CorrectAfter
                : NotMeasured;
        }

        /// <summary>A network with a plan, and in force in it what the stages before one of a kind have found.</summary>
        internal Network Open(MemoryPlan plan, int kind)
        {
            Network network = new Network(Arena, Model, plan);
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                bool aligned = kind > StageKind.Align && !AlignmentUndone;
                network.Parameters.Aligned[layer] = aligned && plan.AlignedMultipliersAt[layer] >= 0;
            }
            if (kind > StageKind.InputFilter && InputFilter >= 0)
            {
                InputFilterTuner.Apply(network, InputFilter, (InputFilter & InputFilterChoice.Denoise) != 0);
            }
            return network;
        }

        /// <summary>Puts the model's own parameters in force again.</summary>
        internal void UndoAlignment(Network network)
        {
            AlignmentUndone = true;
            for (int layer = 0; layer < Model.LayerCount; layer++)
            {
                network.Parameters.Aligned[layer] = false;
            }
            if (InputFilter >= 0)
            {
                InputFilter = InputFilterChoice.Off;
                InputFilterTuner.Apply(network, InputFilterChoice.Off, false);
            }
            network.Parameters.ResetTrained();
        }

        /// <summary>Takes the evaluation of a trained state, and decides whether training goes on.</summary>
        /// <param name="result">The evaluation.</param>
        /// <param name="layers">What was trained.</param>
        /// <param name="parts">Parts of the training that it belongs to; 0: it is a trial.</param>
        internal void Compared(HeldOutResult result, LayerChoice layers, int parts)
        {
            Tries++;
            CorrectTrained = result.Correct;
            LastPart = result.Part;
            // Of equal states the later one stays, which is there already; of equal trials the first.
            if (result.Correct > Best.Correct || (parts > 0 && result.Correct == Best.Correct))
            {
                Best = result;
                ChosenLayers = layers;
            }
            if (parts > 0)
            {
                bool harms = SignTest.IsMore(result.Lost, result.Gained, 1);
                bool late = 2 * (result.Part + 1) >= parts;
                TrainingStopped = harms || (late && Best.Correct <= CorrectBeforeTraining);
            }
        }

        internal void Save(int[] words)
        {
            words[SessionWord.ChosenBlock] = ChosenLayers.Block;
            words[SessionWord.BestCorrect] = Best.Correct;
            words[SessionWord.BestGained] = Best.Gained;
            words[SessionWord.BestLost] = Best.Lost;
            words[SessionWord.BestPart] = Best.Part;
            words[SessionWord.LastPart] = LastPart;
            words[SessionWord.Tries] = Tries;
            words[SessionWord.CorrectBefore] = CorrectBefore;
            words[SessionWord.CorrectAligned] = CorrectAligned;
            words[SessionWord.CorrectAfter] = CorrectAfter;
            words[SessionWord.CorrectTrained] = CorrectTrained;
            words[SessionWord.Undone] =
                (RolledBack ? SessionWord.TrainingUndone : 0)
                | (AlignmentUndone ? SessionWord.AlignmentUndone : 0)
                | (TrainingStopped ? SessionWord.TrainingStopped : 0);
            words[SessionWord.InputFilter] = InputFilter;
        }

        internal void Restore(int[] words)
        {
            int block = words[SessionWord.ChosenBlock];
            ChosenLayers = block >= 0 ? LayerChoice.OfBlock(block) : Job.Training.Layers;
            Best.Correct = words[SessionWord.BestCorrect];
            Best.Gained = words[SessionWord.BestGained];
            Best.Lost = words[SessionWord.BestLost];
            Best.Part = words[SessionWord.BestPart];
            LastPart = words[SessionWord.LastPart];
            Tries = words[SessionWord.Tries];
            CorrectBefore = words[SessionWord.CorrectBefore];
            CorrectAligned = words[SessionWord.CorrectAligned];
            CorrectAfter = words[SessionWord.CorrectAfter];
            CorrectTrained = words[SessionWord.CorrectTrained];
            RolledBack = (words[SessionWord.Undone] & SessionWord.TrainingUndone) != 0;
            AlignmentUndone = (words[SessionWord.Undone] & SessionWord.AlignmentUndone) != 0;
            TrainingStopped = (words[SessionWord.Undone] & SessionWord.TrainingStopped) != 0;
            InputFilter = words[SessionWord.InputFilter];
            InputFilterEntropies = null;
        }
    }
}
