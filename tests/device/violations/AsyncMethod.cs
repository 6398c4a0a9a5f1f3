// expect: CS0234
// or: CS0161
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static async System.Threading.Tasks.Task Wait()
        {
            await System.Threading.Tasks.Task.Delay(1);
        }
    }
}
