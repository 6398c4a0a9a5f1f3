using Attune.DeviceCheck;

namespace Attune.Tests.Device;

/// <summary>The check of the device's projects finds what nanoFramework lacks, and nothing else.</summary>
[TestClass]
public sealed class SurfaceTest
{
    private static readonly string Root = SharedFolder.Repository!;
    private static readonly string SurfaceFolder = Path.Combine(Root, "tests/device/surface");
    private static readonly SurfaceCheck Check = new(SurfaceFolder);

    public static IEnumerable<object[]> Violations =>
        from path in Directory.GetFiles(Path.Combine(Root, "tests/device/violations"), "*.cs")
        orderby path
        select new object[] { Path.GetFileNameWithoutExtension(path) };

    /// <summary>The expected finding is there, and no other than those named as its company.</summary>
    [TestMethod]
    [DynamicData(nameof(Violations))]
    public void A_violation_is_found_for_its_own_reason(string name)
    {
        Source source = Source.Read(Root, Path.Combine(Root, "tests/device/violations", name + ".cs"));
        string[] expected = Directives(source.Text, "expect");
        string[] options = Directives(source.Text, "option");
        string assembly = options.FirstOrDefault(option => option.StartsWith("assembly ")) ?? "assembly Violation";
        string[] found =
        [
            .. Check
                .CheckSources(
                    assembly["assembly ".Length..],
                    [source],
                    new CompileOptions { AllowUnsafe = options.Contains("unsafe") }
                )
                .Select(finding => finding.ToString()),
        ];
        string all = string.Join("\n", found);
        if (expected is ["nothing"])
        {
            Assert.IsEmpty(found, all);
            return;
        }
        Assert.Contains(expected.Single(), all);
        string[] tolerated = [.. expected, .. Directives(source.Text, "or")];
        foreach (string finding in found)
        {
            Assert.IsTrue(tolerated.Any(finding.Contains), finding);
        }
    }

    [TestMethod]
    public void The_device_projects_have_no_findings()
    {
        DeviceProject[] projects = DeviceProject.FindAll(Root, "device", "device/samples", "tests/device");
        Assert.Contains("Attune", projects.Select(project => project.Name));
        Assert.Contains("NFUnitTest", projects.Select(project => project.Name));
        IReadOnlyList<Finding> findings = Check.CheckProjects(projects, _ => { }, out var assemblies);
        Assert.IsEmpty(findings, string.Join("\n", findings));
        Assert.HasCount(projects.Length, assemblies);
    }

    [TestMethod]
    [DataRow("switch", 255, 256, "a switch of 256 targets")]
    [DataRow("constant", 65533, 65534, "65536 bytes of one array constant")]
    [DataRow("constants", 130, 131, "65762 bytes of array constants")]
    [DataRow("code", 5957, 5958, "65545 bytes of code")]
    [DataRow("texts", 647, 648, "65549 bytes of names and texts")]
    [DataRow("statics", 255, 256, "256 static methods")]
    [DataRow("virtuals", 255, 256, "256 virtual methods")]
    [DataRow("others", 254, 255, "256 other methods")]
    [DataRow("locals", 255, 256, "256 local variables")]
    public void What_has_no_room_in_the_devices_file_format_is_found(string kind, int fits, int tooMany, string reason)
    {
        Assert.IsEmpty(CheckText(Large(kind, fits)));
        IReadOnlyList<Finding> findings = CheckText(Large(kind, tooMany));
        Assert.HasCount(1, findings);
        Assert.Contains(reason, findings[0].ToString());
    }

    [TestMethod]
    public void An_assembly_of_the_desktop_shows_every_kind_of_lack()
    {
        byte[] image = File.ReadAllBytes(typeof(SurfaceTest).Assembly.Location);
        string findings = string.Join("\n", Check.CheckAssembly(DeviceAssembly.FromImage("Attune.Tests", [.. image])));
        foreach (
            string kind in (string[])
                [
                    "a reference to the assembly System.Runtime;",
                    "the type System.Collections.Generic.List`1; use an array",
                    "a generic type or method",
                    "a multi-dimensional array",
                    "a state machine of yield or async",
                    "a pointer",
                    "bytes of code",
                ]
        )
        {
            Assert.Contains(kind, findings);
        }
    }

