namespace Attune.Tests.Architecture;

/// <summary>Rooms and the arrows between them, one for each pair of rooms of which one uses the other.</summary>
internal sealed class RoomGraph
{
    private readonly Dictionary<(string From, string To), RoomUse[]> arrows;
    private readonly string[] rooms;

    public RoomGraph(IEnumerable<RoomUse> uses)
    {
        arrows = uses.GroupBy(use => (use.From, use.To)).ToDictionary(group => group.Key, group => group.ToArray());
        rooms = [.. arrows.Keys.SelectMany(arrow => (string[])[arrow.From, arrow.To]).Distinct().Order()];
    }

    /// <summary>Rooms from each of which one comes back to it along the arrows, gathered by circles.</summary>
    public string[][] Circles()
    {
        var reached = rooms.ToDictionary(room => room, Reach);
        return
        [
            .. rooms
                .Where(room => reached[room].Contains(room))
                .GroupBy(room => rooms.First(other => reached[room].Contains(other) && reached[other].Contains(room)))
                .Select(group => group.ToArray()),
        ];
    }

    /// <summary>What is wrong with the rooms, a line each; empty if every arrow leads down.</summary>
    /// <param name="order">The rooms, lowest first.</param>
    /// <param name="files">A file of each room that there is.</param>
    /// <param name="most">Uses that are listed of each arrow, at most.</param>
    public IEnumerable<string> Violations(string[] order, IReadOnlyDictionary<string, string> files, int most)
    {
        foreach (var (room, file) in files.Where(file => !order.Contains(file.Key)).OrderBy(file => file.Key))
        {
            yield return $"{room} ({file}) is not in the list of rooms";
        }
        foreach (string[] circle in Circles())
        {
            yield return $"a circle: {string.Join(", ", circle)}";
        }
        int Floor(string room) => Array.IndexOf(order, room);
        foreach (var (arrow, uses) in arrows.OrderBy(arrow => (Floor(arrow.Key.From), Floor(arrow.Key.To))))
        {
            if (Floor(arrow.From) >= 0 && Floor(arrow.From) < Floor(arrow.To))
            {
                foreach (string line in Lines($"{arrow.From} -> {arrow.To}", uses, most))
                {
                    yield return line;
                }
            }
        }
    }

    private static IEnumerable<string> Lines(string arrow, RoomUse[] uses, int most)
    {
        foreach (
            RoomUse use in uses.OrderBy(use => use.File, StringComparer.Ordinal).ThenBy(use => use.Line).Take(most)
        )
        {
            yield return $"{arrow}: {use}";
        }
        if (uses.Length > most)
        {
            yield return $"{arrow}: {uses.Length - most} more";
        }
    }

    private HashSet<string> Reach(string from)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>([from]);
        while (open.TryDequeue(out string? room))
        {
            foreach (var (_, to) in arrows.Keys.Where(arrow => arrow.From == room && reached.Add(arrow.To)))
            {
                open.Enqueue(to);
            }
        }
        return reached;
    }
}
