namespace Attune.Runs
{
    /// <summary>
    /// The hours of a day in which a device trains, by its own clock: from a minute of the day up to another, over
    /// midnight if the second is earlier. Equal times are the whole day.
    /// </summary>
    public sealed class NightWindow
    {
        /// <summary>Minutes of a day.</summary>
        public const int Day = 24 * 60;

        /// <summary>First minute of the day, 0..1439; -1: none is set.</summary>
        public int From = -1;

        /// <summary>Minute of the day at which training stops, 0..1439; -1: none is set.</summary>
        public int To = -1;

        /// <summary>Whether there are such hours.</summary>
        public bool Set
        {
            get { return From >= 0 && To >= 0; }
        }

        /// <summary>Whether one of the two times is missing.</summary>
        public bool Half
        {
            get { return (From >= 0) != (To >= 0); }
        }

        /// <summary>Whether training may run at a minute of the day; always if no hours are set.</summary>
        public bool Contains(int minute)
        {
            if (!Set || From == To)
            {
                return true;
            }
            return From < To ? minute >= From && minute < To : minute >= From || minute < To;
        }

        /// <summary>Minutes from a minute of the day to the next beginning, 1..1440.</summary>
        public int Until(int minute)
        {
            int wait = (From - minute + Day) % Day;
            return wait == 0 ? Day : wait;
        }

        /// <summary>The minute of a time such as 22:00 or 6:30, or -1 if the text is none.</summary>
        public static int Parse(string text)
        {
            int colon = text.IndexOf(':');
            if (colon < 1 || colon > 2 || text.Length != colon + 3)
            {
                return -1;
            }
            int hour = Digits(text, 0, colon);
            int minute = Digits(text, colon + 1, 2);
            return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? -1 : 60 * hour + minute;
        }

        /// <summary>A minute of the day as HH:MM; null: none is set.</summary>
        public static string Format(int minute)
        {
            return minute < 0 ? null : Two(minute / 60) + ":" + Two(minute % 60);
        }

        private static string Two(int number)
        {
            return (number < 10 ? "0" : "") + number;
        }

        private static int Digits(string text, int at, int count)
        {
            int value = 0;
            for (int i = at; i < at + count; i++)
            {
                if (text[i] < '0' || text[i] > '9')
                {
                    return -1;
                }
                value = 10 * value + (text[i] - '0');
            }
            return value;
        }
    }
}
