using Attune.Data;
using Attune.Host.Boards;
using Attune.Host.Data;
using Attune.Host.Import;
using Attune.Host.Running;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Storage;

namespace Attune.Host.Reports;

/// <summary>A phase of an adaptation with the accuracy of its model.</summary>
/// <param name="Name">none, aligned or trained.</param>
/// <param name="Color">Its colour in charts.</param>
/// <param name="Model">The .atm file's bytes.</param>
/// <param name="Correct">Samples whose class it names.</param>
public sealed record CardPhase(string Name, string Color, byte[] Model, int Correct);

/// <summary>
/// The report on a card folder: accuracy of its models on held-out samples, cost, memory, learning curves, and what the
/// network says of samples. The folder is read only.
/// </summary>
public sealed class CardReport
{
    private readonly string folder;
    private readonly string? samples;
    private readonly TrainingJob job;
    private readonly CardResults results;
    private readonly IReadOnlyList<RunLogLine> log;
    private readonly CardState? state;
    private readonly Board? board;

    /// <summary>Reads a folder and measures its models.</summary>
    /// <param name="folder">Folder of job.txt, after 'attune train'.</param>
    /// <param name="test">Labelled samples (.ats); null: the folder's validation samples.</param>
    /// <param name="threads">For the measurement.</param>
    /// <exception cref="DataException">The folder was not trained, or a file is damaged.</exception>
    /// <exception cref="StorageException">A file is missing or damaged.</exception>
    public CardReport(string folder, string? test, int threads)
    {
        this.folder = folder;
        job = CardRun.ReadJob(CardFolder.Storage(folder));
        results = new CardResults(folder);
        log = results.Log;
        state = results.State;
        board = Board.Find(job.Board);
        string validation = CardFolder.PathOf(folder, CardFiles.Validation);
        samples = test ?? (File.Exists(validation) ? validation : null);
        Phases = Measure(threads);
    }

    /// <summary>The phases whose models are there, in order; accuracy is not measured without labelled samples.</summary>
    public IReadOnlyList<CardPhase> Phases { get; }

    /// <summary>Files of the folder that belong to another job and are left out, one line each.</summary>
    public IReadOnlyList<string> LeftOut => results.LeftOut;

    /// <summary>Samples that the accuracies are of; 0: none.</summary>
    public int Held { get; private set; }

    /// <summary>Names of the classes; empty: their numbers.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The samples before what befell them, or null.</summary>
    public ImageSet? Clean { get; init; }

    /// <summary>What befell the samples, for the first sentence; empty: unknown.</summary>
    public string Circumstances { get; init; } = "";

    /// <summary>Accuracy of a phase, 0..1; null: not measured.</summary>
    public double? Accuracy(string phase) =>
        Held == 0 ? null
        : Phases.FirstOrDefault(one => one.Name == phase) is { } found ? (double)found.Correct / Held
        : null;

    /// <summary>The page.</summary>
    public ReportPage Build()
    {
        var sections = new List<ReportSection>();
        if (Held > 0)
        {
            sections.Add(AccuracySection());
        }
        sections.AddRange(LearningSections.Of(log, ValidationCount()));
        sections.Add(
            MemorySection.Of(Phases[0].Model, job, state, File.Exists(CardFolder.PathOf(folder, CardFiles.Validation)))
        );
        if (samples is not null && PictureSection.Of(samples, Phases, Classes, Clean) is { } pictures)
        {
            sections.Add(pictures);
        }
        sections.Add(Facts());
        if (LeftOut.Count > 0)
        {
            sections.Insert(0, Missing());
        }
        if (Events() is { } events)
        {
            sections.Add(events);
        }
        return new ReportPage(
            "Attune: adapted in the field",
            $"A quantized network{(Circumstances.Length > 0 ? $" met {Circumstances}" : "")}, adapted with forward passes only: {Method}.",
            [.. Tiles()],
            sections
        )
        {
            Sources =
            [
                $"card folder {Path.GetFileName(Path.GetFullPath(folder))}: job.txt, log.csv, checkpoints, models",
                .. samples is null ? (string[])[] : [$"accuracy: {Held:N0} samples of {Path.GetFileName(samples)}"],
            ],
        };
    }

