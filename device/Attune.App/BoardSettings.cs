namespace Attune.App
{
    /// <summary>What differs between boards. A board of your own: add its target's name here.</summary>
    internal sealed class BoardSettings
    {
        /// <summary>Name of the board, as shown.</summary>
        public string Name;

        /// <summary>Pin of the light, 16 * port + number; -1: none.</summary>
        public int LightPin = -1;

        /// <summary>Drive of the SD card; null: there is no slot.</summary>
        public string Drive;

        /// <summary>Serial port to 'attune feed'; null: none.</summary>
        public string Port;

        /// <summary>Bits a second of that port.</summary>
        public int Speed = 115200;

        /// <summary>The settings for a firmware's target.</summary>
        public static BoardSettings For(string target)
        {
            switch (target)
            {
                case "ST_STM32F769I_DISCOVERY":
                    // LD1, red: PJ13. USART6 is on the Arduino header: D1 sends, D0 receives.
                    return new BoardSettings
                    {
                        Name = "STM32F769I-DISCO",
                        LightPin = 16 * 9 + 13,
                        Drive = "D:",
                        Port = "COM6",
                    };
                case "ORGPAL_PALTHREE":
                    // LED1: PG6.
                    return new BoardSettings
                    {
                        Name = "PALTHREE",
                        LightPin = 16 * 6 + 6,
                        Drive = "D:",
                        Port = "COM6",
                    };
                default:
                    return new BoardSettings { Name = target, Drive = "D:" };
            }
        }
    }
}
