using Attune.DeviceCheck;
using Microsoft.CodeAnalysis;

namespace Attune.Tests.Architecture;

/// <summary>
/// The folders of engine and host are rooms of a house: each uses only what stands below it. The lists say which stand where;
/// a folder inside a room belongs to it.
/// </summary>
[TestClass]
public sealed class RoomsTest
{
    /// <summary>The rooms of device/, lowest first. A project without folders is a room by its name after "Attune.".</summary>
    private static readonly string[] Engine =
    [
        "Kernels",
        "Numbers",
        "Storage",
        "Memory",
        "Model",
        "Data",
        "Execution",
        "Adaptation",
        "Training",
        "Runs",
        "Remote",
        "Supervision",
        "Testing",
        "App",
    ];

    /// <summary>The rooms of host/, lowest first. The program itself is the roof.</summary>
    private static readonly string[] Host =
    [
        "Shell",
        "Kernels",
        "Model",
        "Data",
        "Boards",
        "Running",
        "Reference",
        "Import",
        "Baselines",
        "Bench",
        "Reports",
        "Feed",
        "Commands",
        "host",
    ];

    /// <summary>Uses that a failure lists of each arrow.</summary>
    private const int Listed = 5;

    private static readonly string Root = SharedFolder.Repository!;

    /// <summary>What the project files of host/ have by ImplicitUsings.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    [TestMethod]
    public void Each_room_of_the_engine_uses_only_rooms_below()
    {
        var surface = new ReferenceSurface(Path.Combine(Root, "tests/device/surface"));
        var references = surface.Assemblies.Values.Select(known =>
            MetadataReference.CreateFromImage(known.Assembly.Image)
        );
        // A sample is a program of its own, beside the house.
        var sources = Sources("device")
            .Where(source => !source.Path.Contains("/Properties/", StringComparison.Ordinal))
            .Where(source => !source.Path.Contains("/samples/", StringComparison.Ordinal));
        Require(new RoomReader(sources, references, EngineRoom), Engine);
    }

    [TestMethod]
    public void Each_room_of_the_host_uses_only_rooms_below()
    {
        var references = DesktopAssemblies("attune-host", "attune", "Attune.Kernels");
        Require(new RoomReader([.. Sources("host"), ("host/Usings.cs", ImplicitUsings)], references, HostRoom), Host);
    }

    [TestMethod]
    public void A_circle_of_rooms_is_found()
    {
        string[] found = Violations(
            ["A", "B", "C"],
            ("A/One.cs", "class One { int f = C.Three.Size; }"),
            ("B/Two.cs", "namespace B { class Two { One one; } }"),
            ("C/Three.cs", "namespace C { class Three { public const int Size = 3; B.Two two; } }")
        );
        CollectionAssert.AreEqual(
            (string[])["a circle: A, B, C", "A -> C: One.cs:1 uses Three", "A -> C: One.cs:1 uses Three.Size"],
            found
        );
    }

    [TestMethod]
    public void Rooms_that_only_reach_a_circle_are_not_in_it()
    {
        string[] found = Violations(
            ["A", "B", "C"],
            ("A/One.cs", "class One { Two two; }"),
            ("B/Two.cs", "class Two { One one; }"),
            ("C/Three.cs", "class Three { Two two; }")
        );
        CollectionAssert.AreEqual((string[])["a circle: A, B", "A -> B: One.cs:1 uses Two"], found);
    }

