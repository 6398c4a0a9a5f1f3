using System.Globalization;
using System.Net;
using System.Text;

namespace Attune.Host.Reports;

/// <summary>An image with what the network said about it.</summary>
/// <param name="Clean">PNG bytes before the corruption.</param>
/// <param name="Corrupted">PNG bytes as the network sees it.</param>
/// <param name="Label">Name of its class.</param>
/// <param name="Before">Predicted class before adaptation.</param>
/// <param name="After">Predicted class after.</param>
public sealed record PredictionPair(byte[] Clean, byte[] Corrupted, string Label, string Before, string After);

/// <summary>What a report shows.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Facts">Name and value, in order.</param>
/// <param name="Accuracies">Name and accuracy 0..1, in order.</param>
/// <param name="Losses">Mean clean loss of each training step.</param>
/// <param name="Memory">Itemised plan: part and bytes.</param>
/// <param name="BudgetBytes">What the board has.</param>
/// <param name="Pictures">Examples.</param>
public sealed record AdaptationFacts(
    string Title,
    IReadOnlyList<(string Name, string Value)> Facts,
    IReadOnlyList<(string Name, double Accuracy)> Accuracies,
    IReadOnlyList<double> Losses,
    IReadOnlyList<(string Name, int Bytes)> Memory,
    int BudgetBytes,
    IReadOnlyList<PredictionPair> Pictures
);

