// expect: (rethrow)
namespace Attune.Device.Violations
{
    internal static class Violation
    {
        public static int Length(string text)
        {
            try
            {
                return text.Length;
            }
            catch (System.Exception)
            {
                Handle();
                throw;
            }
        }

        private static void Handle() { }
    }
}
