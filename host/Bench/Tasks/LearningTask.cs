using Attune.Host.Data;
using Attune.Host.Model;

namespace Attune.Host.Bench.Tasks;

/// <summary>A network and labelled images of a task that it is to learn from the start.</summary>
/// <param name="Model">The network: random weights, or a new classifier of random weights.</param>
/// <param name="Training">Images to learn from.</param>
/// <param name="Test">Images to test on; none of them is among the others.</param>
public sealed record LearningTask(AtmFile Model, MemorySamples Training, MemorySamples Test);
