using Attune.DeviceCheck;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: Attune.DeviceCheck REPOSITORY OUTPUT");
    return 2;
}
try
{
    var check = new SurfaceCheck(Path.Combine(args[0], "tests/device/surface"));
    DeviceProject[] projects = DeviceProject.FindAll(args[0], "device", "device/samples", "tests/device");
    string solution = File.ReadAllText(Path.Combine(args[0], "Device.sln"));
    Finding[] findings =
    [
        .. projects.SelectMany(project => project.CheckSolution(solution)),
        .. check.CheckProjects(projects, Console.WriteLine, out var assemblies),
    ];
    foreach (Finding finding in findings)
    {
        Console.WriteLine("error: " + finding);
    }
    Directory.CreateDirectory(args[1]);
    foreach (DeviceAssembly assembly in assemblies.Values)
    {
        File.WriteAllBytes(Path.Combine(args[1], assembly.Name + ".dll"), [.. assembly.Image]);
    }
    string version = typeof(SurfaceCheck).Assembly.GetName().Version!.ToString(3);
    foreach (DeviceProject library in projects.Where(project => !project.Options.IsProgram))
    {
        PackageProject.Write(args[0], library, version, args[1]);
    }
    return findings.Length == 0 ? 0 : 1;
}
catch (CheckException error)
{
    Console.Error.WriteLine("error: " + error.Message);
    return 1;
}