    /// <summary>Each way of using what another room declares, a constant among them.</summary>
    [TestMethod]
    [DataRow("const int Twice = 2 * Upper.Size;", "Upper.Size")]
    [DataRow("object Use() => new Upper();", "Upper")]
    [DataRow("int Use(int value) => value.Halved();", "UpperExtensions.Halved")]
    [DataRow("string Use() => nameof(UpperExtensions.Halved);", "UpperExtensions.Halved")]
    [DataRow("void Use() { var upper = Lower.Any(); }", "Upper")]
    [DataRow("object Use() => -Lower.Any();", "Upper.operator -")]
    [DataRow("[Upper.Mark] int Number;", "Upper.MarkAttribute")]
    [DataRow("void Use() { Lower.Take(new()); }", "Upper")]
    public void A_use_of_a_room_above_is_found(string member, string name)
    {
        const string above = """
            class Upper
            {
                public const int Size = 3;
                public class MarkAttribute : System.Attribute { }
                public static Upper operator -(Upper upper) => upper;
            }
            static class UpperExtensions
            {
                public static int Halved(this int value) => value / 2;
            }
            """;
        string[] found = Violations(
            ["Low", "High"],
            ("Low/Lower.cs", $"class Below {{ {member} }}"),
            ("High/Upper.cs", above),
            (
                "High/Lower.cs",
                "static class Lower { public static Upper Any() => null; public static void Take(Upper upper) { } }"
            )
        );
        Assert.Contains($"Low -> High: Lower.cs:1 uses {name}", found);
    }

    [TestMethod]
    public void Uses_of_rooms_below_and_names_in_comments_are_free()
    {
        string[] found = Violations(
            ["Low", "High"],
            (
                "Low/Lower.cs",
                "/// <summary><see cref=\"Upper\"/></summary>\nclass Lower { public const int Size = 1; }"
            ),
            ("High/Upper.cs", "class Upper { int size = Lower.Size; }")
        );
        Assert.IsEmpty(found);
    }

    [TestMethod]
    public void A_folder_that_is_not_in_the_list_is_named()
    {
        string[] found = Violations(["Low"], ("Low/Lower.cs", "class Lower { }"), ("Shed/Tool.cs", "class Tool { }"));
        CollectionAssert.AreEqual((string[])["Shed (Shed/Tool.cs) is not in the list of rooms"], found);
    }

    [TestMethod]
    [DataRow("device/Attune/Memory/Arena.cs", "Memory")]
    [DataRow("device/Attune.Training/Training/Trainer.cs", "Training")]
    [DataRow("device/Attune.Training/Trainer.cs", "Training")]
    [DataRow("device/Attune.Kernels/Native.cs", "Kernels")]
    public void A_folder_of_a_device_project_is_a_room(string path, string room) =>
        Assert.AreEqual(room, EngineRoom(path));

    [TestMethod]
    [DataRow("host/Program.cs", "host")]
    [DataRow("host/Bench/Tables/CostTable.cs", "Bench")]
    public void A_folder_of_the_host_is_a_room(string path, string room) => Assert.AreEqual(room, HostRoom(path));

    private static void Require(RoomReader reader, string[] order)
    {
        string[] errors = [.. reader.Errors];
        Assert.IsEmpty(errors, string.Join('\n', errors));
        string[] found = [.. new RoomGraph(reader.Uses()).Violations(order, reader.Rooms(), Listed)];
        Assert.IsEmpty(found, $"{found.Length} lines:\n{string.Join('\n', found)}");
    }

    private static string[] Violations(string[] order, params (string Path, string Text)[] sources)
    {
        var reader = new RoomReader(sources, DesktopAssemblies(), path => path.Split('/')[0]);
        return [.. new RoomGraph(reader.Uses()).Violations(order, reader.Rooms(), Listed)];
    }

    private static string EngineRoom(string path)
    {
        string[] parts = path.Split('/');
        return parts.Length > 3 ? parts[2] : parts[1].Split('.')[^1];
    }

    private static string HostRoom(string path) => path.Split('/')[^2..] is ["host", _] ? "host" : path.Split('/')[1];

    private static IEnumerable<(string Path, string Text)> Sources(string folder) =>
        Directory
            .GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(Root, path).Replace('\\', '/'), File: path))
            .Where(source => !source.Path.Split('/').Any(part => part is "bin" or "obj"))
            .OrderBy(source => source.Path, StringComparer.Ordinal)
            .Select(source => (source.Path, File.ReadAllText(source.File)));

    /// <summary>What the tests themselves run on, without the assemblies that are read as sources.</summary>
    private static IEnumerable<MetadataReference> DesktopAssemblies(params string[] without) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => !without.Contains(Path.GetFileNameWithoutExtension(path)))
            .Select(path => MetadataReference.CreateFromFile(path));
}
