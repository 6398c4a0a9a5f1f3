using Spectre.Console;

namespace Attune.Host.Commands;

/// <summary>Progress bars with the remaining time on standard error; silent where that is no terminal.</summary>
public static class ProgressView
{
    /// <summary>Runs work of a known length under one bar.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="length">Number of parts.</param>
    /// <param name="work">Gets a function that it tells the number of parts done.</param>
    public static T Run<T>(string title, int length, Func<Action<int>, T> work)
    {
        return Create()
            .Start(context =>
            {
                ProgressTask task = context.AddTask(title, maxValue: length);
                return work(done => task.Value = done);
            });
    }

    /// <summary>A progress display with title, bar, share and remaining time.</summary>
    public static Progress Create() =>
        Terminal
            .Errors.Progress()
            .AutoClear(false)
            .HideCompleted(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            );
}
