namespace Attune.Bench;

/// <summary>Something that runs a model on the same input again and again.</summary>
public interface IContender : IDisposable
{
    /// <summary>One inference.</summary>
    void Run();
}
