using Attune.Host.Baselines;
using Attune.Host.Shell;

namespace Attune.Host.Bench.Methods;

/// <summary>The methods that tables compare. A new method is one line here.</summary>
public static class BenchMethods
{
    /// <summary>All methods, in the order of tables.</summary>
    public static IReadOnlyList<IBenchMethod> All { get; } =
    [
        new NoneMethod(),
        new AlignMethod(0),
        new AlignMethod(16),
        new AlignMethod(64),
        new AlignMethod(256),
        new PaperMethod("paper", 100, 100, "0.01"),
        new PaperMethod("paper-10", 10, 10, "0.003"),
        new AttuneMethod(0),
        new AttuneMethod(16),
        new AttuneMethod(64),
        new AttuneMethod(256),
        .. BaselineMethods.All.Select(baseline => new BaselineMethod(baseline)),
    ];

    /// <summary>The method of a name.</summary>
    /// <exception cref="UsageException">There is none; lists those that there are.</exception>
    public static IBenchMethod Find(string name) =>
        All.FirstOrDefault(method => method.Name == name)
        ?? throw new UsageException(
            $"--methods {name}: there is no such method; known are {string.Join(", ", All.Select(one => one.Name))}"
        );
}
