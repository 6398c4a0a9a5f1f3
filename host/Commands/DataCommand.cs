using System.CommandLine;
using Attune.Host.Data;
using Attune.Host.Data.Corruptions;
using Attune.Host.Reference.Demo;
using Attune.Host.Shell;

namespace Attune.Host.Commands;

/// <summary><c>attune data cifar10|cifar10c|fashion-mnist|mnist|pictograms</c>: known data sets as sample files.</summary>
public static class DataCommand
{
    /// <summary>The command.</summary>
    public static Command Create() =>
        new Command("data", "Makes a sample file (.ats) from a known data set")
        {
            Cifar10(),
            Cifar10C(),
            FashionMnist(),
            Mnist(),
            Pictogram(),
        };

    private static Command Cifar10()
    {
        var file = new Argument<string>("FILE") { Description = "a .bin file of CIFAR-10's binary version" };
        var command = new Command("cifar10", "CIFAR-10, binary version") { file };
        var options = new SampleOptions(command, corrupts: true);
        command.SetAction(parsed =>
        {
            using var images = Cifar10File.Open(parsed.GetValue(file)!);
            return options.Write(parsed, images);
        });
        return command;
    }

    private static Command Cifar10C()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "folder of CIFAR-10-C's .npy files and labels.npy",
        };
        var name = new Option<string>("--corruption") { Description = "name of the .npy file", Required = true };
        var severity = new Option<int>("--severity") { Description = "severity, 1..5", DefaultValueFactory = _ => 5 };
        var command = new Command("cifar10c", "CIFAR-10-C as published") { folder, name, severity };
        var options = new SampleOptions(command, corrupts: false);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(severity) is < Corruption.MinSeverity or > Corruption.MaxSeverity)
            {
                throw new UsageException("--severity takes 1..5");
            }
            using var images = Cifar10CFile.Open(
                parsed.GetValue(folder)!,
                parsed.GetValue(name)!,
                parsed.GetValue(severity)
            );
            return options.Write(parsed, images);
        });
        return command;
    }

    private static Command FashionMnist()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = $"folder of the four IDX files, plain or .gz (default: {MnistFolder.DebianFashion})",
            DefaultValueFactory = _ => MnistFolder.DebianFashion,
        };
        return MnistForm(
            "fashion-mnist",
            "Fashion-MNIST: 28x28 gray pictures of ten kinds of clothes",
            folder,
            MnistFolder.FashionClasses,
            "install Debian's package dataset-fashion-mnist, or give the folder that holds Fashion-MNIST's four files"
        );
    }

    private static Command Mnist() =>
        MnistForm(
            "mnist",
            "MNIST, or another set in four files of its form: 28x28 gray digits",
            new Argument<string>("FOLDER") { Description = "folder of the four IDX files, plain or .gz" },
            MnistFolder.Digits,
            "give the folder that holds the set's four files"
        );

    private static Command MnistForm(
        string name,
        string description,
        Argument<string> folder,
        IReadOnlyList<string> names,
        string advice
    )
    {
        var part = new Option<string>("--part") { Description = "train or test", DefaultValueFactory = _ => "train" };
        var classes = new Option<string?>("--classes")
        {
            Description =
                $"names of the classes in the order of the labels: a file with one on each line, or a,b,c (default: {string.Join(", ", names)})",
            HelpName = "FILE|LIST",
        };
        var command = new Command(name, description) { folder, part, classes };
        var options = new SampleOptions(command, corrupts: true);
        command.SetAction(parsed =>
        {
            bool test = parsed.GetValue(part) switch
            {
                "train" => false,
                "test" => true,
                var other => throw new UsageException($"--part {other}: takes train or test"),
            };
            IReadOnlyList<string> list = parsed.GetValue(classes) is { } given ? ClassList.Read(given) : names;
            using var images = MnistFolder.Open(parsed.GetValue(folder)!, test, list, advice);
            return options.Write(parsed, images);
        });
        return command;
    }

    private static Command Pictogram()
    {
        var generator = new Option<ulong>("--generator") { Description = "seed of the pictograms" };
        var number = new Option<int>("--images")
        {
            Description = "number of pictograms to draw",
            DefaultValueFactory = _ => 1000,
        };
        var command = new Command("pictograms", "Generated 10-class pictograms, the data of the demo")
        {
            generator,
            number,
        };
        var options = new SampleOptions(command, corrupts: true);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(number) is < 1 or > 1_000_000)
            {
                throw new UsageException("--images takes 1..1000000");
            }
            using var images = new PictogramSet(parsed.GetValue(generator), parsed.GetValue(number));
            return options.Write(parsed, images);
        });
        return command;
    }
}
