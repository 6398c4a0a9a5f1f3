using System.CommandLine;
using System.Text;
using Attune.Data;
using Attune.Host.Boards;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Model;
using Attune.Host.Running;
using Attune.Host.Shell;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;

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
        var json = new Option<bool>("--json") { Description = "machine-readable result on standard output" };
        var command = new Command("card", "Writes a card folder: model, samples and job")
        {
            folder,
            model,
            training,
            validation,
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
            string path = Path.Combine(parsed.GetValue(folder)!, CardFolder.Name);
            RequireSamples(bytes, parsed.GetValue(training)!, parsed.GetValue(validation));
            int planned = Check(job, bytes, parsed.GetValue(training)!, parsed.GetValue(validation));
            Write(path, job, bytes, parsed.GetValue(training)!, parsed.GetValue(validation));
            if (parsed.GetValue(json))
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
            return ExitCode.Done;
        });
        return command;
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

    private static void Write(string path, TrainingJob job, byte[] model, string training, string? validation)
    {
        Directory.CreateDirectory(path);
        AtomicFile.Write(Path.Combine(path, CardFiles.Model), stream => stream.Write(model));
        Copy(training, Path.Combine(path, CardFiles.Training));
        if (validation is not null)
        {
            Copy(validation, Path.Combine(path, CardFiles.Validation));
        }
        else
        {
            File.Delete(Path.Combine(path, CardFiles.Validation));
        }
        SkipList.Delete(new FolderStorage(path));
        AtomicFile.Write(
            Path.Combine(path, CardFiles.Job),
            stream => stream.Write(Encoding.UTF8.GetBytes(job.Write()))
        );
    }

    private static void Copy(string from, string to)
    {
        if (Path.GetFullPath(from) != Path.GetFullPath(to))
        {
            using FileStream source = File.OpenRead(from);
            AtomicFile.Write(to, source.CopyTo);
        }
    }
}
