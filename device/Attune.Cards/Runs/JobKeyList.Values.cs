using Attune.Numbers;
using Attune.Training;

namespace Attune.Runs
{
    /// <content>Values that are more than a number or a choice.</content>
    internal sealed partial class JobKeyList
    {
        private static bool SetProfile(TrainingJob job, string text)
        {
            return JobProfiles.Apply(job, text);
        }

        private static bool SetBoard(TrainingJob job, string text)
        {
            job.Board = text;
            return text.Length > 0;
        }

        private static bool SetSeed(TrainingJob job, string text)
        {
            long seed = DecimalNumber.ParseInteger(text);
            job.Training.Seed = (uint)seed;
            return seed >= 0 && seed <= 0xFFFFFFFFL;
        }

        private static bool SetWeightLayers(TrainingJob job, string text)
        {
            LayerChoice choice = LayerChoice.Parse(text);
            if (choice == null || choice.IsAutomatic || choice == LayerChoice.Deep)
            {
                return false;
            }
            job.Training.WeightLayers = choice;
            return true;
        }

        private static bool SetLayers(TrainingJob job, string text)
        {
            LayerChoice layers = LayerChoice.Parse(text);
            job.Training.Layers = layers != null ? layers : job.Training.Layers;
            return layers != null;
        }

        private static bool SetLayerQueries(TrainingJob job, string text)
        {
            int[] pairs = NumberList.Parse(text);
            bool good = pairs != null && pairs.Length % 2 == 0;
            for (int i = 1; good && i < pairs.Length; i += 2)
            {
                good = pairs[i] >= 1 && pairs[i] <= 65536;
            }
            job.Training.LayerQueries = good ? pairs : job.Training.LayerQueries;
            return good;
        }
    }
}
