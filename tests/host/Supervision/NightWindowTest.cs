using Attune.Runs;

namespace Attune.Tests.Supervision;

/// <summary>The hours in which a device trains.</summary>
[TestClass]
public sealed class NightWindowTest
{
    [TestMethod]
    [DataRow("22:00", "06:00", "21:59", false, 1)]
    [DataRow("22:00", "06:00", "22:00", true, 1440)]
    [DataRow("22:00", "06:00", "23:59", true, 1321)]
    [DataRow("22:00", "06:00", "00:00", true, 1320)]
    [DataRow("22:00", "06:00", "05:59", true, 961)]
    [DataRow("22:00", "06:00", "06:00", false, 960)]
    [DataRow("22:00", "06:00", "12:00", false, 600)]
    [DataRow("01:30", "04:00", "01:29", false, 1)]
    [DataRow("01:30", "04:00", "01:30", true, 1440)]
    [DataRow("01:30", "04:00", "03:59", true, 1291)]
    [DataRow("01:30", "04:00", "04:00", false, 1290)]
    [DataRow("01:30", "04:00", "23:00", false, 150)]
    [DataRow("08:00", "08:00", "07:00", true, 60)]
    [DataRow("00:00", "23:59", "23:59", false, 1)]
    public void A_time_is_inside_or_so_far_from_the_beginning(
        string from,
        string to,
        string now,
        bool inside,
        int until
    )
    {
        var night = new NightWindow { From = NightWindow.Parse(from), To = NightWindow.Parse(to) };
        int minute = NightWindow.Parse(now);
        Assert.AreEqual(inside, night.Contains(minute));
        Assert.AreEqual(until, night.Until(minute));
    }

    [TestMethod]
    public void Without_hours_every_time_is_inside()
    {
        var night = new NightWindow();
        Assert.IsFalse(night.Set);
        Assert.IsTrue(Enumerable.Range(0, NightWindow.Day).All(night.Contains));
    }

    [TestMethod]
    public void Every_minute_reads_back_as_written()
    {
        for (int minute = 0; minute < NightWindow.Day; minute++)
        {
            Assert.AreEqual(minute, NightWindow.Parse(NightWindow.Format(minute)));
        }
        Assert.AreEqual(390, NightWindow.Parse("6:30"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("22")]
    [DataRow("24:00")]
    [DataRow("22:60")]
    [DataRow("22:0")]
    [DataRow("22:000")]
    [DataRow(":30")]
    [DataRow("-1:30")]
    [DataRow("1a:30")]
    [DataRow("022:30")]
    [DataRow("22:3x")]
    [DataRow("22.30")]
    public void What_is_no_time_is_refused(string text) => Assert.AreEqual(-1, NightWindow.Parse(text));

    [TestMethod]
    public void A_job_takes_both_times_or_none_and_they_do_not_decide_its_bytes()
    {
        TrainingJob job = TrainingJob.Parse("night-from = 22:00\nnight-to = 6:00");
        Assert.AreEqual((1320, 360), (job.Night.From, job.Night.To));
        Assert.AreEqual(new TrainingJob().Canonical(), job.Canonical());
        StringAssert.Contains(job.Write(), "night-from = 22:00\nnight-to = 06:00\n");
        Assert.AreEqual(job.Write(), TrainingJob.Parse(job.Write()).Write());
        foreach (string half in (string[])["night-from = 22:00", "night-to = 06:00"])
        {
            var error = Assert.ThrowsExactly<JobException>(() => TrainingJob.Parse(half));
            StringAssert.Contains(error.Message, "night-from and night-to");
        }
    }
}