    private string Method =>
        !job.Trains ? "aligned to unlabelled samples"
        : !job.Align ? "trained on labelled samples"
        : "first aligned to unlabelled samples, then trained on labelled ones";

    private List<CardPhase> Measure(int threads)
    {
        if (samples is not null)
        {
            using SampleFile file = CardFolder.OpenSamples(samples);
            Held = file.Classes > 0 ? file.Count : 0;
        }
        var phases = new List<CardPhase>();
        void Add(string name, string color, string file)
        {
            string path = CardFolder.PathOf(folder, file);
            if (file == CardFiles.Model || results.Made.Contains(file))
            {
                byte[] model = ModelLoader.Load(path).Bytes;
                int correct = Held == 0 ? 0 : AccuracyMeasure.Of(model, samples!, threads, $"report, {name}").Correct;
                phases.Add(new CardPhase(name, color, model, correct));
            }
        }
        Add("none", "none", CardFiles.Model);
        if (job.Align)
        {
            Add("aligned", "align", job.Trains ? CardFiles.Aligned : CardFiles.Adapted);
        }
        if (job.Trains)
        {
            Add("trained", "attune", CardFiles.Adapted);
        }
        return phases;
    }

    private IEnumerable<ReportTile> Tiles()
    {
        string undone =
            state is { AlignmentUndone: true } ? " The adaptation was undone: it lost held-out samples."
            : state is { RolledBack: true }
                ? " Training was undone: no more held-out samples were right than by chance."
            : "";
        string filter = log.LastOrDefault(line => line.Candidate is not null) is { Candidate: { } chosen }
            ? $" Input filter: {chosen}."
            : "";
        string unfinished = state is { Complete: true } ? "" : " The run is not finished.";
        if (Held > 0 && Phases.Count > 1)
        {
            double first = Accuracy(Phases[0].Name)!.Value;
            double last = Accuracy(Phases[^1].Name)!.Value;
            string middle = Phases.Count > 2 ? $" → {100 * Accuracy(Phases[1].Name):0.0}" : "";
            yield return new ReportTile(
                $"Gained: {Wording.Points(last - first)}",
                $"{100 * first:0.0}{middle} → {Wording.Percent(last)}",
                $"Accuracy {string.Join(" → ", Phases.Select(phase => phase.Name))}, on {Held:N0} held-out samples.{filter}{undone}{unfinished}",
                last > first ? Tone.Good : Tone.Bad
            );
        }
        else
        {
            yield return new ReportTile(
                "Gained",
                "not measured",
                $"No labelled held-out samples; give --test.{unfinished}"
            );
        }
        if (state is { Macs: > 0 })
        {
            yield return CostTile(state.Macs);
        }
        int peak = state?.MeasuredPeak ?? 0;
        if (peak > 0)
        {
            bool fits = peak <= job.ArenaBytes;
            string planned = state!.PlannedPeak == peak ? "as planned, to the byte" : $"{state.PlannedPeak:N0} planned";
            yield return new ReportTile(
                fits ? $"Memory: fits {job.Board}" : $"Memory: does not fit {job.Board}",
                $"{peak / 1024.0:#,##0.0} of {job.ArenaBytes / 1024.0:#,##0} KB",
                $"{peak:N0} bytes of arena touched, {planned}; {100.0 * peak / job.ArenaBytes:0.0} % of the budget.",
                fits ? Tone.Good : Tone.Bad
            );
        }
    }

