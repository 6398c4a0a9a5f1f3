using System.Collections;

namespace Attune.Training
{
    /// <summary>The training methods that a job can name.</summary>
    public static class TrainingMethods
    {
        private static readonly ArrayList Methods = new ArrayList
        {
            new ZeroOrderMethod(),
            new LearnMethod(),
            new HybridMethod(),
            new FqtMethod(),
        };

        /// <summary>Number of methods.</summary>
        public static int Count
        {
            get { return Methods.Count; }
        }

        /// <summary>A method by number, in the order of registration.</summary>
        public static ITrainingMethod At(int number)
        {
            return (ITrainingMethod)Methods[number];
        }

        /// <summary>The method of a name, or null.</summary>
        public static ITrainingMethod Find(string name)
        {
            for (int i = 0; i < Count; i++)
            {
                if (At(i).Name == name)
                {
                    return At(i);
                }
            }
            return null;
        }

        /// <summary>Registers a method; one of the same name takes the place of the earlier one.</summary>
        public static void Add(ITrainingMethod method)
        {
            Remove(method.Name);
            Methods.Add(method);
        }

        /// <summary>Takes the method of a name off the list, if it is there.</summary>
        public static void Remove(string name)
        {
            ITrainingMethod method = Find(name);
            if (method != null)
            {
                Methods.Remove(method);
            }
        }
    }
}
