using System.Runtime.InteropServices;

namespace Attune.Host.Running;

/// <summary>Ctrl-C and termination as a flag, so that a run can leave a checkpoint; a second Ctrl-C ends at once.</summary>
public sealed class InterruptSignal : IDisposable
{
    private readonly PosixSignalRegistration termination;
    private volatile bool requested;

    /// <summary>Starts listening.</summary>
    public InterruptSignal()
    {
        Console.CancelKeyPress += OnCancel;
        termination = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM,
            context =>
            {
                context.Cancel = true;
                requested = true;
            }
        );
    }

    /// <summary>Whether an end was asked for.</summary>
    public bool Requested => requested;

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.CancelKeyPress -= OnCancel;
        termination.Dispose();
    }

    private void OnCancel(object? sender, ConsoleCancelEventArgs arguments)
    {
        arguments.Cancel = !requested;
        requested = true;
    }
}
