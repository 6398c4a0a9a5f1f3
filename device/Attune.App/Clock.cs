using System;
using System.Threading;
using nanoFramework.Hardware.Stm32;
using nanoFramework.Runtime.Native;

namespace Attune.App
{
    /// <summary>The real-time clock: hours of the day, and sleep until one of them.</summary>
    internal static class Clock
    {
        private const int FirstYear = 2025;

        /// <summary>Whether it has been set: one that has not begins at a year long ago.</summary>
        public static bool IsSet
        {
            get { return DateTime.UtcNow.Year >= FirstYear; }
        }

        /// <summary>Minute of the day.</summary>
        public static int MinuteOfDay
        {
            get
            {
                DateTime now = DateTime.UtcNow;
                return 60 * now.Hour + now.Minute;
            }
        }

        /// <summary>Sets it. Returns whether that worked.</summary>
        public static bool Set(DateTime time)
        {
            try
            {
                return time.Year >= FirstYear && Rtc.SetSystemTime(time);
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <summary>
        /// Sleeps: in standby with an alarm, from which the board wakes by a reset and this call does not return; without
        /// these, awake.
        /// </summary>
        public static void Sleep(int minutes)
        {
            DateTime now = DateTime.UtcNow;
            try
            {
                RTC.SetAlarm(now.AddMinutes(minutes).AddSeconds(-now.Second));
                nanoFramework.Hardware.Stm32.Power.EnterStandbyMode();
            }
            catch (Exception)
            {
                Console.WriteLine("attune: no standby on this board, waiting awake");
                Thread.Sleep(60000 * minutes - 1000 * now.Second);
            }
        }
    }
}
