using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Attune.Execution;
using Attune.Memory;
using Attune.Model;

namespace Attune.Tests.Engine;

/// <summary>
/// The device's binding, the desktop's binding, the engine's constants and attune.h say the same, compared as source text.
/// </summary>
[TestClass]
public sealed partial class BindingTest
{
    [TestMethod]
    public void Device_and_desktop_declare_the_same_members()
    {
        string[] device = Members(Source("device", "Attune.Kernels", "Native.cs"), "extern");
        string[] desktop = Members(Source("host", "Kernels", "Native.cs"), "partial");
        CollectionAssert.AreEqual(device, desktop);
        Assert.IsGreaterThan(25, device.Length);
        CollectionAssert.AllItemsAreUnique(device);
    }

    [TestMethod]
    public void Every_function_of_the_header_has_its_member_with_the_same_parameters()
    {
        string header = Header();
        var functions = Function().Matches(header).Select(match => Declare(match)).ToArray();
        string[] members = Members(Source("device", "Attune.Kernels", "Native.cs"), "extern");
        CollectionAssert.AreEqual(functions, members);
        string[] entries =
        [
            .. EntryPoint().Matches(Source("host", "Kernels", "Native.cs")).Select(match => match.Groups[1].Value),
        ];
        CollectionAssert.AreEqual(
            Function().Matches(header).Select(match => "attune_" + match.Groups[2].Value).ToArray(),
            entries
        );
    }

    [TestMethod]
    public void Record_words_operators_and_binding_words_have_the_numbers_of_the_header()
    {
        Dictionary<string, int> numbers = Enumerators(Header());
        AssertConstants(typeof(RecordField), name => "ATTUNE_" + Upper(name), numbers, "attune_record");
        AssertConstants(typeof(Operators), name => "ATTUNE_" + OperatorName(name), numbers, "attune_operator");
        AssertConstants(
            typeof(BindingField),
            name => name == "BindingWords" ? "ATTUNE_BINDING_WORDS" : "ATTUNE_BIND_" + Upper(name),
            numbers,
            "attune_binding"
        );
    }

    [TestMethod]
    public void Run_modes_have_the_numbers_of_the_header()
    {
        string header = Header();
        foreach (string name in (string[])["ProbeWeights", "ProbeBiases", "ProbeNodes", "Statistics", "Accumulators"])
        {
            Match define = Regex.Match(header, $@"#define ATTUNE_RUN_{Upper(name)} (\d+)");
            int number = (int)typeof(RunMode).GetField(name)!.GetRawConstantValue()!;
            Assert.AreEqual(define.Groups[1].Value, number.ToString(CultureInfo.InvariantCulture), name);
        }
    }

