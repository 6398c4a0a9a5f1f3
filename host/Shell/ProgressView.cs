using Spectre.Console;

namespace Attune.Host.Shell;

/// <summary>Progress bars with the remaining time on standard error; silent where that is no terminal.</summary>
public static class ProgressView
{
    /// <summary>Runs work under bars that it adds itself.</summary>
    /// <param name="work">Gets a function that adds a bar (title, length), or returns null where there is no terminal.</param>
    public static T Run<T>(Func<Func<string, double, ProgressTask?>, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work((_, _) => null);
        }
        return Terminal
            .Errors.Progress()
            .AutoClear(false)
            .HideCompleted(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .Start(context => work((title, length) => context.AddTask(title, maxValue: length)));
    }

    /// <summary>Runs work of a known length under one bar.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="length">Number of parts.</param>
    /// <param name="work">Gets a function that it tells the number of parts done.</param>
    public static T Run<T>(string title, int length, Func<Action<int>, T> work) =>
        Run(add =>
        {
            ProgressTask? task = add(title, length);
            return work(done =>
            {
                if (task is not null)
                {
                    task.Value = done;
                }
            });
        });
}