    [TestMethod]
    public void What_nothing_uses_of_the_surface_is_found()
    {
        string findings = FindingsWith(
            ("public static class File\n", "public static class Path { }\n\n    public static class File\n"),
            (
                "public static extern void Delete(string path);",
                "public extern static void Delete(string path); public static extern void Copy();"
            ),
            ("Open = 3,", "Open = 3, Append = 6,"),
            ("Position { get; }", "Position { get; set; }")
        );
        Assert.Contains("System.IO.FileSystem: System.IO.Path: nothing uses this type", findings);
        Assert.Contains("System.IO.File::static System.Void Copy(): nothing uses this member", findings);
        Assert.Contains("System.IO.FileMode::System.IO.FileMode Append: nothing uses this member", findings);
        Assert.Contains("System.IO.Stream::System.Void set_Position(System.Int64): nothing uses this member", findings);
    }

    [TestMethod]
    public void What_the_surface_lacks_is_found()
    {
        string findings = FindingsWith(("public static extern void Delete(string path);", ""), ("Open = 3,", ""));
        Assert.Contains("'File' does not contain a definition for 'Delete'", findings);
        Assert.Contains("'FileMode' does not contain a definition for 'Open'", findings);
    }

    /// <summary>
    /// Declarations that lack overloads and overrides of the real library change the code: a number becomes another kind of
    /// number to fit a call, and ToString of a number is called by way of object.
    /// </summary>
    [TestMethod]
    public void Code_that_incomplete_declarations_have_changed_is_found()
    {
        const string core = """
            namespace System
            {
                public class Object { public extern Object(); public extern virtual string ToString(); }
                public abstract class ValueType { }
                public abstract class Enum : ValueType { }
                public struct Void { }
                public struct Byte { }
                public struct Int32 { }
                public struct Single { }
                public sealed class String { public static extern string Concat(string str0, string str1); }
                public static class BitConverter { public static extern byte[] GetBytes(float value); }
            }
            """;
        const string use = """
            public static class Use
            {
                public static byte[] Bytes(int number) { return System.BitConverter.GetBytes(number); }
                public static string Text(int number) { return "number " + number; }
            }
            """;
        var options = new CompileOptions { Least = Microsoft.CodeAnalysis.DiagnosticSeverity.Error };
        DeviceAssembly incomplete = DeviceAssembly.Compile("mscorlib", [new Source("mscorlib.cs", core)], [], options);
        Source[] sources = [new Source("Use.cs", use)];
        DeviceAssembly changed = DeviceAssembly.Compile("Use", sources, [incomplete], options);
        string[] found = [.. Check.CheckAssembly(changed).Select(finding => finding.ToString())];
        Assert.HasCount(2, found, string.Join('\n', found));
        Assert.Contains(
            "a call of System.BitConverter::static System.Byte[] GetBytes(System.Single) instead of static System.Byte[] GetBytes(System.Int32)",
            found[0]
        );
        Assert.Contains("System.Object::System.String ToString() for System.Int32, which has it itself", found[1]);
        Assert.IsEmpty(Check.CheckSources("Use", sources, options));
    }