    [TestMethod]
    public void Every_status_of_the_header_has_words_of_its_own()
    {
        var reasons = Enumerators(Header())
            .Where(pair => pair.Key.StartsWith("ATTUNE_ERROR", StringComparison.Ordinal))
            .Select(pair => KernelException.Reason(pair.Value))
            .ToArray();
        Assert.HasCount(12, reasons);
        CollectionAssert.AllItemsAreUnique(reasons);
        Assert.IsTrue(reasons.All(reason => !reason.StartsWith("kernel status", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Statuses_and_record_flags_have_the_numbers_of_the_header()
    {
        string header = Header();
        AssertConstants(typeof(KernelStatus), name => "ATTUNE_" + Upper(name), Enumerators(header), "attune_status");
        foreach (FieldInfo field in typeof(RecordFlag).GetFields())
        {
            AssertDefined(header, "ATTUNE_FLAG_" + Upper(field.Name), (int)field.GetRawConstantValue()!);
        }
        Assert.HasCount(typeof(RecordFlag).GetFields().Length, Regex.Matches(header, "#define ATTUNE_FLAG_"));
    }

    /// <summary>Constants that stand beside what uses them, wherever that is in the engine.</summary>
    [TestMethod]
    [DataRow("UpdateScaled", "ATTUNE_UPDATE_SCALED")]
    [DataRow("UpdateStochastic", "ATTUNE_UPDATE_STOCHASTIC")]
    [DataRow("UpdateCarried", "ATTUNE_UPDATE_CARRIED")]
    [DataRow("LongestChain", "ATTUNE_CHAIN_LAYERS")]
    [DataRow("PatchElements", "ATTUNE_PATCH_ELEMENTS")]
    public void Update_flags_and_limits_have_the_numbers_of_the_header(string constant, string inHeader)
    {
        Source("device", "Attune.Kernels", "Native.cs");
        string[] found =
        [
            .. Directory
                .GetFiles(Path.Combine(SharedFolder.Repository!, "device"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(path => Regex.Matches(File.ReadAllText(path), $@"const int {constant} = (-?\d+);"))
                .Select(match => match.Groups[1].Value),
        ];
        Assert.HasCount(1, found, $"{constant} stands in one place below device");
        AssertDefined(Header(), inHeader, int.Parse(found[0], CultureInfo.InvariantCulture));
    }

    /// <summary>tests/native/test_refused.c says that refused calls touch nothing, of every function that can refuse.</summary>
    [TestMethod]
    public void Every_function_of_the_header_is_refused_in_the_native_tests()
    {
        string test = Source("tests", "native", "test_refused.c");
        string[] missing =
        [
            .. Function()
                .Matches(Header())
                .Select(match => match.Groups[2].Value)
                .Except(["version", "crc32"])
                .Where(name => !Regex.IsMatch(test, $@"attune_{name}\(|ROW\({name},|\{{""{name}"","))
                .Order(),
        ];
        Assert.AreEqual("", string.Join(", ", missing));
    }

    private static string Source(params string[] parts)
    {
        if (SharedFolder.Repository is null)
        {
            Assert.Inconclusive("the sources are not at hand: the tests run outside the repository");
        }
        return File.ReadAllText(Path.Combine([SharedFolder.Repository!, .. parts]));
    }

    private static void AssertDefined(string header, string name, int number)
    {
        Match define = Regex.Match(header, $@"#define {name} (-?\d+)\b");
        Assert.AreEqual(define.Groups[1].Value, number.ToString(CultureInfo.InvariantCulture), name);
    }

    private static string Header()
    {
        string whole = Source("interop-native", "include", "attune.h");
        return whole.Replace(
            "#include \"attune_backward.h\"",
            Source("interop-native", "include", "attune_backward.h"),
            StringComparison.Ordinal
        );
    }

    /// <summary>"return type, name, parameters" of each static method, in order.</summary>
    private static string[] Members(string source, string modifier) =>
        [
            .. Regex
                .Matches(source, @"public static " + modifier + @" (\w+ \w+)\(([^)]*)\);")
                .Select(match => $"{match.Groups[1].Value}({Spaces().Replace(match.Groups[2].Value.Trim(), " ")})"),
        ];

    /// <summary>The member that a function of the header asks for.</summary>
    private static string Declare(Match function)
    {
        string parameters = Spaces().Replace(function.Groups[3].Value, " ");
        string[] declared = parameters == "void" ? [] : parameters.Split(", ");
        return $"{Type(function.Groups[1].Value)} {Pascal(function.Groups[2].Value)}"
            + $"({string.Join(", ", declared.Select(Parameter))})";
    }

    private static string Parameter(string declared)
    {
        Match match = Regex.Match(declared, @"^(?:const )?(\w+) (\*?)(\w+)$");
        string name = Pascal(match.Groups[3].Value);
        string array = match.Groups[2].Value.Length > 0 ? "[]" : "";
        return $"{Type(match.Groups[1].Value)}{array} {char.ToLowerInvariant(name[0])}{name[1..]}";
    }

    private static string Type(string type) =>
        type switch
        {
            "int32_t" => "int",
            "uint32_t" => "uint",
            "uint8_t" => "byte",
            _ => type,
        };

    private static string Pascal(string name) =>
        string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>InputN to INPUT_N, Input2Zero to INPUT2_ZERO.</summary>
    private static string Upper(string name) => Regex.Replace(name, "(?<=[a-z0-9])(?=[A-Z])", "_").ToUpperInvariant();

    private static string OperatorName(string name) => Upper(name).Replace("2_D", "_2D");

    /// <summary>All enumerators, and names of the enumerators of each enum in order of their appearance.</summary>
    private static Dictionary<string, int> Enumerators(string header) =>
        Enumerator()
            .Matches(header)
            .ToDictionary(
                match => match.Groups[1].Value,
                match => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)
            );

    private static void AssertConstants(
        Type type,
        Func<string, string> nameInHeader,
        Dictionary<string, int> numbers,
        string enumeration
    )
    {
        var names = new List<string>();
        foreach (FieldInfo field in type.GetFields())
        {
            string name = nameInHeader(field.Name);
            Assert.IsTrue(numbers.ContainsKey(name), $"{name} is not in the header");
            Assert.AreEqual(numbers[name], (int)field.GetRawConstantValue()!, name);
            names.Add(name);
        }
        string body = Regex
            .Match(Header(), $@"enum {enumeration} \{{(.*?)\n\}}", RegexOptions.Singleline)
            .Groups[1]
            .Value;
        CollectionAssert.AreEqual(Enumerators(body).Keys.ToArray(), names.ToArray());
    }

    [GeneratedRegex(@"ATTUNE_API (\w+) attune_(\w+)\(([^)]*)\);")]
    private static partial Regex Function();

    [GeneratedRegex(@"EntryPoint = ""(\w+)""")]
    private static partial Regex EntryPoint();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^\s+(ATTUNE_\w+) = (-?\d+)", RegexOptions.Multiline)]
    private static partial Regex Enumerator();
}
