using System.Text.Json;
using PuppeteerSharp;

namespace Attune.Tests.Reports;

/// <summary>
/// Headless Chromium with a page opened from a file, its console and its requests watched. Tests that need it are
/// inconclusive without a Chromium, and fail where CI=true.
/// </summary>
internal sealed class ReportBrowser : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private readonly IBrowser browser;

    private ReportBrowser(IBrowser browser, IPage page)
    {
        this.browser = browser;
        Page = page;
        page.Console += (_, message) => Problems.Add($"console: {message.Message.Text}");
        page.PageError += (_, error) => Problems.Add($"error: {error.Message}");
        page.Request += (_, request) => Requests.Add(request.Request.Url);
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Errors, and everything on the console.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>What the page asked for, without data: addresses.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Starts a browser and opens a file.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="dark">Whether the user prefers dark colours.</param>
    /// <param name="width">Of the window, pixels.</param>
    public static async Task<ReportBrowser> Open(string path, bool dark = false, int width = 1200)
    {
        IBrowser browser = await Puppeteer.LaunchAsync(
            new LaunchOptions
            {
                ExecutablePath = Find(),
                Headless = true,
                Args = Arguments,
            }
        );
        IPage page = await browser.NewPageAsync();
        var opened = new ReportBrowser(browser, page);
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 900 });
        await opened.Prefer(dark);
        await page.GoToAsync(new Uri(path).AbsoluteUri);
        opened.Requests.RemoveAll(url => url.StartsWith("data:", StringComparison.Ordinal));
        return opened;
    }

    /// <summary>Changes which colours the user prefers.</summary>
    public Task Prefer(bool dark) =>
        Page.EmulateMediaFeaturesAsync([
            new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = dark ? "dark" : "light" },
        ]);

    /// <summary>Value of an expression of JavaScript in the page, once what was asked before is drawn.</summary>
    public async Task<JsonElement> Value(string expression)
    {
        // Charts are drawn in the frame after a change.
        const string Frames = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))";
        string text = await Page.EvaluateExpressionAsync<string>($"{Frames}.then(() => JSON.stringify({expression}))");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await browser.DisposeAsync();

    private static string Find()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string[] names = ["chromium", "chromium-browser", "google-chrome", "chrome.exe"];
        string? found = folders
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        if (found is null)
        {
            const string Missing = "no Chromium on the path: install the package chromium to test reports in a browser";
            Assert.AreNotEqual("true", Environment.GetEnvironmentVariable("CI"), Missing);
            Assert.Inconclusive(Missing);
        }
        return found;
    }
}
