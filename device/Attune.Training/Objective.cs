namespace Attune.Training
{
    /// <summary>What training makes smaller.</summary>
    public enum Objective
    {
        /// <summary>Cross-entropy with the samples' labels.</summary>
        Labels = 0,

        /// <summary>Cross-entropy with the class that the network itself holds most likely (Lee, Pseudo-Label, 2013).</summary>
        Pseudo = 1,
    }
}