/// <summary>One self-contained HTML page about an adaptation: no script, no outside resource.</summary>
public static class AdaptationReport
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1c2733;--paper:#fff;--line:#d5dce3;--bar:#2a78b8;--good:#21824a;--bad:#b3392f;--soft:#6b7885}
        @media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--paper:#14191f;--line:#323c46;--bar:#5aa6e0;--good:#5cc48a;--bad:#ee8178;--soft:#93a1ae}}
        body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem}
        table{border-collapse:collapse}td,th{padding:.2rem 1rem .2rem 0;text-align:left;border-bottom:1px solid var(--line)}td.n{text-align:right}
        svg{width:100%;height:auto;max-width:44rem}svg text{fill:var(--ink);font:13px system-ui,sans-serif}svg .soft{fill:var(--soft)}
        .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:1rem}
        figure{margin:0;border:1px solid var(--line);border-radius:6px;padding:.6rem}figure img{width:48%;image-rendering:pixelated}
        figcaption{font-size:.85rem}.good{color:var(--good)}.bad{color:var(--bad)}
        """;

    /// <summary>The page.</summary>
    public static string Render(AdaptationFacts facts)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        page.Append($"<title>{Escape(facts.Title)}</title><style>{Style}</style></head><body>");
        page.Append($"<h1>{Escape(facts.Title)}</h1><table>");
        foreach (var (name, value) in facts.Facts)
        {
            page.Append($"<tr><th>{Escape(name)}</th><td>{Escape(value)}</td></tr>");
        }
        page.Append("</table><h2>Accuracy on held-out test samples</h2>").Append(Bars(facts.Accuracies));
        if (facts.Losses.Count > 1)
        {
            page.Append("<h2>Training loss</h2>").Append(Curve(facts.Losses));
        }
        page.Append("<h2>Memory</h2>").Append(Memory(facts.Memory, facts.BudgetBytes));
        page.Append("<h2>What the network sees and says</h2><div class=\"grid\">");
        foreach (PredictionPair picture in facts.Pictures)
        {
            page.Append(Picture(picture));
        }
        return page.Append("</div></body></html>\n").ToString();
    }

    private static string Bars(IReadOnlyList<(string Name, double Accuracy)> accuracies)
    {
        const int Row = 34;
        var svg = new StringBuilder($"<svg viewBox=\"0 0 640 {accuracies.Count * Row + 4}\" role=\"img\">");
        for (int i = 0; i < accuracies.Count; i++)
        {
            var (name, accuracy) = accuracies[i];
            int y = i * Row;
            svg.Append($"<text x=\"0\" y=\"{y + 20}\">{Escape(name)}</text>");
            svg.Append($"<rect x=\"110\" y=\"{y + 4}\" width=\"450\" height=\"22\" fill=\"var(--line)\"/>");
            svg.Append(
                $"<rect x=\"110\" y=\"{y + 4}\" width=\"{Number(450 * accuracy)}\" height=\"22\" fill=\"var(--bar)\"/>"
            );
            svg.Append($"<text x=\"568\" y=\"{y + 20}\">{Number(100 * accuracy)} %</text>");
        }
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Loss by step: each step as a faint dot, and a running mean as a line.</summary>
    private static string Curve(IReadOnlyList<double> losses)
    {
        const double Left = 50;
        const double Width = 580;
        const double Height = 200;
        double top = Math.Max(losses.Max(), 1e-9);
        double X(int step) => Left + Width * step / (losses.Count - 1);
        double Y(double loss) => 10 + Height * (1 - loss / top);
        var svg = new StringBuilder("<svg viewBox=\"0 0 640 245\" role=\"img\">");
        svg.Append(
            $"<line x1=\"{Left}\" y1=\"{10 + Height}\" x2=\"{Left + Width}\" y2=\"{10 + Height}\" stroke=\"var(--line)\"/>"
        );
        svg.Append(
            $"<text class=\"soft\" x=\"0\" y=\"18\">{Number(top)}</text><text class=\"soft\" x=\"0\" y=\"{10 + Height}\">0</text>"
        );
        svg.Append($"<text class=\"soft\" x=\"{Left}\" y=\"232\">step 1</text>");
        svg.Append(
            $"<text class=\"soft\" x=\"{Left + Width}\" y=\"232\" text-anchor=\"end\">step {losses.Count}</text>"
        );
        int window = Math.Max(1, losses.Count / 20);
        var line = new StringBuilder();
        double sum = 0;
        for (int step = 0; step < losses.Count; step++)
        {
            sum += losses[step] - (step >= window ? losses[step - window] : 0);
            double mean = sum / Math.Min(step + 1, window);
            svg.Append(
                $"<circle cx=\"{Number(X(step))}\" cy=\"{Number(Y(losses[step]))}\" r=\"1.5\" fill=\"var(--soft)\" opacity=\".5\"/>"
            );
            line.Append($"{Number(X(step))},{Number(Y(mean))} ");
        }
        svg.Append($"<polyline points=\"{line}\" fill=\"none\" stroke=\"var(--bar)\" stroke-width=\"2\"/>");
        return svg.Append("</svg>").ToString();
    }

    private static string Memory(IReadOnlyList<(string Name, int Bytes)> items, int budget)
    {
        var table = new StringBuilder("<table><tr><th>arena</th><th>bytes</th><th>share of the board</th></tr>");
        int total = 0;
        foreach (var (name, bytes) in items.Append(("total", items.Sum(item => item.Bytes))))
        {
            total = bytes;
            table.Append($"<tr><td>{Escape(name)}</td><td class=\"n\">{bytes:N0}</td>");
            table.Append($"<td class=\"n\">{Number(100.0 * bytes / budget)} %</td></tr>");
        }
        return table
            .Append($"<tr><td>free</td><td class=\"n\">{budget - total:N0}</td><td></td></tr></table>")
            .ToString();
    }

    private static string Picture(PredictionPair picture)
    {
        string Said(string prediction) =>
            $"<span class=\"{(prediction == picture.Label ? "good" : "bad")}\">{Escape(prediction)}</span>";
        return $"<figure><img alt=\"clean\" src=\"{Source(picture.Clean)}\"> <img alt=\"corrupted\" src=\"{Source(picture.Corrupted)}\">"
            + $"<figcaption>{Escape(picture.Label)}<br>before: {Said(picture.Before)}<br>after: {Said(picture.After)}</figcaption></figure>";
    }

    private static string Source(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