    /// <summary>The test framework's own overloads, of which a test with bytes takes the one for bytes.</summary>
    [TestMethod]
    public void A_test_framework_without_an_overload_is_found()
    {
        string path = Path.Combine(SurfaceFolder, "nanoFramework.TestFramework.cs");
        string declarations = File.ReadAllText(path);
        string incomplete = declarations.Replace(" byte expected,", " object[] expected,");
        Assert.AreNotEqual(declarations, incomplete);
        const string use = """
            public static class Use
            {
                public static void Same(byte a, byte b) { nanoFramework.TestFramework.Assert.AreEqual(a, b); }
            }
            """;
        var options = new CompileOptions { Least = Microsoft.CodeAnalysis.DiagnosticSeverity.Error };
        Source[] sources = [new Source("Use.cs", use)];
        DeviceAssembly core = new ReferenceSurface(SurfaceFolder).Assemblies["mscorlib"].Assembly;
        DeviceAssembly framework = DeviceAssembly.Compile(
            "nanoFramework.TestFramework",
            [new Source(path, incomplete)],
            [core],
            options
        );
        DeviceAssembly changed = DeviceAssembly.Compile("Use", sources, [core, framework], options);
        Assert.Contains(
            "instead of static System.Void AreEqual(System.Byte, System.Byte,",
            string.Join('\n', Check.CheckAssembly(changed))
        );
        Assert.IsEmpty(Check.CheckSources("Use", sources, options));
    }

    [TestMethod]
    public void Packages_of_another_version_than_the_surface_are_found()
    {
        string findings = FindingsWith(("// nanoFramework.System.Text 1.3.42", "// nanoFramework.System.Text 1.3.43"));
        Assert.Contains("packages.config differs from the surface in nanoFramework.System.Text", findings);
        Assert.Contains("the path of nanoFramework.System.Text differs", findings);
    }

    /// <summary>What is found in the projects after changes to the surface.</summary>
    private static string FindingsWith(params (string Text, string Instead)[] changes)
    {
        string folder = Directory.CreateTempSubdirectory("attune-surface").FullName;
        try
        {
            var unseen = changes.ToHashSet();
            foreach (string path in Directory.GetFiles(SurfaceFolder))
            {
                string declarations = File.ReadAllText(path);
                foreach (var change in changes.Where(change => declarations.Contains(change.Text)))
                {
                    unseen.Remove(change);
                    declarations = declarations.Replace(change.Text, change.Instead);
                }
                File.WriteAllText(Path.Combine(folder, Path.GetFileName(path)), declarations);
            }
            Assert.IsEmpty(unseen);
            DeviceProject[] projects = DeviceProject.FindAll(Root, "device", "device/samples", "tests/device");
            return string.Join('\n', new SurfaceCheck(folder).CheckProjects(projects, _ => { }, out var _));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static IReadOnlyList<Finding> CheckText(string text) =>
        Check.CheckSources("Large", [new Source("Large.cs", text)], new CompileOptions());

    private static string Large(string kind, int count)
    {
        string Repeat(Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));
        string members = kind switch
        {
            "switch" =>
                $"static int M(int x) {{ switch (x) {{ {Repeat(i => $"case {i}: return {i * i % 251};")} }} return 0; }}",
            "constant" => $"static readonly byte[] A = new byte[] {{ {Repeat(_ => "1,")} }};",
            "constants" => Repeat(i =>
                $"static readonly byte[] A{i} = new byte[] {{ {string.Concat(Enumerable.Range(0, 500).Select(j => $"{(i + j) % 251},"))} }};"
            ),
            "code" => $"static int M(int x) {{ {Repeat(_ => "x = x * 1000000 + 1;")} return x; }}",
            "texts" =>
                $"static string M(int x) {{ string s = null; {Repeat(i => $"if (x == {i}) s = \"{i:D100}\";")} return s; }}",
            "statics" => Repeat(i => $"static int M{i}() {{ return 0; }}"),
            "virtuals" => Repeat(i => $"public virtual int M{i}() {{ return 0; }}"),
            "others" => Repeat(i => $"public int M{i}() {{ return 0; }}"),
            "locals" =>
                $"static int M() {{ {Repeat(i => $"int x{i} = 0;")} return {Repeat(i => $"M(ref x{i}) + ")} 0; }}"
                    + "static int M(ref int x) { return x; }",
            _ => throw new ArgumentException(kind),
        };
        return $"internal class Large {{ {members} }}";
    }

    private static string[] Directives(string text, string name) =>
        [
            .. text.Split('\n')
                .Where(line => line.StartsWith($"// {name}: "))
                .Select(line => line[$"// {name}: ".Length..].Trim()),
        ];
}
