using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Attune.Host.Data;

namespace Attune.Host.Reports;

/// <summary>
/// Writes a report as one HTML file that needs nothing else: style, charts' script (Apache ECharts) and pictures are inside,
/// and its content security policy lets nothing be loaded. Every chart's numbers also stand in a table.
/// </summary>
public static class ReportWriter
{
    private const string Policy =
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

    // The default encoder escapes what could end a script element.
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes a page to a file.</summary>
    /// <returns>Bytes of the file, and number of charts.</returns>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static (int Bytes, int Charts) Write(string path, ReportPage page)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Render(page));
        AtomicFile.Write(path, stream => stream.Write(bytes));
        return (bytes.Length, page.Sections.Count(section => section.Chart is not null));
    }

    /// <summary>The page as HTML.</summary>
    public static string Render(ReportPage page)
    {
        var charts = page.Sections.Where(section => section.Chart is not null).Select(section => section.Chart!);
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.Append($"<meta http-equiv=\"Content-Security-Policy\" content=\"{Policy}\">");
        html.Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        html.Append($"<title>{Escape(page.Title)}</title><link rel=\"icon\" href=\"data:,\">");
        html.Append($"<style>{Resource("report.css")}</style></head>\n<body><header>");
        html.Append("<button id=\"theme\" type=\"button\" hidden></button>");
        html.Append($"<h1>{Escape(page.Title)}</h1><p>{Escape(page.Lead)}</p></header>\n<main><div class=\"tiles\">");
        foreach (ReportTile tile in page.Tiles)
        {
            string tone = tile.Tone.ToString().ToLowerInvariant();
            html.Append($"<div class=\"tile {tone}\"><h2>{Escape(tile.Name)}</h2>");
            html.Append($"<strong>{Escape(tile.Value)}</strong><p>{Escape(tile.Note)}</p></div>");
        }
        html.Append("</div><noscript><p>Charts need JavaScript; the tables hold the same numbers.</p></noscript>");
        foreach (ReportSection section in page.Sections)
        {
            Append(html, section);
        }
        html.Append("</main>\n<footer>");
        if (page.Sources.Count > 0)
        {
            var lines = page.Sources.Select(source => $"<li>{Escape(source)}</li>");
            html.Append(
                $"<details><summary>Where the figures come from</summary><ul>{string.Concat(lines)}</ul></details>"
            );
        }
        html.Append("<p>Made by attune report. Charts: Apache ECharts, Apache License 2.0.</p></footer>\n");
        html.Append(
            $"<script type=\"application/json\" id=\"charts\">{JsonSerializer.Serialize(charts, JsonOptions)}</script>\n"
        );
        html.Append(
            $"<script>{Resource("echarts.js")}</script>\n<script>{Resource("report.js")}</script></body></html>\n"
        );
        return html.ToString();
    }

    private static void Append(StringBuilder html, ReportSection section)
    {
        html.Append($"\n<section><h2>{Escape(section.Heading)}</h2><p>{Escape(section.Text)}</p>");
        if (section.Chart is { } chart)
        {
            html.Append("<div class=\"legend\">");
            foreach (
                ChartSeries series in chart
                    .Series.DistinctBy(series => series.Name)
                    .Where(_ => chart.Series.Count > 1 && chart.Kind != ChartKind.Matrix)
            )
            {
                string style = series.Style.ToString().ToLowerInvariant();
                html.Append($"<button type=\"button\" aria-pressed=\"true\" data-series=\"{Escape(series.Name)}\">");
                html.Append(
                    $"<i class=\"{style}\" style=\"--key:var(--{series.Color})\"></i>{Escape(series.Name)}</button>"
                );
            }
            html.Append($"</div><div class=\"chart\" role=\"img\" aria-label=\"{Escape(section.Heading)}\"></div>");
            Append(html, ChartText.Table(chart), folded: true);
        }
        if (section.Table is { } table)
        {
            Append(html, table, folded: section.Chart is not null);
        }
        if (section.Pictures.Count > 0)
        {
            html.Append("<div class=\"pictures\">");
            foreach (ReportPicture picture in section.Pictures)
            {
                Append(html, picture);
            }
            html.Append("</div>");
        }
        html.Append("</section>");
    }

    private static void Append(StringBuilder html, ReportTable table, bool folded)
    {
        html.Append(folded ? $"<details><summary>Table: {Escape(table.Name)}</summary>" : "");
        html.Append("<div class=\"scroll\"><table><thead><tr>");
        string[] kinds = [.. table.Columns.Select((_, column) => IsNumeric(table, column) ? "number" : "text")];
        html.Append(
            string.Concat(table.Columns.Select((name, at) => $"<th class=\"{kinds[at]}\">{Escape(name)}</th>"))
        );
        html.Append("</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            html.Append("<tr>")
                .Append(string.Concat(row.Select((cell, at) => $"<td class=\"{kinds[at]}\">{Escape(cell)}</td>")));
            html.Append("</tr>");
        }
        html.Append("</tbody></table></div>").Append(folded ? "</details>" : "");
    }

    private static bool IsNumeric(ReportTable table, int column) =>
        column > 0 && table.Rows.All(row => row[column].Length == 0 || char.IsDigit(row[column].TrimStart('-')[0]));

    private static void Append(StringBuilder html, ReportPicture picture)
    {
        html.Append("<figure><div>");
        foreach (var (name, png) in picture.Images)
        {
            string source = "data:image/png;base64," + Convert.ToBase64String(png);
            html.Append($"<img alt=\"{Escape(name)}\" title=\"{Escape(name)}\" src=\"{source}\">");
        }
        html.Append($"</div><figcaption><b>{Escape(picture.Label ?? "unlabelled")}</b><dl>");
        foreach (var (phase, said) in picture.Predictions)
        {
            bool right = said == picture.Label;
            string mark =
                picture.Label is null ? ""
                : right ? "<em class=\"good\">✓</em> "
                : "<em class=\"bad\">✗</em> ";
            html.Append($"<dt>{Escape(phase)}</dt><dd>{mark}{Escape(said)}</dd>");
        }
        html.Append("</dl></figcaption></figure>");
    }

    private static string Resource(string name)
    {
        using Stream stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"this program was built without its resource {name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