    /// <summary>Forward passes so far, and the time that they take on the board; alignment alone too, if there was more.</summary>
    private ReportTile CostTile(long macs)
    {
        double forwards = (double)macs / ForwardMacs();
        double? align = log.FirstOrDefault(line => line.Stage == "align")?.Forwards;
        bool both = align is { } part && part < forwards;
        string parts = both
            ? $"Forward passes: {align:N0} to align, {forwards - align:N0} to train."
            : "Forward passes.";
        string time = "";
        if (board is not null)
        {
            double second = StepCost.Seconds(ForwardMacs(), board.MegaHertz);
            string some = both ? $", {Wording.Duration(align!.Value * second)} of it to align" : "";
            time =
                $" About {Wording.Duration(forwards * second)} on {board.Name} at {board.MegaHertz} MHz{some} (estimate).";
        }
        return new ReportTile("Cost", $"{Wording.Short(forwards)} forwards", parts + time);
    }

    private long ForwardMacs()
    {
        using Arena arena = Evaluator.Load(Phases[0].Model);
        return new QuantizedModel(arena).ForwardMacs();
    }

    private ReportSection AccuracySection() =>
        new(
            "Accuracy, phase by phase",
            $"On {Held:N0} held-out samples of {Path.GetFileName(samples)}; whiskers: 95 % confidence interval."
        )
        {
            Chart = new Chart(
                ChartKind.Bars,
                new ChartAxis("phase") { Categories = [.. Phases.Select(phase => phase.Name)] },
                new ChartAxis("accuracy (%)", ChartUnit.Percent) { Min = 0, Max = 100 },
                [
                    new ChartSeries(
                        "accuracy",
                        Phases[^1].Color,
                        [.. Phases.Select((phase, place) => Interval(phase.Correct, place))]
                    )
                    {
                        PointColors = [.. Phases.Select(phase => phase.Color)],
                    },
                ]
            ),
        };

    /// <summary>Accuracy with Wilson's 95 % interval.</summary>
    private ChartPoint Interval(int correct, int place)
    {
        const double Z = 1.959964;
        double ratio = (double)correct / Held;
        double scale = 1 + Z * Z / Held;
        double centre = (ratio + Z * Z / (2 * Held)) / scale;
        double half = Z / scale * Math.Sqrt(ratio * (1 - ratio) / Held + Z * Z / (4.0 * Held * Held));
        return new ChartPoint(place, 100 * ratio, 100 * (centre - half), 100 * (centre + half));
    }

    private int ValidationCount()
    {
        string path = CardFolder.PathOf(folder, CardFiles.Validation);
        if (!File.Exists(path))
        {
            return 0;
        }
        using SampleFile file = CardFolder.OpenSamples(path);
        return file.Count;
    }

    private ReportSection Facts()
    {
        (string, string)[] rows =
        [
            ("board", board?.Description ?? job.Board),
            (
                "method",
                !job.Trains ? "alignment"
                : job.Align ? $"alignment, then {job.Method.Title}"
                : job.Method.Title
            ),
            ("block", state is { ChosenBlock: >= 0 } chosen ? $"{chosen.ChosenBlock}" : "all or chosen layers"),
            ("seed", $"{job.Training.Seed}"),
            ("run", state is { Complete: true } ? "finished" : "not finished"),
        ];
        return new ReportSection("The run", "From the card's job and checkpoint.")
        {
            Table = new ReportTable(
                "run",
                ["", ""],
                [.. rows.Select(row => (IReadOnlyList<string>)[row.Item1, row.Item2])]
            ),
        };
    }

    private ReportSection Missing() =>
        new("Left out", "The folder holds files that do not belong to its job.")
        {
            Table = new ReportTable("left-out", ["file"], [.. LeftOut.Select(line => (IReadOnlyList<string>)[line])]),
        };

    private ReportSection? Events()
    {
        string path = CardFolder.PathOf(folder, CardFiles.Events);
        string[] lines = state is not null && File.Exists(path) ? [.. File.ReadLines(path).TakeLast(100)] : [];
        return lines.Length == 0
            ? null
            : new ReportSection(
                "What happened to the run",
                $"{CardFiles.Events} on the card; the result does not depend on it."
            )
            {
                Table = new ReportTable("events", ["event"], [.. lines.Select(line => (IReadOnlyList<string>)[line])]),
            };
    }
}
