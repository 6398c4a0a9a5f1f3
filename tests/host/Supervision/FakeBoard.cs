using System.Buffers.Binary;
using Attune.Supervision;
using Attune.Tests.Remote;

namespace Attune.Tests.Supervision;

/// <summary>A board with a clock that a test turns, and backup memory of a size.</summary>
internal sealed class FakeBoard(int backupBytes = 128) : IBoard
{
    public string Name => "test board 0A0B";

    public FakeBackup Memory { get; } = new(backupBytes);

    public IBackupMemory Backup => Memory;

    public bool ClockSet { get; set; }

    public int Minute { get; set; }

    public int MinuteOfDay => Minute;

    /// <summary>Called whenever the time is asked for.</summary>
    public Action Passing { get; set; } = () => { };

    public long Now { get; set; }

    public long Milliseconds
    {
        get
        {
            Passing();
            return Now;
        }
    }

    public List<string> Lines { get; } = [];

    public List<int> Lights { get; } = [];

    public int Heap { get; set; } = -1;

    public int FreeHeap() => Heap;

    /// <summary>Pauses so far.</summary>
    public int Waits { get; private set; }

    /// <summary>Whether somebody presses reset in a pause.</summary>
    public bool ResetInPause { get; set; }

    public void Wait(int milliseconds)
    {
        Assert.AreEqual(BoardRun.PauseTime, milliseconds);
        Waits++;
        if (ResetInPause)
        {
            Memory.Dead = true;
            throw new DeviceResetException();
        }
    }

    public void Line(string text) => Lines.Add(text);

    public void Light(int pattern) => Lights.Add(pattern);
}

/// <summary>Backup registers; a program that has died changes them no more.</summary>
internal sealed class FakeBackup(int size) : IBackupMemory
{
    public byte[] Bytes { get; } = new byte[size];

    public bool Dead { get; set; }

    /// <summary>Whether a sample (file, number) ends the program as soon as it is marked.</summary>
    public Func<int, int, bool> Deadly { get; set; } = (_, _) => false;

    /// <summary>Writes before somebody presses reset; 0: nobody does.</summary>
    public int WritesLeft { get; set; }

    public int Size => size;

    public int Writes { get; private set; }

    public void Read(int position, byte[] data) => Array.Copy(Bytes, position, data, 0, data.Length);

    public void Write(int position, byte[] data)
    {
        if (Dead)
        {
            return;
        }
        Array.Copy(data, 0, Bytes, position, data.Length);
        Writes++;
        WritesLeft--;
        if (WritesLeft == 0)
        {
            Dead = true;
            throw new DeviceResetException();
        }
        uint place = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(20));
        if (place != 0 && Deadly((int)(place >> 24), (int)(place & 0xFFFFFF)))
        {
            Dead = true;
            throw new DeviceResetException();
        }
    }
}
