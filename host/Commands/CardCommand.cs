using System.CommandLine;
using Attune.Data;
using Attune.Execution;
using Attune.Host.Boards;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;

namespace Attune.Host.Commands;

/// <summary><c>attune card FOLDER --model M --train T.ats</c>: a card folder for device and host.</summary>
public static class CardCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "card to write; files go to its folder 'attune'" };
        var model = new Option<string>("--model", "-m") { Description = ".atm model", Required = true };
        var training = new Option<string>("--train", "-t")
        {
            Description = "samples to adapt to (.ats)",
            Required = true,
        };
        var validation = new Option<string?>("--valid", "-v") { Description = "held-out labelled samples (.ats)" };
        var force = new Option<bool>("--force")
        {
            Description =
                "set an unfinished run of another job aside; take held-out samples that are the training samples",
        };
        var json = new Option<bool>("--json") { Description = "machine-readable result on standard output" };
        var command = new Command("card", "Writes a card folder: model, samples and job")
        {
            folder,
            model,
            training,
            validation,
            force,
            json,
        };
        var options = new JobOptions(command);
        command.SetAction(parsed =>
        {
            TrainingJob job = options.Job(parsed);
            Board board = options.BoardOf(parsed);
            byte[] bytes = ModelLoader.Load(parsed.GetValue(model)!).Bytes;
            if (bytes.Length > board.FlashBytes)
            {
                throw new ModelException(
                    $"{parsed.GetValue(model)}: has {bytes.Length} bytes, {board.Name} has {board.FlashBytes} bytes of flash"
                );
            }
            var inputs = new CardInputs(job, bytes, parsed.GetValue(training)!, parsed.GetValue(validation));
            RequireSamples(bytes, inputs.Training, inputs.Validation);
            int planned;
            try
            {
                planned = OptionWords.Speak(() => Check(job, bytes, inputs.Training, inputs.Validation));
            }
            catch (PlanException error)
            {
                CommandRunner.Show(error);
                Advise(job, bytes, inputs.Validation is not null);
                return ExitCode.DoesNotFit;
            }
            SampleAdvice.Check(job, inputs.Training, inputs.Validation, parsed.GetValue(force));
            string path = Write(parsed.GetValue(folder)!, inputs, parsed.GetValue(force));
            Show(path, board, job, planned, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Advise(TrainingJob job, byte[] model, bool evaluates)
    {
        using var arena = new Arena(16);
        arena.LoadModel(model);
        AdviceText.WriteOptions(new QuantizedModel(arena), arena, job, evaluates);
    }

    private static void Show(string path, Board board, TrainingJob job, int planned, bool json)
    {
        if (json)
        {
            Terminal.Json(
                new
                {
                    Folder = path,
                    Board = board.Name,
                    ArenaPlannedBytes = planned,
                    ArenaBudgetBytes = job.ArenaBytes,
                }
            );
        }
        else
        {
            Console.WriteLine($"{path}: ready for {board.Name}, {planned:N0} of {job.ArenaBytes:N0} bytes planned");
        }
    }

    /// <summary>Refuses samples that do not go with the model, and says what is suspicious about them.</summary>
    private static void RequireSamples(byte[] model, params string?[] samples)
    {
        AtmFile file = AtmFile.Parse(model);
        foreach (string suspicion in samples.OfType<string>().SelectMany(path => SampleCheck.Require(file, path)))
        {
            Terminal.Note($"attune: {suspicion}");
        }
    }

    /// <summary>Opens everything as the run will, so that a card that cannot run is never written.</summary>
    private static int Check(TrainingJob job, byte[] model, string training, string? validation)
    {
        using SampleFile train = CardFolder.OpenSamples(training);
        using SampleFile? valid = validation is null ? null : CardFolder.OpenSamples(validation);
        using var arena = new Arena(job.ArenaBytes);
        arena.LoadModel(model);
        var network = new QuantizedModel(arena);
        Card.CheckSamples(network, train, training);
        if (valid is not null)
        {
            Card.CheckSamples(network, valid, validation!);
        }
        return new TrainingSession(arena, job, train, valid).LargestPlan;
    }

    private static string Write(string card, CardInputs inputs, bool force)
    {
        if (File.Exists(card))
        {
            throw new UsageException($"{card}: is a file; name a folder for the card");
        }
        string path = CardFolder.Inside(card);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be made ({FileReason.Of(error)}); choose another folder");
        }
        using CardLock held = CardLock.Take(path, "card");
        if (CardWriter.Write(path, inputs, force) is { } note)
        {
            Terminal.Note($"attune: {note}");
        }
        return path;
    }
}
