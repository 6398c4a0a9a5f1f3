namespace Attune.Runs
{
    /// <summary>Named settings of all that one way of adapting is made of; keys after "profile" change single things.</summary>
    internal static class JobProfiles
    {
        /// <summary>What the key is, in words.</summary>
        public const string Help =
            "sets all keys of a method at once: attune (input filter and alignment without labels), paper (the paper's section 4.1) or fqt (fully quantized training)";

        private const string Attune =
            "method=align;input-filter=auto;align-samples=0;align-guard=4;align-prior=0;align-depth=60;align-groups=0;rollback=on";

        private const string Paper =
            "method=zo;layers=auto;epochs=50;steps=0;batch=100;queries=100;learning-rate=0.01;parts=both"
            + ";perturbation=adaptive;update=global;rounding=nearest;norm-scaling=on;quantization-scaling=on"
            + ";objective=labels;centering=off;head=probed;minimum-loss=0;rollback=off"
            + ";augment-flip=off;augment-shift=0;augment-time-shift=0;augment-gain=0;optimizer=sgd;momentum=0.9";

        private const string Fqt =
            "method=fqt;layers=all;epochs=20;steps=0;batch=48;learning-rate=0.001;parts=both;weight-layers=all"
            + ";error-rounding=nearest;rounding=nearest;lambda-min=1;lambda-max=1;objective=labels;minimum-loss=0;rollback=off"
            + ";augment-flip=off;augment-shift=0;augment-time-shift=0;augment-gain=0;optimizer=sgd;momentum=0.9";

        /// <summary>Sets a job to a profile. False if there is none of this name.</summary>
        public static bool Apply(TrainingJob job, string name)
        {
            string settings =
                name == "paper" ? Paper
                : name == "attune" ? Attune
                : name == "fqt" ? Fqt
                : null;
            if (settings == null)
            {
                return false;
            }
            foreach (string one in settings.Split(';'))
            {
                int equals = one.IndexOf('=');
                job.Set(one.Substring(0, equals), one.Substring(equals + 1));
            }
            return true;
        }
    }
}
